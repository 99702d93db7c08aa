public import Basics
import Directory
import Foundation
import OpenSSL
public import Records
import Workflow

/// How the installation fares, for whoever looks after it.
public struct OperationStatus: Sendable {
    public let workload: Workload
    public let database: DatabaseFacts
    /// Id of the key that seals what is new, and of those that older rows may still name.
    public let sealingKey: String
    public let olderKeys: [String]
    /// Of the key that signs the audit trail, in hexadecimal.
    public let auditKey: String
    public let auditEntries: Int64
    public let auditSignedUpTo: Int64
    public let auditSignedAt: Timestamp?
    public let nodes: NodeList
    /// Those that are told nothing any more, then those that fail; not what an operator stopped, and so many at most.
    public let troubledWebhooks: [Webhook]
}

/// Effects with the addresses of whom they are for.
public struct EffectSheet: Sendable {
    public let effect: Effect
    public let recipient: String?
}

/// What an operator typed to find entries of the trail.
public struct AuditWish: Sendable {
    public let actor, action, subject, request: String
    /// By slug or id.
    public let organization: String
    /// A day or an instant.
    public let from: String
    /// A day, which means its end, or an instant.
    public let until: String

    public static let fields = ["actor", "action", "subject", "request", "organization", "from", "until"]

    /// - Parameter value: of each field; nil for what was left out.
    public init(_ value: (_ field: String) -> String?) {
        actor = value("actor") ?? ""
        action = value("action") ?? ""
        subject = value("subject") ?? ""
        request = value("request") ?? ""
        organization = value("organization") ?? ""
        from = value("from") ?? ""
        until = value("until") ?? ""
    }
}

extension Onboarding {
    /// So far things are counted: an installation with more has other worries than the number.
    public static let greatestWorkload = 100_000
    /// So many of what fares badly are named.
    private static var greatestTroubled: Int { 20 }

    /// What waits, for whoever watches over the process: numbers only, asked of nobody in particular.
    public func workload(upTo limit: Int = greatestWorkload) async throws -> Workload {
        let now = world.now()
        return try await store.read { try $0.workload(at: now, upTo: limit) }
    }

    /// - Throws: `.forbidden` for anybody but operators.
    public func operationStatus(upTo limit: Int = greatestWorkload, by actor: Actor) async throws -> OperationStatus {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            let head = try turn.snapshot.lastAuditHead()
            let troubled = try [Webhook.State.gone, .givenUp, .failing].flatMap {
                try turn.snapshot.webhooks(in: $0, limit: Self.greatestTroubled)
            }
            return OperationStatus(
                workload: try turn.snapshot.workload(at: turn.now, upTo: limit),
                database: try turn.snapshot.databaseFacts(),
                sealingKey: keys.currentSealing,
                olderKeys: keys.sealing.keys.filter { $0 != keys.currentSealing }.sorted(),
                auditKey: keys.audit.publicKey.hex, auditEntries: try turn.snapshot.lastAuditEntry()?.sequence ?? 0,
                auditSignedUpTo: head?.sequence ?? 0, auditSignedAt: head?.at, nodes: try turn.snapshot.nodeList(),
                troubledWebhooks: Array(troubled.prefix(Self.greatestTroubled)))
        }
    }

    /// - Parameter state: nil for effects of every state.
    public func effectSheets(
        _ state: Effect.State?, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<EffectSheet> {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            return try turn.snapshot.effects(state, page).map { effect in
                EffectSheet(
                    effect: effect,
                    recipient: try effect.order.recipient.flatMap { try turn.snapshot.person($0)?.email.text })
            }
        }
    }

    /// How many requests there are of each version of each workflow in each state.
    public func runCounts(by actor: Actor) async throws -> [RunCount] {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            return try turn.snapshot.runCounts()
        }
    }

    /// Entries of the trail that an operator looks for, newest first, or from the oldest on.
    ///
    /// - Parameter page: its cursor is the number of the last entry read.
    /// - Throws: `.forbidden` for anybody but operators,
    ///   `.invalid` for times and cursors that are none.
    public func auditEntries(
        _ wish: AuditWish, oldestFirst: Bool = false, _ page: PageRequest, by actor: Actor
    ) async throws -> AuditPage {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            let start: Int64? = oldestFirst ? 0 : Int64.max
            guard let cursor = page.after.map({ Int64($0) }) ?? start, cursor > (oldestFirst ? -1 : 0) else {
                throw Fault.invalid("after", "invalid_cursor", "This cursor is not the next of an audit list.")
            }
            let filter = try turn.filter(wish)
            // One more than asked for tells whether there is a next page.
            let found =
                oldestFirst
                ? try turn.snapshot.auditEntries(filter, after: cursor, limit: page.limit + 1)
                : try turn.snapshot.auditEntries(filter, before: cursor, limit: page.limit + 1)
            let entries = Array(found.prefix(page.limit))
            return AuditPage(
                entries: entries, next: found.count > entries.count ? entries.last.map { String($0.sequence) } : nil,
                addresses: try turn.addresses(in: entries))
        }
    }
}

extension Turn {
    /// What was typed, with the ids of the people whose addresses stand there.
    fileprivate func filter(_ wish: AuditWish) throws -> AuditFilter {
        func text(_ text: String) -> String? { text.isEmpty ? nil : text }
        func known(_ wished: String) throws -> String? {
            guard let wished = text(wished), let email = try? EmailAddress(wished) else { return text(wished) }
            // The trail names people by id, so an address that nobody has is found nowhere.
            return try snapshot.person(emailKey: email.key)?.id.text ?? wished
        }
        var faults: [Fault.Field] = []
        func instant(_ wished: String, _ field: String, startOfDay: Bool) -> Timestamp? {
            guard let wished = text(wished) else { return nil }
            let moment = Moment(wished)
            let instant =
                startOfDay
                ? moment?.beginning(in: settings.timeZone) : moment?.end(in: settings.timeZone)
            if instant == nil {
                faults.append(.init(field, "invalid_date", "This is not a day: write it as 2027-03-31."))
            }
            return instant
        }
        let filter = AuditFilter(
            actor: try known(wish.actor), action: text(wish.action), subject: try known(wish.subject),
            request: text(wish.request)?.lowercased(),
            organization: try organizationID(wish.organization, &faults),
            from: instant(wish.from, "from", startOfDay: true),
            until: instant(wish.until, "until", startOfDay: false))
        guard faults.isEmpty else { throw Fault.invalid(faults) }
        return filter
    }

    /// By its short name or its id; what is neither is told, and does not pass for an organization without entries.
    private func organizationID(_ wished: String, _ faults: inout [Fault.Field]) throws -> String? {
        guard !wished.isEmpty else { return nil }
        let found =
            try snapshot.organization(slug: wished)
            ?? OrganizationID(wished).flatMap { try snapshot.organization($0) }
        if found == nil {
            faults.append(.init("organization", "unknown", "There is no organization \(FieldRules.quoted(wished))."))
        }
        return found?.id.text
    }
}
