import Basics
import Directory
import Records

extension Authority {
    /// A new link for somebody who was invited: for whoever asked for the account, and who has a duty towards the
    /// organization; it goes to the stored address, so that nobody gains by it.
    static func requireInvitation(
        to request: Request, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Capacity {
        guard try mayRead(request, actor, at: now, in: snapshot) else { throw missing("request", request.id.text) }
        if try isOperator(actor, in: snapshot) { return Capacity(onBehalfOf: nil) }
        guard let person = actor.person else { throw missing("request", request.id.text) }
        let capacity = try capacity(of: person.id, at: now, in: snapshot) { candidate in
            if request.requester == candidate.text { return true }
            guard let organization = request.organization else {
                return try servesAll(candidate, in: snapshot)
            }
            return try mayReadRequests(of: organization, person: candidate, in: snapshot)
        }
        guard let capacity else {
            throw Fault(.forbidden, "Only whoever asked for the account, or decides about it, may do that.")
        }
        return capacity
    }
}
