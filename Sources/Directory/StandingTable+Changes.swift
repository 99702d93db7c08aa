public import Basics

/// What is put into the table, in place of what was there of the same person or cloud.
extension StandingTable {
    public var peopleCount: Int { people.count }
    public var cloudCount: Int { clouds.count }

    /// How many bytes it takes.
    public var size: Int {
        let rows =
            people.capacity * MemoryLayout<PersonRow>.stride + grants.capacity * MemoryLayout<GrantRow>.stride
            + clouds.capacity * MemoryLayout<CloudRow>.stride + addressEntries.capacity * MemoryLayout<UInt32>.stride
        let names = [peopleByID, peopleByAddress, cloudsByID, cloudsByPath, organizations].reduce(0) { $0 + $1.size }
        return rows + names + homes.capacity * MemoryLayout<(ResourceID, UInt32)>.stride
    }

    /// So many resources are known at most: when there are more, all are forgotten, and those asked about learnt again.
    private static var greatestHomes: Int { 100_000 }

    public mutating func put(_ resource: ResourceID, in cloud: CloudID) {
        guard let number = cloudsByID.number(of: cloud.text) else { return }
        if homes.count >= Self.greatestHomes { homes = [:] }
        homes[resource] = UInt32(number)
    }

    public mutating func forget(_ resource: ResourceID) { homes[resource] = nil }

    public mutating func put(_ cloud: Place) {
        let organization = number(of: cloud.organization)
        guard let known = cloudsByID.number(of: cloud.id.text) else {
            cloudsByID.set(clouds.count, of: cloud.id.text)
            cloudsByPath.set(clouds.count, of: cloud.path)
            clouds.append(CloudRow(organization: organization, id: cloud.organization))
            return
        }
        cloudsByPath.set(known, of: cloud.path)
        clouds[known].organization = organization
    }

    /// Somebody, with all grants of theirs that were not revoked; beside a temporary one what follows it.
    ///
    /// - Returns: false, and changes nothing, where a grant is in a cloud that is not there yet, or something is beyond
    ///   what a row can hold.
    public mutating func put(_ person: Person, _ held: some Sequence<Held>) -> Bool {
        var rows: [GrantRow] = []
        for one in held {
            guard let cloud = cloudsByID.number(of: one.cloud.text),
                let profile = number(ofProfile: one.grant.profile),
                let since = PackedInstant(one.grant.since), let until = PackedInstant(one.grant.until)
            else { return false }
            rows.append(GrantRow(cloud: UInt32(cloud), since: since, until: until, profile: profile))
        }
        guard let count = UInt16(exactly: rows.count), let verified = PackedInstant(person.lastVerifiedAt) else {
            return false
        }
        // In one cloud each ends later than the one before.
        rows.sort { ($0.cloud, $0.until) < ($1.cloud, $1.until) }
        for index in rows.indices.dropLast() { rows[index].isFollowed = rows[index].cloud == rows[index + 1].cloud }
        let organization = person.organization.map { number(of: $0) } ?? 0
        let own = peopleByID.number(of: person.id.text) ?? people.count
        let former = own < people.count ? people[own] : nil
        let nothing = GrantRow(cloud: 0, since: .none, until: .none, profile: 0)
        let row = PersonRow(
            organization: organization, first: place(rows.dropFirst(PersonRow.nearCount), of: former), count: count,
            account: person.account, factor: person.factor, lastVerifiedAt: verified,
            near: (rows.first ?? nothing, rows.dropFirst().first ?? nothing))
        grantCount += Int(count) - Int(former?.count ?? 0)
        if former == nil {
            people.append(row)
            peopleByID.set(own, of: person.id.text)
        } else {
            people[own] = row
        }
        setAddress(person.addressKey, of: own, isNew: former == nil)
        compactIfWorthIt()
        return true
    }

    /// Where they begin: where those before were, if there is room.
    private mutating func place(_ rows: ArraySlice<GrantRow>, of former: PersonRow?) -> UInt32 {
        let (first, room) = (Int(former?.first ?? 0), former?.farCount ?? 0)
        guard rows.count > room else {
            for (index, row) in rows.enumerated() { grants[first + index] = row }
            waste += room - rows.count
            return UInt32(first)
        }
        waste += room
        grants.append(contentsOf: rows)
        return UInt32(grants.count - rows.count)
    }

    private mutating func setAddress(_ key: String, of number: Int, isNew: Bool) {
        let entry = peopleByAddress.set(number, of: key)
        if isNew { return addressEntries.append(entry) }
        let former = addressEntries[number]
        if former != entry { peopleByAddress.clear(former, ifOf: number) }
        addressEntries[number] = entry
    }

    private mutating func compactIfWorthIt() {
        guard waste > 4_096, waste * 2 > grants.count else { return }
        var packed: [GrantRow] = []
        packed.reserveCapacity(grants.count - waste)
        for index in people.indices {
            let (first, count) = (Int(people[index].first), people[index].farCount)
            people[index].first = UInt32(packed.count)
            packed.append(contentsOf: grants[first..<first + count])
        }
        (grants, waste) = (packed, 0)
    }

    private mutating func number(of organization: OrganizationID) -> UInt32 {
        if let known = organizations.number(of: organization.text) { return UInt32(known) }
        organizationCount += 1
        organizations.set(Int(organizationCount), of: organization.text)
        return organizationCount
    }

    /// - Returns: nil where there are more profiles than numbers for them.
    private mutating func number(ofProfile code: String) -> UInt16? {
        if let known = profilesByCode[code] { return known }
        guard let number = UInt16(exactly: profiles.count) else { return nil }
        let profile = catalogue.profile(code)
        profiles.append(ProfileRow(code: profile?.code ?? code, isKnown: profile != nil))
        covered += Self.bits(catalogue.actions) { profile?.includes($0.requires) ?? false }
        profilesByCode[code] = number
        return number
    }
}
