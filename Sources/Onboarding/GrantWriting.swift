import Basics
import Directory
import Records

/// The verbs of `Writing` about grants, each with its entry of the audit trail: nobody gives or takes one by hand.
struct GrantWriting {
    private let turn: Writing
    private let records: any Transaction

    init(_ turn: Writing, _ records: any Transaction) {
        self.turn = turn
        self.records = records
    }

    /// In place of the live one in the same cloud.
    ///
    /// - Parameter lessening: what it takes the place of, where it is less than that.
    func begin(_ grant: Grant, lessening former: Grant? = nil) throws {
        try records.replaceGrant(with: grant, at: turn.now)
        let before = former.map { "\($0.profile)>" } ?? ""
        try record(
            AuditNote(
                former == nil ? "grant.begin" : "grant.lessen", organization: grant.organization,
                request: grant.request, subject: grant.person.text, detail: "\(grant.cloud)=\(before)\(grant.profile)"))
    }

    /// Given for after what is held, which lets do more and ends before it.
    ///
    /// - Parameter later: all that comes after what is held, with it.
    func put(_ next: Grant.Later, behind held: Grant, later: [Grant.Later]) throws {
        try records.setLater(of: held.id, later)
        try record(
            AuditNote(
                "grant.begin", organization: held.organization, request: next.request, subject: held.person.text,
                detail: "\(held.cloud)=\(next.profile)"))
    }

    /// - Returns: what was ended; nil where there was nothing.
    @discardableResult
    func revoke(
        of holder: PersonID, in cloud: CloudID, _ action: String = "grant.revoke", in request: Request
    ) throws -> Grant? {
        guard let grant = try records.liveGrant(of: holder, in: cloud, at: turn.now) else { return nil }
        try records.revokeGrant(of: holder, in: cloud, at: turn.now)
        let left = action == "grant.lessen" ? ">\(Onboarding.noProfile)" : ""
        try record(
            AuditNote(
                action, organization: grant.organization, request: request.id, subject: holder.text,
                detail: "\(cloud)=\(grant.profile)\(left)"))
        return grant
    }

    /// Takes back what a request gave: what that took the place of holds again, and what stands before it goes on.
    ///
    /// - Returns: all that was held; nil where nothing of it came from the request.
    func takeBack(_ request: Request, of holder: PersonID, in cloud: CloudID) throws -> Grant? {
        guard let grant = try settled(of: holder, in: cloud),
            let given = grant.spans.first(where: { $0.request == request.id })
        else { return nil }
        try record(
            AuditNote(
                "grant.revoke", organization: grant.organization, request: request.id, subject: holder.text,
                detail: "\(cloud)=\(given.profile)"))
        if grant.request == request.id {
            try records.revokeGrant(of: holder, in: cloud, at: turn.now)
            try bringBack(after: grant)
        } else {
            try records.setLater(of: grant.id, grant.later.filter { $0.request != request.id })
        }
        return grant
    }

    /// What is held, once what has come back meanwhile is put on record; nil for nothing, or what has ended.
    func settled(of holder: PersonID, in cloud: CloudID) throws -> Grant? {
        guard let found = try records.liveGrant(of: holder, in: cloud, at: turn.now), !found.hasEnded(at: turn.now)
        else { return nil }
        guard let row = try records.grant(found.id), row.hasEnded(at: turn.now) else { return found }
        try bringBack(after: row)
        return try records.liveGrant(of: holder, in: cloud, at: turn.now)
    }

    /// What a grant took the place of, and has not ended meanwhile, holds again: since the grant's end, or from now on.
    func bringBack(after grant: Grant) throws {
        guard let next = grant.spans.dropFirst().first(where: { !$0.hasEnded(at: turn.now) }) else { return }
        let since = min(next.since, turn.now)
        _ = try records.endGrant(grant.id, at: since)
        try records.replaceGrant(
            with: Grant(
                id: GrantID(at: turn.now, random: turn.world.random), organization: grant.organization,
                cloud: grant.cloud,
                person: grant.person, profile: next.profile, since: since, until: next.until, request: next.request,
                later: next.later), at: turn.now)
        try record(
            AuditNote(
                "grant.return", organization: grant.organization, request: next.request, subject: grant.person.text,
                detail: "\(grant.cloud)=\(next.profile)"))
    }

    /// - Returns: false if it had ended already.
    func withdraw(_ grant: Grant, in request: Request) throws -> Bool {
        guard try records.endGrant(grant.id, at: turn.now) else { return false }
        try record(
            AuditNote(
                "grant.withdraw", organization: request.organization, request: request.id,
                subject: grant.person.text, detail: "\(grant.cloud)=\(grant.profile)"))
        return true
    }

    private func record(_ note: AuditNote) throws { try records.audit(note, by: .usher, at: turn.now) }
}
