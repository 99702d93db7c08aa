import Basics
import Directory
import Records

extension Authority {
    /// By which it is confirmed and decided.
    static let accessWorkflow = "access-request"
}

/// Who may ask that somebody be given what was denied to them.
///
/// A request of this kind gives nothing by itself: a representative of the person's organization confirms it
/// before anybody decides. So whoever asks needs no say of their own, and gets none.
extension Turn {
    /// A service with the scope for it, in the organizations that it serves; and people for themselves.
    ///
    /// Nobody else: who represents an organization asks by a request of their own, which needs no confirmation.
    func mayAskAccess(for person: PersonID, in organization: OrganizationID) throws -> Bool {
        if actor.program != nil { return isApplication(with: .accessRequests, towards: organization) }
        guard let asker = actor.person, asker.id == person, asker.organization == organization else { return false }
        return try mayAct(asker.id)
    }

    /// Why a request for more access of somebody cannot begin, whoever asks; nil where it can.
    func accessHindrance(of person: Person, in organization: Organization) throws -> Sentence? {
        guard try mayAskAccess(for: person.id, in: organization.id) else {
            return "Whoever sends this may not ask for this person's access."
        }
        guard person.organization == organization.id else {
            return "This person belongs to another organization than the cloud."
        }
        guard person.state == .active else { return "The account is \(word: person.state.rawValue)." }
        guard try snapshot.openAccountRequests(about: person.id).isEmpty else {
            return "A request about this person is open already."
        }
        // Nobody confirms what is their own.
        guard try working(.representative, towards: organization.id).contains(where: { $0.id != person.id }) else {
            return "Nobody represents the organization who could confirm this."
        }
        do { _ = try library.ready(Authority.accessWorkflow, in: snapshot) } catch let fault as Fault {
            return fault.sentence
        }
        return nil
    }

    /// Of whom a request is: nobody else follows it or gives it up by its handle.
    func isOwn(_ request: Request) throws -> Bool {
        guard let organization = request.organization, let holder = request.holder,
            request.requester == actor.principal
        else { return false }
        return try mayAskAccess(for: holder, in: organization)
    }
}
