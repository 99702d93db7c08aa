public import Basics
import Directory
import OpenSSL
public import Records
import Workflow

/// A new link in place of one that got lost or was replaced.
///
/// It goes to the stored address, whoever asks, and the one before opens nothing from then on.
extension Onboarding {
    /// New links of one invitation follow each other no faster than this.
    fileprivate static var renewalPauseSeconds: Int64 { 600 }
    /// Whoever asked for the account gives a link that is sent anew this long to live, so that
    /// nobody has to ask for the whole account again because it was late.
    fileprivate static var freshSeconds: Int64 { 3 * 86_400 }
    /// From the invitation on, however often it is prolonged: what was approved is not open for ever.
    fileprivate static var longestSeconds: Int64 { 30 * 86_400 }
    /// More than that is no lost mail.
    fileprivate static var greatestGeneration: Int64 { 20 }

    /// For whoever stands before a link that opens nothing and says that it was theirs.
    ///
    /// Returns the same whatever was typed, and does the same amount of work: nobody learns
    /// who was invited. Mails are ordered and sent later, so that not even the time tells. If
    /// the request has lapsed meanwhile, whoever asked for the account is told, once a day.
    public func renewInvitation(for email: String) async throws {
        let key = (try? EmailAddress(email))?.key  // What is no address is nobody's.
        try await writing(by: .usher) { turn in
            // Always a write, as for an address that somebody has.
            let count = try turn.transaction.note("renewals").flatMap { Int64($0) } ?? 0
            try turn.transaction.setNote("renewals", "\(count + 1)")
            guard let person = try key.flatMap({ try turn.transaction.person(emailKey: $0) }) else { return }
            guard person.mayEnrol else { return try turn.tellOfLapse(person) }
            for request in try turn.transaction.openAccountRequests(about: person.id) {
                _ = try turn.renew(request, of: person, by: .person(person.id), onBehalfOf: nil)
            }
        }
    }

    /// For whoever asked for the account or decides about it; where the
    /// invitation was about to end, it ends later.
    ///
    /// - Throws: `.notFound` for a request that is not there or not theirs to
    ///   see, `.forbidden`, `.conflict` if nobody is invited by it now,
    ///   `.tooMany` right after the one before.
    public func renewInvitation(of id: RequestID, by actor: Actor) async throws -> RequestView {
        try await asking(by: actor) { turn in
            guard var request = try turn.transaction.request(id) else { throw Authority.missing("request", id.text) }
            let capacity = try turn.requireInvitation(to: request)
            let isPaused = try turn.transaction.invitation(of: id)?.renewedAt.map {
                turn.now < $0.adding(seconds: Self.renewalPauseSeconds)
            }
            if isPaused != true {
                request = try turn.prolonged(request, by: Mover(actor, capacity))
            }
            guard let person = try request.holder.flatMap({ try turn.transaction.person($0) }), person.mayEnrol,
                let renewed = try turn.renew(
                    request, of: person, by: actor.recorded, onBehalfOf: capacity.onBehalfOf)
            else { throw Fault(.conflict, "Nobody is invited by this request now.") }
            guard renewed else {
                throw Fault(
                    .tooMany, "A new link was sent a moment ago. Wait \(Self.renewalPauseSeconds) seconds between two.")
            }
            return request
        }
    }
}

extension Writing {
    /// The same request with an invitation that lives as long as a fresh link is to.
    fileprivate func prolonged(_ request: Request, by mover: Mover) throws -> Request {
        guard request.run.ended == nil, request.run.frozenAt == nil,
            try invitationEnd(of: request) != nil,
            let timer = request.run.leaving
        else { return request }
        let longest = request.run.enteredAt.adding(seconds: Onboarding.longestSeconds)
        let end = min(now.adding(seconds: Onboarding.freshSeconds), longest)
        guard timer.at < end else { return request }
        var mover = mover
        mover.note = "A new link: \(timer.id) \(timer.at.iso8601) -> \(end.iso8601)"
        return try advance(request, on: .deadline(timer: timer.id, at: end), by: mover)
    }

    /// - Returns: nil if the request invites nobody now; false if the link before is too young.
    func renew(_ request: Request, of person: Person, by recorded: Party, onBehalfOf: PersonID?, force: Bool = false)
        throws -> Bool?
    {
        guard let expiresAt = try invitationEnd(of: request) else { return nil }
        let known = try transaction.invitation(of: request.id)
        let generation = (known?.generation ?? 0) + 1
        if !force, let last = known?.renewedAt, now < last.adding(seconds: Onboarding.renewalPauseSeconds) {
            return false
        }
        guard force || generation <= Onboarding.greatestGeneration else { return false }
        let token = try keys.invitationToken(request: request.id, person: person.id, generation: generation)
        try transaction.replaceInvitation(
            with: Invitation(
                tokenHash: try SHA256.digest(of: token.exposed), request: request.id, person: person.id,
                expiresAt: expiresAt, generation: generation, renewedAt: now))
        try openAgain(request, by: recorded, onBehalfOf: onBehalfOf)
        // An account that is open already is invited to a new authenticator only.
        let template = person.state == .active ? "reset-invitation" : "invitation"
        try transaction.insert([
            Effect(mail: template, to: person.id, of: .request(request.id), "renewed/\(generation)", at: now)
        ])
        try transaction.audit(
            AuditNote(
                "invitation.renew", organization: request.organization, request: request.id, subject: person.id.text),
            by: recorded, onBehalfOf: onBehalfOf, at: now)
        return true
    }

    /// A new link opens the enrolment as often as the first one did.
    private func openAgain(_ request: Request, by recorded: Party, onBehalfOf: PersonID?) throws {
        let definition = try library.definition(of: request.run, in: transaction)
        guard definition.timesUsedUp("begin", in: request.run) != nil else { return }
        let mover = Mover(
            recorded: recorded, onBehalfOf: onBehalfOf, note: "A new link: it opens anew")
        _ = try advance(request, on: .renew(choice: "begin"), by: mover)
    }

    /// Whoever asked for an account that its holder never opened can ask again; the holder cannot.
    fileprivate func tellOfLapse(_ person: Person) throws {
        // Whom a lapsed request never made active is nobody's account any more.
        guard person.state == .closed,
            let request = try transaction.newestRequest(about: person.id).flatMap({ try transaction.request($0) }),
            request.run.ended == .lapsed, let requester = request.requester.themselves
        else { return }
        let day = now.milliseconds / 86_400_000
        // A key that is known orders nothing: once a day is enough, however often it is asked.
        try transaction.insert([
            Effect(mail: "lapsed", to: requester, of: .request(request.id), "asked-again/\(day)", at: now)
        ])
    }
}
