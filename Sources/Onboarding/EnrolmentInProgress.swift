package import Basics
package import Directory
import OneTimePassword
import OpenSSL
import Workflow

extension Onboarding {
    /// What an enrolment shows, again: for whoever holds its session and typed a wrong code.
    ///
    /// - Throws: `.expired` once it is over, replaced, or a session that never was.
    package func enrolment(session token: Secret) async throws -> (setup: EnrolmentStart.Setup, person: Person) {
        let now = world.now()
        let hash = try SHA256.digest(of: token.exposed)
        return try await store.read { snapshot in
            let (_, person, factor) = try enrolling(hash, at: now, in: snapshot)
            let secret = try vault.open(factor)
            let uri = try OTPAuthURI(
                issuer: settings.product, account: person.email.text, secret: secret, parameters: factor.parameters)
            let setup = EnrolmentStart.Setup(
                session: String(decoding: token.exposed, as: UTF8.self), uri: uri, parameters: factor.parameters,
                secret: Base32.encode(secret.exposed))
            return (setup, person)
        }
    }

    /// The request, the person and the factor to be proven of an enrolment that goes on.
    func enrolling(
        _ sessionHash: [UInt8], at now: Timestamp, in snapshot: any Snapshot
    ) throws -> (Request, Person, Factor) {
        guard let session = try snapshot.enrolmentSession(tokenHash: sessionHash), now < session.expiresAt,
            let request = try snapshot.request(session.request), request.run.ended == nil,
            let factor = try snapshot.factor(session.factor), factor.state == .pending,
            let person = try snapshot.person(session.person), person.mayEnrol
        else { throw Fault(.expired, "This enrolment is over. Open the link in your invitation again.") }
        return (request, person, factor)
    }
}
