public import Basics
import Directory
import Foundation
public import Records

/// A part of the security events, with the addresses of the people in it.
public struct SecurityPage: Sendable {
    public let events: [SecurityEvent]
    /// Where it goes on; nil at the end.
    public let next: String?
    /// Person id → e-mail address.
    public let addresses: [String: String]
}

extension Onboarding {
    /// Recorded at once, and never at the price of the answer: what
    /// cannot be written is an outage of its own.
    public func record(_ sightings: [Sighting]) async throws {
        guard !sightings.isEmpty else { return }
        let now = world.now()
        try await working { transaction in
            for sighting in sightings { try transaction.record(sighting, at: now) }
        }
    }

    /// - Parameters:
    ///   - kinds: nil for all.
    ///   - oldestFirst: for whoever reads on from a number.
    /// - Throws: `.forbidden` for anybody but operators.
    public func securityEvents(
        _ kinds: Set<SecurityEvent.Kind>?, of email: EmailAddress?, oldestFirst: Bool, _ page: PageRequest,
        by actor: Actor
    ) async throws -> SecurityPage {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            var filter = SecurityFilter(kinds: kinds)
            if let email {
                let person = try turn.person(at: email)
                filter.person = person.id
            }
            return try turn.page(filter, oldestFirst: oldestFirst, page)
        }
    }

    /// Proofs that were given or refused for one person, newest first: for
    /// themselves, for whoever may see their account.
    public func signIns(
        of email: EmailAddress, _ page: PageRequest, by actor: Actor
    ) async throws -> SecurityPage {
        try await reading(by: actor) { turn in
            let person = try turn.person(at: email)
            try turn.requireRead(of: person)
            let filter = SecurityFilter(kinds: SecurityEvent.Kind.signIns, person: person.id)
            return try turn.page(filter, oldestFirst: false, page)
        }
    }

    /// How often each kind was seen in the last hour: for whoever watches over the process.
    public func securityCounts() async throws -> [SecurityEvent.Kind: Int64] {
        let since = world.now().adding(seconds: -3_600)
        return try await store.read { try $0.securityCounts(since: since) }
    }

    // MARK: Retention and alarm

    private static var forgottenAtOnce: Int { 1_000 }

    /// Forgets what is older than it is kept, a part at a time, so that nobody waits for it.
    public func forgetSecurityEvents() async throws {
        let before = world.now().adding(seconds: -Int64(settings.securityEventDays) * 86_400)
        while !Task.isCancelled {
            let forgotten = try await working {
                try $0.forgetSecurityEvents(before: before, limit: Self.forgottenAtOnce)
            }
            if forgotten < Self.forgottenAtOnce { return }
        }
    }

    /// Writes to the operators by duty where a kind was seen more often within an hour than
    /// is usual; at most once an hour for each.
    ///
    /// - Returns: what was told of.
    @discardableResult
    public func alarm() async throws -> [SecurityEvent.Kind: Int64] {
        guard settings.securityAlarm > 0 else { return [:] }
        let now = world.now()
        let threshold = Int64(settings.securityAlarm)
        let told = try await working { transaction -> [SecurityEvent.Kind: Int64] in
            let counts = try transaction.securityCounts(since: now.adding(seconds: -3_600))
            var told: [SecurityEvent.Kind: Int64] = [:]
            for (kind, count) in counts where !kind.isSuccess && count >= threshold {
                let note = "security.alarm \(kind.rawValue)"
                let last = try transaction.note(note).flatMap(Int64.init) ?? 0
                guard now.milliseconds - last >= 3_600_000 || last > now.milliseconds else { continue }
                try transaction.setNote(note, "\(now.milliseconds)")
                told[kind] = count
            }
            guard !told.isEmpty else { return [:] }
            let comment = told.sorted { $0.key.rawValue < $1.key.rawValue }
                .map { "\($0.key.rawValue): \($0.value)" }.joined(separator: "\n")
            let notices = try transaction.holders(of: .operator, organization: nil).map {
                notice("security-alarm", to: $0.id, at: now, comment: comment)
            }
            try transaction.insert(notices)
            return told
        }
        if !told.isEmpty { _ = try await performDue() }
        return told
    }
}

extension Turn {
    fileprivate func page(_ filter: SecurityFilter, oldestFirst: Bool, _ page: PageRequest) throws -> SecurityPage {
        let start: Int64? = oldestFirst ? 0 : Int64.max
        guard let cursor = page.after.map({ Int64($0) }) ?? start, cursor >= 0 else {
            throw Fault.invalid("after", "invalid_cursor", "This cursor is not the next of such a list.")
        }
        // One more than asked for tells whether there is a next page.
        let found =
            oldestFirst
            ? try snapshot.securityEvents(filter, after: cursor, limit: page.limit + 1)
            : try snapshot.securityEvents(filter, before: cursor, limit: page.limit + 1)
        let events = Array(found.prefix(page.limit))
        var addresses: [String: String] = [:]
        for id in Set(events.compactMap(\.person)) { addresses[id.text] = try snapshot.person(id)?.email.text }
        return SecurityPage(
            events: events, next: found.count > events.count ? events.last.map { String($0.sequence) } : nil,
            addresses: addresses)
    }
}
