import Basics
import Directory
import Records

extension Turn {
    /// A new link for somebody who was invited: for whoever asked for the
    /// account, and who has a duty towards the organization; it goes to the
    /// stored address, so that nobody gains by it.
    func requireInvitation(to request: Request) throws -> Authority.Capacity {
        guard try mayRead(request) else { throw Authority.missing("request", request.id.text) }
        if try isOperator() { return Authority.Capacity(onBehalfOf: nil) }
        guard let person = actor.person else { throw Authority.missing("request", request.id.text) }
        let capacity = try capacity(of: person.id) { candidate in
            if request.requester == .person(candidate) { return true }
            guard let organization = request.organization else {
                return try servesAll(candidate)
            }
            return try mayReadRequests(of: organization, person: candidate)
        }
        guard let capacity else {
            throw Fault(.forbidden, "Only whoever asked for the account, or decides about it, may do that.")
        }
        return capacity
    }
}
