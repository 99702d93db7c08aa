import Basics
import Directory
import Records

/// Who may with accounts of programs.
extension Authority {
    /// A secret is verified for the platform, which the owner of the data folder
    /// runs, or for whoever answers for the program; a colleague has no business
    /// guessing at it, or making the program wait by that.
    static func requireSecretVerification(of account: APIAccount, by actor: Actor) throws {
        guard actor.isOwner || actor.person?.id == account.owner else {
            throw Fault(.forbidden, "A program's secret is verified for its owner only.")
        }
    }

    /// What opens a program is seen and changed by whoever answers for it, and by nobody in their place.
    ///
    /// - Parameter refusal: what anybody else is told.
    static func requireOwner(of account: APIAccount, by actor: Actor, _ refusal: Sentence) throws {
        guard actor.person?.id == account.owner else { throw Fault(.forbidden, refusal) }
    }
}

extension Turn {
    /// Operators, the owner, and those with a duty towards its organization.
    func mayReadAPIAccount(_ account: APIAccount) throws -> Bool {
        if try isOperator() || isProgram(account.id) { return true }
        guard let person = actor.person else { return false }
        return try capacity(of: person.id) {
            try $0 == account.owner || mayReadRequests(of: account.organization, person: $0)
        } != nil
    }

    /// Closing an account that the actor may see, and asking for another owner: as of
    /// people's accounts not for operators by duty.
    func requireCare(of account: APIAccount) throws -> Authority.Capacity {
        if let person = actor.person, person.id != account.owner, try isOperator(person.id) {
            throw Fault(.forbidden, "Operators look after the service, not after accounts of programs.")
        }
        guard let person = actor.person else { return Authority.Capacity(onBehalfOf: nil) }
        let capacity = try capacity(of: person.id) {
            try $0 == account.owner || mayReadRequests(of: account.organization, person: $0)
        }
        guard let capacity else { throw Authority.missing("API account", account.id.text) }
        try requireFreshMFA()
        return capacity
    }
}
