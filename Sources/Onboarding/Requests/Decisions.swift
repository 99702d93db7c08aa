public import Basics
import Directory
import OpenSSL
public import Records
import Workflow

/// What an approver says of one item of a request.
public struct ItemDecision: Sendable {
    /// A cloud by slug; in a review a person by address.
    public let item: String
    /// A lower profile than the one asked for; nil approves what was asked.
    public let lowered: String?

    public init(cloud item: String, lowered: String? = nil) {
        self.item = item
        self.lowered = lowered
    }
}

extension Onboarding {
    /// Approves items of a request, or all that wait when `items` is
    /// empty; in a review all but the approver's own.
    ///
    /// - Parameter shown: `RequestView.shown` of what the approver saw; refused if the items
    ///   have changed since. Nil binds to what the store holds now.
    public func approve(
        _ id: RequestID, items: [ItemDecision], shown: String? = nil, by actor: Actor
    ) async throws -> RequestView {
        try await choose(.approval, on: id, note: nil, by: actor) { turn, request, capacity in
            try Self.requireShown(shown, request)
            guard !items.isEmpty else {
                // Hundreds of grants that nobody looked at are no review.
                guard request.campaign == nil || shown != nil else {
                    throw Fault.invalid(
                        "item", "required", "Say whose access is meant, or bind it to all that you were shown (shown).")
                }
                return Self.all(.approve, of: request, by: actor, capacity)
            }
            return try turn.decisions(items, of: request)
        }
    }

    /// Rejects items of a request, or all that wait when `clouds` is
    /// empty; in a review all but the approver's own.
    ///
    /// - Parameter clouds: by slug; in a review people by address.
    public func reject(
        _ id: RequestID, clouds: [String], reason: String, shown: String? = nil, by actor: Actor
    ) async throws -> RequestView {
        var faults: [Fault.Field] = []
        let note = FieldRules.reason(reason, &faults)
        guard let note else { throw Fault.invalid(faults) }
        return try await choose(.rejection, on: id, note: note, by: actor) { turn, request, capacity in
            try Self.requireShown(shown, request)
            guard !clouds.isEmpty else { return Self.all(.reject, of: request, by: actor, capacity) }
            let ids = try clouds.map { try turn.item($0, of: request).id }
            return Dictionary(ids.map { ($0, .reject) }) { first, _ in first }
        }
    }

    /// The same for everything that waits and may be decided by this actor.
    static func all(
        _ decision: Event.Decision, of request: Request, by actor: Actor, _ capacity: Authority.Capacity
    ) -> [String: Event.Decision] {
        let own = [actor.person?.id.text, capacity.onBehalfOf?.text].compactMap { $0 }
        let waiting = request.run.items.filter { $0.state == .waiting }
        let others = waiting.filter { item in item.about.map { !own.contains($0) } ?? true }
        // Nothing but one's own: the engine says why that is refused.
        return Dictionary((others.isEmpty ? waiting : others).map { ($0.id, decision) }) { first, _ in first }
    }

    private static func requireShown(_ shown: String?, _ request: Request) throws {
        if let shown, shown != (try request.shown) {
            throw Fault(.conflict, "The request changed after it was shown. Look at it again, then decide.")
        }
    }

    /// - Throws: `.invalid` for a profile that is not there, or not lower than the one that was asked.
    func decision(_ verdict: Answer.Verdict, on item: Run.Item) throws(Fault) -> Event.Decision {
        guard case .lower(let lowered) = verdict else { return verdict == .approve ? .approve : .reject }
        guard let profile = catalogue.profile(lowered), let asked = catalogue.profile(item.asked) else {
            throw Fault.invalid("item", "unknown_profile", "There is no profile \(FieldRules.quoted(lowered)).")
        }
        if profile == asked { return .approve }
        guard profile.isLower(than: asked) else {
            // Nobody ends up with more than was asked for.
            throw Fault.invalid(
                "item", "not_lower", "\(profile.code) is not lower than \(asked.code), which was asked.")
        }
        return .lower(to: profile.code, needsMFA: profile.needsMFA)
    }
}

extension Turn {
    fileprivate func decisions(_ items: [ItemDecision], of request: Request) throws -> [String: Event.Decision] {
        var decisions: [String: Event.Decision] = [:]
        var faults: [Fault.Field] = []
        for (index, decision) in items.enumerated() {
            let item = try item(decision.item, of: request)
            guard decisions[item.id] == nil else {
                // Which of the two counts would be our guess.
                faults.append(
                    .init(
                        "item[\(index)]", "duplicate_item", "\(FieldRules.quoted(decision.item)) is decided twice here."
                    ))
                continue
            }
            do {
                decisions[item.id] = try usher.decision(decision.lowered.map { .lower(to: $0) } ?? .approve, on: item)
            } catch { faults += error.faults.map { .init("item[\(index)]", $0.code, $0.sentence) } }
        }
        guard faults.isEmpty else { throw Fault.invalid(faults) }
        return decisions
    }

    fileprivate func item(_ name: String, of request: Request) throws -> Run.Item {
        if request.campaign != nil {
            // What is no address names nobody here.
            let key = try? EmailAddress(name).key
            let person = try key.flatMap { try snapshot.person(emailKey: $0) }
            // A person may hold a grant that gave way to another:
            // what waits is meant before what is moot.
            let items = request.run.items.filter { $0.about == person?.id.text && person != nil }
            guard let item = items.first(where: { $0.state == .waiting }) ?? items.first else {
                throw Fault(.notFound, "The review has no grant of \(FieldRules.quoted(name)).")
            }
            return item
        }
        return try cloudItem(name, of: request)
    }

    private func cloudItem(_ slug: String, of request: Request) throws -> Run.Item {
        let cloud = try request.organization.flatMap { try snapshot.cloud(slug: slug, of: $0) }
        guard let cloud, let item = request.run.items.first(where: { $0.id == cloud.id.text }) else {
            throw Fault(.notFound, "The request has no item for the cloud \(FieldRules.quoted(slug)).")
        }
        return item
    }
}

extension Onboarding {
    public func ask(_ id: RequestID, question: String, by actor: Actor) async throws -> RequestView {
        try await say(.question, question, on: id, by: actor)
    }

    public func answer(_ id: RequestID, _ text: String, by actor: Actor) async throws -> RequestView {
        try await say(.answer, text, on: id, by: actor)
    }

    public func cancel(_ id: RequestID, by actor: Actor) async throws -> RequestView {
        try await choose(.cancellation, on: id, note: nil, by: actor) { _, _, _ in [:] }
    }

    /// What a person means, and the choices of a workflow that can mean it: of those that are offered, the first
    /// that is theirs counts.
    struct Intent: Sendable {
        let choices: [String]

        /// A request with items is decided item by item, one without as a whole.
        static let approval = Intent(choices: ["decide", "agree"])
        static let rejection = Intent(choices: ["decide", "refuse"])
        static let question = Intent(choices: ["question"])
        static let answer = Intent(choices: ["answer"])
        /// What somebody asked for themselves is taken back; to what was asked about them they object.
        static let cancellation = Intent(choices: ["cancel", "object"])

        func offered(by definition: Definition, in run: Run) -> [String] {
            choices.filter { !definition.partsOffered($0, in: run).isEmpty }
        }
    }

    private func say(_ choice: Intent, _ text: String, on id: RequestID, by actor: Actor) async throws -> RequestView {
        var faults: [Fault.Field] = []
        guard let text = FieldRules.reason(text, &faults) else {
            throw Fault.invalid(faults.map { .init("text", $0.code, $0.sentence) })
        }
        return try await choose(choice, on: id, note: text, by: actor) { _, _, _ in [:] }
    }

    /// One choice of one person on one request: who may, fresh MFA where the
    /// state wants it, the step, its consequences.
    func choose(
        _ intent: Intent, on id: RequestID, note: String?, by actor: Actor,
        _ decisions:
            @escaping @Sendable (Writing, Request, Authority.Capacity) throws -> [String: Event.Decision]
    ) async throws -> RequestView {
        try await dropMootItems(of: id)
        return try await asking(by: actor) { turn in
            let request = try turn.request(id)
            let definition = try library.definition(of: request.run, in: turn.transaction)
            let (name, part, capacity) = try turn.choice(intent, in: request, definition)
            if asksForFreshMFA(name, definition, in: request.run.state) {
                try turn.requireFreshMFA()
            }
            guard try turn.mootItems(of: request).isEmpty else {
                throw Fault(.conflict, "A grant changed at this moment. Look at the review again, then decide.")
            }
            let decisions = try decisions(turn, request, capacity)
            if decisions.values.contains(where: { $0 != .reject }) { try turn.requireEndAhead(of: request) }
            let choice = Event.Choice(
                name, part: part.name, by: actor.principal.text,
                onBehalfOf: capacity.onBehalfOf?.text, decisions: decisions,
                facts: try turn.facts(for: request), comment: note)
            let told = [try turn.words(for: decisions, on: request), note].compactMap { $0 }
            let mover = Mover(
                actor, capacity, note: told.isEmpty ? nil : told.joined(separator: ". "), comment: note)
            let moved = try turn.advance(request, on: .choice(choice), by: mover)
            return moved
        }
    }
}

extension Turn {
    /// What has ended before it was given is told to nobody as given.
    fileprivate func requireEndAhead(of request: Request) throws {
        guard let until = request.until, until <= now else { return }
        throw Fault(
            .conflict, "The end that was asked for has passed: refuse it, and have it asked for with a later one.")
    }

    /// What the definition may want to know of the world at this moment,
    /// read in the transaction that acts on it.
    func facts(for request: Request) throws -> [String: Bool] {
        switch request.subject {
        case .cloud(let name, let slug)?:
            let taken = try request.organization.flatMap {
                try snapshot.cloud(slug: slug.text, of: $0) ?? snapshot.cloud(named: name, of: $0)
            }
            return ["slug.free": taken == nil]
        case .representation?, .duty?:
            let holder = try request.account()
            let isActive = try snapshot.person(holder)?.state == .active
            return ["holder.ready": try isActive && snapshot.factor(of: holder, .active) != nil]
        case .apiAccount?, .access?, .program?, .address?, .reduction?, .denied?, nil: return [:]
        }
    }

    /// What the actor means by it: of the choices that are offered, the first that is theirs.
    ///
    /// Where none is, the refusal of the first is the one to tell.
    func choice(
        _ intent: Onboarding.Intent, in request: Request, _ definition: Definition
    ) throws -> (name: String, part: Part, capacity: Authority.Capacity) {
        let offered = intent.offered(by: definition, in: request.run)
        var refusal: Fault?
        for name in offered.isEmpty ? Array(intent.choices.prefix(1)) : offered {
            do {
                let (part, capacity) = try part(for: name, in: request, definition)
                return (name, part, capacity)
            } catch let fault as Fault { refusal = refusal ?? fault }
        }
        throw refusal ?? Authority.missing("request", request.id.text)
    }

    /// The part in which the actor may make this choice: the first that is asked now and is theirs.
    ///
    /// Where none is, the refusal for the part that is asked first is the one to tell.
    func part(for choice: String, in request: Request, _ definition: Definition) throws -> (Part, Authority.Capacity) {
        guard try mayRead(request) else {
            throw Authority.missing("request", request.id.text)
        }
        let candidates = definition.partsOffered(choice, in: request.run)
        guard !candidates.isEmpty else {
            throw try notOffered(choice, of: request)
        }
        var refusal: Fault?
        for part in candidates {
            do {
                return (part, try requirePart(part, of: request))
            } catch let fault as Fault { refusal = refusal ?? fault }
        }
        throw refusal ?? Authority.missing("request", request.id.text)
    }
}

extension Request {
    /// Names exactly these items with these profiles in these states; what an approval is bound to.
    public var shown: String { get throws { try shown(as: run) } }

    /// - Parameter run: what is shown of this request.
    func shown(as run: Run) throws -> String {
        let text = run.items.map { "\($0.id)=\($0.asked)>\($0.profile):\($0.state.rawValue)" }.joined(separator: " ")
        return String(try SHA256.digest(of: Array("\(id) \(text)".utf8)).hex.prefix(16))
    }
}
