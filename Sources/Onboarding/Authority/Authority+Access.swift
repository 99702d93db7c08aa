import Basics
import Directory
import Records

/// Whose access somebody may look through.
extension Turn {
    /// The organizations towards which somebody has a duty, by age; nil for whoever sees all.
    func readableOrganizations() throws -> [OrganizationID]? {
        if try isOperator() { return nil }
        if case .application(let application, let scopes)? = actor.program, scopes.contains(.people) {
            let known = application.registration.organizations
            return known.isEmpty ? nil : known.sorted()
        }
        guard let person = actor.person else { return [] }
        let duties = try duties(of: person.id).filter { $0.duty != .operator }
        guard duties.allSatisfy({ $0.organization != nil }) else { return nil }
        return Set(duties.compactMap(\.organization)).sorted()
    }
}
