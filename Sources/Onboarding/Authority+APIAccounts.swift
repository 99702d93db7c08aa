import Basics
import Directory
import Records

/// Who may with accounts of programs.
extension Authority {
    /// Operators, the owner, and those with a duty towards its organization.
    static func mayReadAPIAccount(
        _ account: APIAccount, _ actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Bool {
        if try isOperator(actor, in: snapshot) { return true }
        guard let person = actor.person else { return false }
        return try capacity(of: person.id, at: now, in: snapshot) {
            try $0 == account.owner || mayReadRequests(of: account.organization, person: $0, in: snapshot)
        } != nil
    }

    /// Closing an account that the actor may see, and asking for another owner: as of people's accounts not for
    /// operators by duty.
    static func requireCare(
        of account: APIAccount, _ actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Capacity {
        if let person = actor.person, person.id != account.owner, try isOperator(person.id, in: snapshot) {
            throw Fault(.forbidden, "Operators look after the service, not after accounts of programs.")
        }
        guard let person = actor.person else { return Capacity(onBehalfOf: nil) }
        let capacity = try capacity(of: person.id, at: now, in: snapshot) {
            try $0 == account.owner || mayReadRequests(of: account.organization, person: $0, in: snapshot)
        }
        guard let capacity else { throw missing("API account", account.id.text) }
        try requireFreshMFA(actor, at: now, in: snapshot)
        return capacity
    }

    /// A secret is verified for the platform, which the owner of the data folder runs, or for whoever answers for the
    /// program; a colleague has no business guessing at it, or making the program wait by that.
    static func requireSecretVerification(of account: APIAccount, by actor: Actor) throws {
        guard actor.isOwner || actor.person?.id == account.owner else {
            throw Fault(.forbidden, "A program's secret is verified for its owner only.")
        }
    }
}
