public import Basics
public import Onboarding
import Records

/// Requests that rest everywhere: waiting for an answer, asked back, with grants that could not be made, frozen, with a
/// moved deadline, and some that have ended.
public struct Backlog: Sendable {
    public enum Rest: Int, Sendable, CaseIterable { case waiting, asked, granting, frozen, ended }

    /// A request, where it rests, and when its reminder comes: an operator moved it.
    public struct Item: Sendable {
        public let id: RequestID
        public let rest: Rest
        public let remindedAt: Timestamp?
    }

    private let onboarding: Onboarding
    private let customer: Customer

    public init(_ onboarding: Onboarding, _ customer: Customer) {
        self.onboarding = onboarding
        self.customer = customer
    }

    /// - Parameter span: over how many seconds from now on the reminders of those that wait are spread.
    public func fill(_ count: Int, span: Int64) async throws -> [Item] {
        var items: [Item] = []
        for number in 0..<count {
            let rest = Rest(rawValue: number % Rest.allCases.count) ?? .waiting
            let after = span * Int64(number + 1) / Int64(count + 1)
            items.append(try await item(number, rest, remindedAfter: after))
        }
        return items
    }

    private func item(_ number: Int, _ rest: Rest, remindedAfter seconds: Int64) async throws -> Item {
        let submission = Submission(
            organization: customer.slug, email: "waiting-\(number)@\(customer.slug).example", name: "Alice Martin",
            language: "en", grants: [("prod", "OPE"), ("default", "STD")], until: nil, reason: "Joins the release team")
        let view = try await onboarding.submit(
            submission, by: Actor(person: customer.representative, operatorName: nil, verifiedAt: nil))
        guard let id = RequestID(view.id) else { throw Fault(.unavailable, "The request has no id.") }
        let now = onboarding.world.now()
        let manager = Actor(person: customer.manager, operatorName: nil, verifiedAt: now)
        let owner = Actor.operator("rig")
        switch rest {
        case .waiting:
            let at = now.adding(seconds: seconds)
            _ = try await onboarding.moveDeadline(
                of: id, timer: "remind", to: at.iso8601, reason: "Spread.", by: owner)
            return Item(id: id, rest: rest, remindedAt: at)
        case .asked: _ = try await onboarding.ask(id, question: "Why Operator?", by: manager)
        case .granting: _ = try await onboarding.approve(id, items: [], by: manager)
        case .frozen: _ = try await onboarding.freeze(id, reason: "The contract is checked.", by: owner)
        case .ended: _ = try await onboarding.reject(id, clouds: [], reason: "Not now.", by: manager)
        }
        return Item(id: id, rest: rest, remindedAt: nil)
    }
}
