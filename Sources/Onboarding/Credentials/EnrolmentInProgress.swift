public import Basics
public import Directory
import OneTimePassword
import OpenSSL
import Records
import Workflow

/// What whoever enrolled is shown at the end.
public struct EnrolmentSeen: Sendable {
    public let language: Language
    /// Empty where no factor was enrolled.
    public let recoveryCodes: [String]
    public let items: [InvitationView.Item]
    /// Whether the account was there before, and only its authenticator is new.
    public let isOfNewFactor: Bool
}

extension Onboarding {
    /// What an enrolment shows, again: for whoever holds its session and typed a wrong code.
    ///
    /// - Throws: `.expired` once it is over, replaced, or a session that never was.
    public func enrolment(session token: Secret) async throws -> (setup: EnrolmentStart.Setup, person: Person) {
        let hash = try SHA256.digest(of: token.exposed)
        return try await reading(by: .usher) { turn in
            let (_, person, factor) = try turn.enrolling(hash)
            return (try setup(of: factor, for: person, token), person)
        }
    }

    fileprivate func setup(of factor: Factor, for person: Person, _ session: Secret) throws -> EnrolmentStart.Setup {
        switch factor.means {
        case .totp(let own):
            let secret = try vault.open(own, of: factor)
            let uri = try OTPAuthURI(
                issuer: settings.product, account: person.email.text, secret: secret, parameters: own.parameters)
            return EnrolmentStart.Setup(
                session: String(decoding: session.exposed, as: UTF8.self), uri: uri, parameters: own.parameters,
                secret: Base32.encode(secret.exposed))
        }
    }

    /// What this browser began and may still prove: for its page, loaded again.
    ///
    /// - Throws: `.expired` once it is over, or for what began elsewhere.
    public func enrolment(
        at place: KeepsakePlace
    ) async throws -> (setup: EnrolmentStart.Setup, person: Person) {
        guard let session = try await kept(.enrolment, at: place) else { throw Self.enrolmentIsOver }
        return try await enrolment(session: session)
    }

    /// The end of an enrolment in this browser, with the
    /// recovery codes until they are said to be kept.
    ///
    /// - Returns: nil for what ended elsewhere, or too long ago.
    public func enrolmentEnd(at place: KeepsakePlace) async throws -> EnrolmentSeen? {
        guard let kept = try await keptCodes(at: place), let id = kept.request else { return nil }
        return try await reading(by: .usher) { turn in
            guard let request = try turn.snapshot.request(id), let holder = request.holder,
                let person = try turn.snapshot.person(holder)
            else { return nil }
            return EnrolmentSeen(
                language: person.language, recoveryCodes: kept.codes,
                items: try turn.grantedItems(of: request), isOfNewFactor: kept.isOfNewFactor)
        }
    }

    fileprivate static var enrolmentIsOver: Fault {
        Fault(.expired, "This enrolment is over. Open the link in your invitation again.")
    }
}

extension Turn {
    /// What the same browser began for this request and may still prove; nil where it must begin.
    func begun(_ request: Request, at place: KeepsakePlace) throws -> EnrolmentStart.Setup? {
        guard let session = try kept(.enrolment, at: place) else { return nil }
        do {
            let (same, person, factor) = try enrolling(SHA256.digest(of: session.exposed))
            return same.id == request.id ? try usher.setup(of: factor, for: person, session) : nil
        } catch let over as Fault where over.code == .expired {
            return nil
        }
    }

    /// The request, the person and the factor to be proven of an enrolment that goes on.
    func enrolling(_ sessionHash: [UInt8]) throws -> (Request, Person, Factor) {
        guard let session = try snapshot.enrolmentSession(tokenHash: sessionHash), now < session.expiresAt,
            let request = try snapshot.request(session.request), request.run.ended == nil,
            let factor = try snapshot.factor(session.factor), factor.state == .pending,
            let person = try snapshot.person(session.person), person.mayEnrol
        else { throw Onboarding.enrolmentIsOver }
        return (request, person, factor)
    }
}
