public import Basics
import Directory
import OpenSSL
public import Records
import Workflow

/// What became of one of several requests that were approved together.
public struct BulkOutcome: Sendable {
    public let request: RequestID
    /// Why it was not approved; nil if it was.
    public let refusal: Fault?
}

extension Deliberation {
    /// Names all that an answer is bound to, in few letters.
    public var seal: String { get throws { try Self.seal(of: seen) } }

    static func seal(of facts: [SeenFact]) throws -> String {
        let text = facts.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
        return String(try SHA256.digest(of: Array(text.utf8)).hex.prefix(32))
    }

    /// Whether the reader may approve all that waits in it.
    public var isApprovable: Bool {
        hindrance == nil
            && offers.contains { offer in
                offer.choice == "agree" || (offer.verdicts.contains("approve") && items.contains(where: \.isOpen))
            }
    }
}

extension Onboarding {
    /// The requests of one file that wait for the actor, oldest first; `next`
    /// goes on after those that were looked at.
    ///
    /// A file of somebody else's organization holds nothing for the actor, as one that is not there.
    public func deliberations(
        of batch: BatchID, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<Deliberation> {
        try await reading(by: actor) { turn in
            try turn.requireStanding()
            let found = try turn.snapshot.openRequests(of: batch, page)
            let waiting = try found.items.filter { try turn.mayRead($0) }.map {
                try turn.deliberation($0, withHistory: false)
            }
            return Page(items: waiting.filter(\.isApprovable), next: found.next)
        }
    }

    /// As many as are settled while somebody waits.
    public static let greatestBulk = 50
    private static let parallelApprovals = 16

    /// Approves everything that waits in each of these requests, as it was
    /// asked; each by itself, in the order given.
    ///
    /// - Parameter picks: each with the seal of what was shown of it.
    /// - Throws: `.unauthenticated` without a fresh code, before anything is approved.
    public func approve(
        _ picks: [(request: RequestID, seal: String)], by actor: Actor
    ) async throws -> [BulkOutcome] {
        guard !picks.isEmpty else { throw Fault.invalid("pick", "required", "Choose at least one request.") }
        guard picks.count <= Self.greatestBulk else {
            throw Fault.invalid("pick", "too_many", "Choose at most \(Self.greatestBulk) requests at a time.")
        }
        try await reading(by: actor) { try $0.requireFreshMFA() }
        return try await withThrowingTaskGroup(of: (Int, BulkOutcome).self) { group in
            var outcomes: [BulkOutcome?] = Array(repeating: nil, count: picks.count)
            for index in picks.indices {
                if index >= Self.parallelApprovals, let (done, outcome) = try await group.next() {
                    outcomes[done] = outcome
                }
                group.addTask { (index, try await self.approve(picks[index].request, picks[index].seal, by: actor)) }
            }
            for try await (done, outcome) in group { outcomes[done] = outcome }
            return outcomes.compactMap { $0 }
        }
    }

    private func approve(_ id: RequestID, _ seal: String, by actor: Actor) async throws -> BulkOutcome {
        do {
            _ = try await choose(.approval, on: id, note: nil, by: actor) { turn, request, capacity in
                guard try Deliberation.seal(of: turn.facts(of: request, request.run)) == seal else {
                    throw Self.changed
                }
                return Self.all(.approve, of: request, by: actor, capacity)
            }
            return BulkOutcome(request: id, refusal: nil)
        } catch let fault as Fault where fault.code != .unavailable && fault.code != .unauthenticated {
            return BulkOutcome(request: id, refusal: fault)
        }
    }
}
