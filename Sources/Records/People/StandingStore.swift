public import Basics
public import Directory

/// How everybody stands, read in parts: for a table that holds all of it.
public protocol StandingSnapshot {
    /// By id, after one; nil from the first on.
    func standings(after person: PersonID?, limit: Int) throws -> [StandingTable.Person]
    func standing(of person: PersonID) throws -> StandingTable.Person?
    /// Grants that were not revoked, of all whose ids are in the range; by person and cloud.
    func heldGrants(of people: ClosedRange<PersonID>) throws -> [StandingTable.Held]
    /// Clouds by id, after one; nil from the first on.
    func places(after cloud: CloudID?, limit: Int) throws -> [StandingTable.Place]
    func place(of cloud: CloudID) throws -> StandingTable.Place?
}
