import Basics
import Directory
import Records

extension Onboarding {
    /// So many entries of the trail are followed before a question is answered: where more came, it asks the database.
    fileprivate static var entriesFollowed: Int { 500 }

    /// Holds in memory how everybody stands, or has what is held follow what was committed since.
    ///
    /// - Returns: whether all of it is known; false where there is more to follow.
    /// - Throws: what the database throws; then whatever is held is asked no more before it follows again.
    public func holdStandings() async throws -> Bool {
        if standings.isHeld { return try await followStandings() }
        // The mark first: whatever is committed while the rest is read is followed later.
        guard let mark = try await store.mark() else { return false }
        let (table, place) = try await reading(by: .usher) { turn in
            (try turn.standingTable(), try turn.standingPlace())
        }
        standings.hold(table, from: place, at: mark)
        return true
    }

    /// Whether what is held in memory knows all that was committed before this was asked.
    func followStandings() async throws -> Bool {
        try await standings.follow(
            mark: { try await store.mark() },
            look: { place in try await reading(by: .usher) { try $0.look(after: place) } })
    }
}

/// A grant in a cloud that is not there: only a database that was changed by other means has one.
private struct HomelessGrant: Error {
    let person: PersonID
}

// MARK: - Reading

extension Turn {
    fileprivate func standingPlace() throws -> HeldStandings.Place {
        let last = try snapshot.lastAuditEntry()
        return HeldStandings.Place(position: last?.sequence ?? 0, hash: last?.hash ?? [])
    }

    /// Everybody and every cloud, in parts of one view of the records.
    fileprivate func standingTable() throws -> StandingTable {
        var table = StandingTable(catalogue)
        var last: CloudID?
        while true {
            let places = try snapshot.places(after: last, limit: 5_000)
            for place in places { table.put(place) }
            guard let end = places.last else { break }
            last = end.id
        }
        var after: PersonID?
        while true {
            let people = try snapshot.standings(after: after, limit: 5_000)
            guard let first = people.first, let end = people.last else { return table }
            let held = try snapshot.heldGrants(of: first.id...end.id)
            var rest = held[...]
            for person in people {
                let own = rest.prefix { $0.person == person.id }
                rest = rest.dropFirst(own.count)
                guard table.put(person, own) else { throw HomelessGrant(person: person.id) }
            }
            after = end.id
        }
    }

    /// What was committed after a place.
    fileprivate func look(after place: HeldStandings.Place) throws -> HeldStandings.Look {
        let known = place.position == 0 ? nil : try snapshot.auditEntry(place.position)
        guard place.position == 0 || known?.hash == place.hash else { return .other }
        let most = Onboarding.entriesFollowed
        let entries = try snapshot.auditEntries(after: place.position, limit: most)
        guard let last = entries.last else { return .level(StandingChange(end: place)) }
        let end = HeldStandings.Place(position: last.sequence, hash: last.hash)
        let change = try standingChange(Set(entries.compactMap(\.subject)), end: end)
        return entries.count < most ? .level(change) : .behind(change)
    }

    /// All that the trail names is read anew, whatever it says of it: so nobody has to remember which actions matter.
    private func standingChange(
        _ subjects: Set<String>, end: HeldStandings.Place
    ) throws -> StandingChange {
        var change = StandingChange(named: subjects, end: end)
        var people: [PersonID: StandingTable.Person] = [:]
        var places: Set<CloudID> = []
        for subject in subjects where subject.utf8.count == 26 {
            if let person = try PersonID(subject).flatMap(snapshot.standing) {
                people[person.id] = person
            } else if let factor = try FactorID(subject).flatMap(snapshot.factor) {
                people[factor.person] = try snapshot.standing(of: factor.person)
            } else if let cloud = CloudID(subject) {
                places.insert(cloud)
            }
        }
        for person in people.values.sorted(by: { $0.id < $1.id }) {
            let held = try snapshot.heldGrants(of: person.id...person.id)
            change.people.append(.init(person: person, held: held))
            places.formUnion(held.map(\.cloud))
        }
        change.places = try places.compactMap { cloud in
            usher.standings.holds(cloud) ? nil : try snapshot.place(of: cloud)
        }
        return change
    }
}
