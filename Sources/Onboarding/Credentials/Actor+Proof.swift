public import Basics
import Directory
public import Records

extension Onboarding {
    /// The operator of the data folder acts for a person.
    ///
    /// All rules hold for that person.
    ///
    /// - Parameter code: proves the person's factor now; uses the code up.
    /// - Throws: `Fault.Code.notFound` for an unknown person, `.forbidden` for a
    ///   wrong code or an account that is closed.
    public func act(
        as email: EmailAddress, operatorName: String, code: String?
    ) async throws -> Actor {
        guard let person = try await store.read({ try $0.person(emailKey: email.key) }) else {
            throw Fault(.notFound, "There is no person with the address \(email).")
        }
        guard person.state != .closed, person.state != .suspended else {
            throw Fault(.forbidden, "The account of \(email) is \(word: person.state.rawValue); nobody can act for it.")
        }
        guard let code else { return Actor(person: person, operatorName: operatorName, verifiedAt: nil) }
        let verification = try await verifyCode(code, of: person.id, by: .operator(operatorName))
        guard verification.accepted else { throw verification.refusal }
        return Actor(person: person, operatorName: operatorName, verifiedAt: world.now())
    }
}
