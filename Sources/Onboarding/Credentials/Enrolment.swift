public import Basics
import Directory
import Foundation
public import OneTimePassword
import OpenSSL
public import Records
import Workflow

/// What somebody who opened their invitation needs next.
public struct EnrolmentStart: Sendable {
    /// Nil when no second factor is enrolled: the account is active already.
    public let setup: Setup?
    /// A session for whoever has nothing left to prove, where one was wished for.
    public var entered: SignIn?

    public struct Setup: Sendable {
        /// Opaque; proves that whoever verifies is who was shown the secret.
        public let session: String
        public let uri: OTPAuthURI
        public let parameters: OTPParameters
        /// Base32.
        public let secret: String
    }
}

public struct EnrolmentEnd: Sendable {
    /// Shown once, never again.
    public let recoveryCodes: [String]
    /// The workflow's state after the proof.
    public let state: String
    /// The clouds in which the person may act now.
    public let items: [InvitationView.Item]
    /// A session for whoever has just proven all that the account has, where one was wished for.
    public var entered: SignIn?
}

/// Shown to one person once; whatever prints or dumps the value shows nothing.
extension EnrolmentStart.Setup: CustomStringConvertible, CustomReflectable {
    public var description: String { "•••" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension EnrolmentEnd: CustomStringConvertible, CustomReflectable {
    public var description: String { "•••, \(state)" }
    public var customMirror: Mirror { Mirror(self, children: ["state": state]) }
}

extension Person {
    /// Whoever is suspended or closed in the middle of an enrolment does not finish it.
    var mayEnrol: Bool { state == .invited || state == .active }
}

extension Onboarding {
    /// From the link to the password and the secret: chooses the password the first time,
    /// checks it when the link is opened again, and issues a new secret each time, since an
    /// abandoned one may have been seen by others.
    ///
    /// - Parameters:
    ///   - wantsFactor: enrol a factor although no approved profile needs one.
    ///   - choosesAnew: the password is forgotten, and this one takes
    ///     its place; where the link allows it.
    ///   - browser: what the browser in which it begins holds; sent twice from there
    ///     it is one enrolment with one secret.
    ///   - client: where a session is to begin once nothing is left to prove.
    /// - Throws: `.notFound` for a token that opens nothing, `.expired` for an old one,
    ///   `.invalid` for a refused password, `.forbidden` for a wrong one.
    public func startEnrolment(
        token: Secret, password: Secret, wantsFactor: Bool = false, choosesAnew: Bool = false,
        in browser: Secret? = nil, signingInFrom client: Client? = nil
    ) async throws -> EnrolmentStart {
        let tokenHash = try SHA256.digest(of: PastedInvitation.token(in: token).exposed)
        let place = browser.map { KeepsakePlace(enrolment: tokenHash, in: $0) }
        let invited = try await invitee(tokenHash)
        var request = invited.request
        if invited.choosesPassword,
            let chosen = try await choosePassword(password, invited, tokenHash, wantsFactor: wantsFactor, place)
        {
            request = chosen
        } else if choosesAnew {
            try await chooseAnew(password, invited, tokenHash)
        } else {
            try await requirePassword(
                password, of: invited.person.id, by: [.link],
                otherwise: Fault(.forbidden, "This is not the password that was chosen with this link before."))
        }
        _ = try await performDue(of: request.id)
        guard request.run.ended == nil else {
            guard let client else { return EnrolmentStart(setup: nil) }
            return EnrolmentStart(
                setup: nil, entered: try await enter(invited.person.id, isProven: false, from: client))
        }
        return EnrolmentStart(setup: try await beginFactor(for: invited, tokenHash, place))
    }

    /// Appointments have no items: whoever decides for others always enrols a factor.
    func needsFactor(_ request: Request) -> Bool {
        request.run.items.isEmpty || request.run.items.contains { $0.needsMFA && $0.state == .granted }
    }

    struct Invitee: Sendable {
        let person: Person
        let organization: Organization?
        let request: Request
        /// Whether the password is still to be chosen; else it was, and opens the enrolment again.
        let choosesPassword: Bool
        /// Whether another password may be chosen in place of a forgotten one.
        ///
        /// By a link that was sent after the choice: whoever read the mail of
        /// before cannot take an enrolment over. By the link of somebody who has an
        /// account already, for which others had to agree.
        let mayChooseAnew: Bool
    }

    func invitee(_ tokenHash: [UInt8]) async throws -> Invitee {
        try await reading(by: .usher) { try $0.invitee(tokenHash) }
    }

    /// - Returns: the request after the choice, which may have ended
    ///   it; nil if another window was quicker.
    private func choosePassword(
        _ password: Secret, _ invited: Invitee, _ tokenHash: [UInt8], wantsFactor: Bool, _ place: KeepsakePlace?
    ) async throws -> Request? {
        let words = [
            invited.person.name.text, invited.person.email.text, invited.organization?.name.text,
            invited.organization?.slug.text, settings.product,
        ].compactMap { $0 }
        let hasMFA = wantsFactor || needsFactor(invited.request)
        let accepted = try passwords.accept(password, hasMFA: hasMFA, words: words)
        let phc = try await hasher.hash(accepted, cost: settings.passwordCost, salt: world.random(16))
        return try await writing(by: .usher) { turn in
            // Read anew: hashing takes its time, and another window may have been quicker.
            let current = try turn.invitee(tokenHash)
            guard current.choosesPassword else { return nil }
            let choice = Event.Choice(
                "choose_password", part: "holder", by: current.person.id.text, facts: ["factor.wanted": wantsFactor])
            let mover = Mover(recorded: .person(current.person.id), person: current.person.id)
            let moved = try turn.advance(current.request, on: .choice(choice), by: mover)
            try turn.set(passwordHash: phc, of: current.person, "password.choose", in: moved.id, by: mover)
            if moved.run.ended != nil, let place {
                try turn.keep(KeptCodes(request: moved.id), at: place, of: current.person.id)
            }
            return moved
        }
    }

    private func beginFactor(
        for invited: Invitee, _ tokenHash: [UInt8], _ place: KeepsakePlace?
    ) async throws -> EnrolmentStart.Setup {
        let now = world.now()
        let session = Secret(world.random(32).hex)
        let secret = Secret(world.random(20))
        let factor = try pendingFactor(of: invited.person.id, secret, at: now)
        let sessionHash = try SHA256.digest(of: session.exposed)
        let again = try await writing(by: .usher, at: now) { turn -> EnrolmentStart.Setup? in
            let current = try turn.invitee(tokenHash)
            if let place, let same = try turn.begun(current.request, at: place) { return same }
            let person = current.person.id
            let choice = Event.Choice("begin", part: "holder", by: person.text)
            let mover = Mover(recorded: .person(person), person: person)
            _ = try turn.advance(current.request, on: .choice(choice), by: mover) {
                try turn.transaction.insertPending(factor)
                try turn.transaction.replaceEnrolmentSession(
                    with: EnrolmentSession(
                        tokenHash: sessionHash, request: current.request.id, person: person, factor: factor.id,
                        expiresAt: now.adding(seconds: Self.enrolmentSessionSeconds)))
                if let place {
                    try turn.keep(
                        session, .enrolment, at: place, of: person,
                        until: now.adding(seconds: Self.enrolmentSessionSeconds))
                }
            }
            return nil
        }
        if let again { return again }
        let uri = try OTPAuthURI(
            issuer: settings.product, account: invited.person.email.text, secret: secret,
            parameters: settings.factor)
        return EnrolmentStart.Setup(
            session: String(decoding: session.exposed, as: UTF8.self), uri: uri, parameters: settings.factor,
            secret: Base32.encode(secret.exposed))
    }

    private static var enrolmentSessionSeconds: Int64 { 3600 }

    /// From the code to the active factor.
    ///
    /// Only then does the factor count, and the code that proved it is used up. A wrong code
    /// is counted and committed before it is refused.
    /// - Parameters:
    ///   - place: where the recovery codes are kept for a while, so
    ///     that their page can be loaded again.
    ///   - client: where a session is to begin with the proof.
    public func verifyEnrolment(
        session: Secret, code: String, keepingAt place: KeepsakePlace? = nil, signingInFrom client: Client? = nil
    ) async throws -> EnrolmentEnd {
        let now = world.now()
        let sessionHash = try SHA256.digest(of: session.exposed)
        let origin = Origin.current
        let codes = RecoveryCode.makeSet(from: world.random(RecoveryCode.randomByteCount))
        let (request, refusal) = try await writing(by: .usher, at: now) { turn -> (Request, Fault?) in
            let (request, person, factor) = try turn.enrolling(sessionHash)
            if let refused = CodeVerification(proving: try turn.transaction.attempts(of: person.id), at: now) {
                return (request, refused.refusal)
            }
            let use = try turn.firstUse(of: factor, code)
            let choice = Event.Choice(
                "verify", part: "holder", by: person.id.text, facts: ["code.valid": use != nil])
            let mover = Mover(recorded: .person(person.id), person: person.id)
            let moved = try turn.advance(request, on: .choice(choice), by: mover)
            guard let use else {
                try turn.countMiss(of: person.id)
                try turn.transaction.record(Sighting(.codeWrong, person: person.id, from: origin), at: now)
                return (moved, Fault.invalid("code", "wrong_code", "This code is not right. Type the one shown now."))
            }
            try turn.activate(
                factor, using: use, recoveryCodes: turn.hashes(of: codes, of: person.id), "factor.activate",
                of: person, in: moved.id, by: mover)
            try turn.transaction.setAttempts(Attempts(), of: person.id)
            if let place {
                try turn.keep(
                    KeptCodes(
                        codes: codes.map(\.text), request: moved.id, isOfNewFactor: person.state == .active), at: place,
                    of: person.id)
            }
            return (moved, nil)
        }
        _ = try await performDue(of: request.id)
        if let refusal { throw refusal }
        let items = try await reading(by: .usher, at: now) { try $0.grantedItems(of: request) }
        var end = EnrolmentEnd(recoveryCodes: codes.map(\.text), state: request.run.state, items: items)
        if let client, let holder = request.holder {
            end.entered = try await enter(holder, isProven: true, from: client)
        }
        return end
    }
}

extension Turn {
    func invitee(_ tokenHash: [UInt8]) throws -> Onboarding.Invitee {
        // One answer for a token that never was, that was replaced, whose
        // request has ended or whose owner is suspended.
        let nothing = Fault(.notFound, "This link opens nothing (any more). Ask whoever invited you for a new one.")
        guard let invitation = try snapshot.invitation(tokenHash: tokenHash),
            let request = try snapshot.request(invitation.request),
            let person = try snapshot.person(invitation.person), person.mayEnrol, request.run.ended == nil
        else { throw nothing }
        // Before the date, which is moved when the request is thawed.
        if let since = request.run.frozenAt { throw usher.fault(.frozen(since: since)) }
        guard now < invitation.expiresAt else {
            throw Fault(.expired, "This link has expired. Ask whoever invited you for a new one.")
        }
        let choosesPassword = try !library.definition(of: request.run, in: snapshot)
            .partsOffered("choose_password", in: request.run).isEmpty
        let chosenAt = try snapshot.passwordChosenAt(person.id)
        let isNewer = chosenAt.flatMap { chosen in invitation.renewedAt.map { $0 > chosen } } ?? false
        return Onboarding.Invitee(
            person: person, organization: try request.organization.flatMap { try snapshot.organization($0) },
            request: request, choosesPassword: choosesPassword,
            mayChooseAnew: !choosesPassword && chosenAt != nil && (person.state == .active || isNewer))
    }
}
