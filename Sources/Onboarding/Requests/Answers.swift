public import Basics
import Directory
public import Records
import Workflow

/// What somebody answers to a request, whatever its workflow: one choice, bound to what was seen.
public struct Answer: Sendable {
    public enum Verdict: Hashable, Sendable {
        case approve
        /// With a lower profile than the one asked for.
        case lower(to: String)
        case reject
    }

    /// As `Deliberation.Offer.choice`.
    public let choice: String
    /// By `Deliberation.Item.id`; for `decide` only, at least one.
    public let verdicts: [String: Verdict]
    /// Empty for none.
    public let comment: String
    /// Key → value of the facts that were seen.
    public let seen: [String: String]

    public init(choice: String, verdicts: [String: Verdict] = [:], comment: String = "", seen: [String: String]) {
        self.choice = choice
        self.verdicts = verdicts
        self.comment = comment
        self.seen = seen
    }
}

extension Onboarding {
    /// - Throws: `.conflict` if something that the decision rests on is not any more as it was
    ///   seen; `.unauthenticated` without a fresh code where one is asked for; `.invalid` for
    ///   a verdict or a comment that is missing or wrong.
    public func answer(_ id: RequestID, _ answer: Answer, by actor: Actor) async throws -> RequestView {
        guard !Self.choicesElsewhere.contains(answer.choice) else {
            throw Fault(.conflict, "This is not answered here.")
        }
        let note = try comment(of: answer)
        return try await choose(Intent(choices: [answer.choice]), on: id, note: note, by: actor) {
            turn, request, _ in
            let verdicts = answer.choice == "decide" ? answer.verdicts : [:]
            try turn.requireSeen(answer.seen, request, deciding: Set(verdicts.keys))
            guard answer.choice == "decide" else { return [:] }
            guard !verdicts.isEmpty else {
                throw Fault.invalid("verdicts", "required", "Choose for at least one item what you decide.")
            }
            return try turn.decisions(verdicts, of: request)
        }
    }

    /// Refusing needs a reason, whatever the workflow says of comments.
    fileprivate func comment(of answer: Answer) throws -> String? {
        let isRefusal = answer.verdicts.values.contains(.reject)
        guard isRefusal || !answer.comment.isEmpty else { return nil }
        var faults: [Fault.Field] = []
        let text = FieldRules.reason(
            answer.comment, &faults, required: "Say why: whoever asked reads it.")
        guard let text else { throw Fault.invalid(faults.map { .init("comment", $0.code, $0.sentence) }) }
        return text
    }

    static var changed: Fault {
        Fault(.conflict, "The request changed after it was shown. Look at it again, then decide.")
    }
}

extension Turn {
    /// - Parameter deciding: the items that are decided; in a review
    ///   only those have to be as they were seen.
    fileprivate func requireSeen(_ seen: [String: String], _ request: Request, deciding: Set<String>) throws {
        for fact in try facts(of: request, request.run) {
            if request.campaign != nil, let item = fact.item, !deciding.contains(item) { continue }
            guard seen[fact.key] == fact.value else { throw Onboarding.changed }
        }
    }

    fileprivate func decisions(_ verdicts: [String: Answer.Verdict], of request: Request) throws -> [String: Event
        .Decision]
    {
        let definition = try library.definition(of: request.run, in: snapshot)
        let offered = definition.verdicts(in: request.run.state)
        return try Dictionary(
            uniqueKeysWithValues: verdicts.map { id, verdict in
                guard let item = request.run.items.first(where: { $0.id == id }) else {
                    throw usher.fault(.unknownItem(FieldRules.quoted(id)))
                }
                let decision = try usher.decision(verdict, on: item)
                guard offered.contains(decision.choice) else {
                    throw usher.fault(.notOffered(choice: decision.choice, state: request.run.state))
                }
                return (id, decision)
            })
    }
}
