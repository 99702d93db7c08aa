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

    /// - Parameter request: ends it only if it came from that one; nil for whatever holds.
    /// - Returns: what was ended; nil where there was nothing.
    @discardableResult
    func revoke(
        of holder: PersonID, in cloud: CloudID, from giver: RequestID? = nil, _ action: String = "grant.revoke",
        in request: Request
    ) throws -> Grant? {
        guard let grant = try records.liveGrant(of: holder, in: cloud, at: turn.now),
            giver == nil || grant.request == giver
        else {
            return nil
        }
        try records.revokeGrant(of: holder, in: cloud, at: turn.now)
        let left = action == "grant.lessen" ? ">\(Onboarding.noProfile)" : ""
        try record(
            AuditNote(
                action, organization: grant.organization, request: request.id, subject: holder.text,
                detail: "\(cloud)=\(grant.profile)\(left)"))
        if giver != nil { try bringBack(after: grant) }
        return grant
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
