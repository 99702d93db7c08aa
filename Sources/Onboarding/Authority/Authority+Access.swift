import Basics
import Directory
import Records

/// Whose affairs somebody may read: people, grants, resources.
extension Turn {
    /// Operators, whoever may read the organization's requests, and programs with this right towards it.
    func mayRead(_ organization: Organization, by scope: Scope) throws -> Bool {
        if try isOperator() || isApplication(with: scope, towards: organization.id) { return true }
        guard let person = actor.person else { return false }
        return try capacity(of: person.id) { try mayReadRequests(of: organization.id, person: $0) } != nil
    }

    /// All of which the actor may read so, by age; nil for whoever sees all.
    func readableOrganizations(by scope: Scope) throws -> [OrganizationID]? {
        if try isOperator() { return nil }
        if case .application(let application, let scopes)? = actor.program {
            return scopes.contains(scope) ? application.served?.sorted() : []
        }
        guard let person = actor.person else { return [] }
        let duties = try duties(of: person.id).filter { $0.duty != .operator }
        guard duties.allSatisfy({ $0.organization != nil }) else { return nil }
        return Set(duties.compactMap(\.organization)).sorted()
    }
}
