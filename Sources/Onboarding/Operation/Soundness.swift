import Basics
public import Directory
import OneTimePassword
public import Records

/// What was put right after a clock that was ahead.
public struct RepairedInstants: Sendable {
    public let factors: Int
    public let waits: Int
    public let sessions: Int

    public var sentence: String {
        "Repaired: authenticators whose last code lay ahead: \(factors); waits: \(waits); sessions ended: \(sessions)."
    }
}

/// An organization in which nobody answers for something.
public struct Unattended: Hashable, Sendable {
    /// Short name; nil for the whole installation.
    public let organization: String?
    public let duty: Duty

    public var sentence: String {
        let what = duty == .representative ? "representative" : "service delivery manager"
        guard let organization else { return "Nobody is \(what) for the installation. Use: usher person appoint" }
        return "\(organization) has no \(what): its requests wait for nobody. Use: usher person appoint"
    }
}

extension Onboarding {
    /// What lies ahead by less may come of two machines' clocks, or of a correction of one.
    static let toleratedSeconds: Int64 = 300

    /// What was recorded by a clock that was ahead of this one; a sentence
    /// for each kind, empty if there is nothing.
    public func instantsAhead() async throws -> [String] {
        let now = world.now()
        let limit = now.adding(seconds: Self.toleratedSeconds)
        return try await store.read { snapshot in
            var found: [String] = []
            if let newest = try snapshot.lastAuditEntry(), newest.at > limit {
                found.append("The newest audit entry, \(newest.sequence), is of \(newest.at.iso8601).")
            }
            let factors = try snapshot.factorsAhead(of: limit)
            if let first = factors.first {
                let holder = try snapshot.factor(first).flatMap { try snapshot.person($0.person) }
                let name = holder?.email.text ?? first.text
                found.append(
                    "Authenticators that accept no code before the clock comes round: \(factors.count), of \(name).")
            }
            for ahead in try snapshot.instantsAhead(of: limit) {
                found.append("\(ahead.kind.words): \(ahead.count), the latest of \(ahead.latest.iso8601).")
            }
            return found
        }
    }

    /// Lets codes count again, ends sessions and waits that a clock ahead of this one made; on record.
    ///
    /// - Throws: `.forbidden` unless the owner of the folder asks.
    public func repairInstants(reason: String, by actor: Actor) async throws -> RepairedInstants {
        let now = world.now()
        let reason = try FieldRules.checked(reason)
        let limit = now.adding(seconds: Self.toleratedSeconds)
        return try await working { transaction in
            guard actor.person == nil else { throw Fault(.forbidden, "Only the owner of the data folder repairs it.") }
            let factors = try transaction.factorsAhead(of: limit)
            for id in factors {
                guard let factor = try transaction.factor(id) else { continue }
                // No code of now or before counts: one of them may
                // have been used, by the right clock, before.
                switch factor.means {
                case .totp(let own):
                    let step = now.seconds.flooredDivision(by: Int64(own.parameters.periodSeconds))
                    try transaction.setLastStep(step, of: id)
                }
                try transaction.audit(
                    AuditNote("factor.repair", subject: id.text, detail: reason), by: actor.recorded, at: now)
            }
            let repaired = RepairedInstants(
                factors: factors.count,
                waits: try transaction.endWaits(after: now.adding(seconds: Attempts.longestWaitSeconds)),
                sessions: try transaction.endSessions(after: limit))
            try transaction.audit(
                AuditNote("clock.repair", detail: "\(reason) (\(repaired.sentence))"), by: actor.recorded, at: now)
            return repaired
        }
    }

    /// Organizations without a representative, or whose approvals nobody gives.
    ///
    /// Somebody invited counts: they are on their way.
    public func unattended() async throws -> [Unattended] {
        try await store.read { snapshot in
            var gaps = try snapshot.organizationsWithout(.representative).map {
                Unattended(organization: $0, duty: .representative)
            }
            guard try !snapshot.hasHolderForAll(of: .deliveryManager) else { return gaps }
            let organizations = try snapshot.organizationsWithout(.deliveryManager)
            gaps += organizations.map { Unattended(organization: $0, duty: .deliveryManager) }
            if organizations.isEmpty, try snapshot.organizations(PageRequest(limit: 1)).items.isEmpty {
                gaps.append(Unattended(organization: nil, duty: .deliveryManager))
            }
            return gaps
        }
    }

    /// What nobody answers for once an account is suspended or closed, in
    /// the organization that the request of it is of, or for the
    /// provider's own staff anywhere: one sentence each.
    public func gaps(after view: RequestView) async throws -> [String] {
        try await unattended().filter {
            view.organization == nil || $0.organization == nil || $0.organization == view.organization
        }.map(\.sentence)
    }

    /// Writes a row and takes it back: whether the database takes writes now.
    public func tryWriting() async throws {
        try await working { try $0.setNote("probe", "1") }
        try await working { try $0.removeNote("probe") }
    }
}

extension InstantsAhead.Kind {
    fileprivate var words: String {
        switch self {
        case .session: "Sessions"
        case .wait: "Waits after wrong codes"
        }
    }
}
