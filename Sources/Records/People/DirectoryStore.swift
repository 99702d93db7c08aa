public import Basics
public import Directory

/// Organizations, clouds, people, duties and grants, as they are kept.
public protocol DirectorySnapshot {
    func organization(_ id: OrganizationID) throws -> Organization?
    func organization(slug: String) throws -> Organization?
    /// By slug.
    func organizations(_ page: PageRequest) throws -> Page<Organization>

    func cloud(_ id: CloudID) throws -> Cloud?
    func cloud(slug: String, of organization: OrganizationID) throws -> Cloud?
    /// By slug. An organization has tens of clouds, not thousands.
    func clouds(of organization: OrganizationID) throws -> [Cloud]

    func person(_ id: PersonID) throws -> Person?
    /// Whose address it is now, or was last.
    ///
    /// - Parameter emailKey: `EmailAddress.key`.
    func person(emailKey: String) throws -> Person?
    /// Who had the address before whoever has it now, all of them closed; oldest first.
    func formerPeople(emailKey: String) throws -> [Person]
    /// By e-mail key; nil lists the provider's staff and everybody else's people too.
    func people(of organization: OrganizationID?, _ page: PageRequest) throws -> Page<Person>

    /// Whose name, family name or address begins with `key`,
    /// which is folded; nil looks among everybody.
    func people(matching key: String, of organization: OrganizationID?, limit: Int) throws -> [Person]

    func duties(of person: PersonID) throws -> [DutyHolding]
    /// - Parameter organization: nil for duties towards the whole provider.
    func holders(of duty: Duty, organization: OrganizationID?) throws -> [Person]

    /// The grant that holds at `now` or will begin; at most one for a person in a cloud. One that has ended by itself
    /// is there until another takes its place, unless what it took the place of holds again.
    func liveGrant(of person: PersonID, in cloud: CloudID, at now: Timestamp) throws -> Grant?
    func liveGrants(of person: PersonID, at now: Timestamp) throws -> [Grant]
    /// All that a request gave, and what has ended of it, as it was given.
    func grants(of person: PersonID, from request: RequestID) throws -> [Grant]
    func grant(_ id: GrantID) throws -> Grant?
    /// By person.
    func liveGrants(in cloud: CloudID, at now: Timestamp) throws -> [Grant]
    /// Who has a live grant in the cloud, by e-mail key.
    func holders(in cloud: Cloud, _ page: PageRequest, at now: Timestamp) throws -> Page<CloudHolder>
    /// The same by id: reads no more than the page holds, however many others the organization has.
    func holdersByID(in cloud: Cloud, _ page: PageRequest, at now: Timestamp) throws -> Page<CloudHolder>

    /// Delegations towards `person` that hold at `now`: whom they stand in for.
    func delegators(of person: PersonID, at now: Timestamp) throws -> [PersonID]
    /// Delegations of `person` that end after `now`.
    func delegations(of person: PersonID, at now: Timestamp) throws -> [Delegation]
    /// Delegations that end after `now`, by who gave them; nil lists
    /// everybody's, else those on either side of `person`.
    func delegations(
        involving person: PersonID?, at now: Timestamp, _ page: PageRequest
    ) throws -> Page<Delegation>
}

extension DirectorySnapshot {
    /// Whose address it is: an account that is closed leaves it to whoever comes next.
    public func living(emailKey: String) throws -> Person? {
        guard let person = try person(emailKey: emailKey), person.state != .closed else { return nil }
        return person
    }
}

public protocol DirectoryTransaction {
    /// - Throws: `Fault.Code.conflict` naming the field if the slug is taken.
    func insert(_ organization: Organization) throws
    /// From which calendar and zone on the organization's business days are counted.
    func setLocality(_ locality: Locality, of organization: OrganizationID) throws
    /// Whether it is a client, or of the provider's own group.
    func setKind(_ kind: Organization.Kind, of organization: OrganizationID) throws
    /// - Throws: `Fault.Code.conflict` if the slug is taken in the organization.
    func insert(_ cloud: Cloud) throws
    /// An address whose account is closed is free: the closed one
    /// keeps it in what is past, and is found by id.
    ///
    /// - Throws: `Fault.Code.conflict` if the address is taken.
    func insert(_ person: Person) throws
    /// - Throws: `Fault.Code.notFound` for whoever is not there, or is closed:
    ///   a closed account is never opened again.
    func setState(_ state: AccountState, of person: PersonID, at now: Timestamp) throws
    /// The language of pages and mails; a name is given once, so that what is past keeps it.
    func setLanguage(_ language: Language, of person: PersonID) throws
    /// - Throws: `Fault.Code.conflict` if the address is somebody else's by now.
    func setAddress(_ address: EmailAddress, of person: PersonID) throws
    /// Harmless when the person holds the duty already.
    func assign(_ holding: DutyHolding, to person: PersonID) throws
    /// Harmless when the person does not hold the duty.
    func end(_ holding: DutyHolding, of person: PersonID) throws
    /// With the account end its duties: whoever comes back is appointed anew.
    func endDuties(of person: PersonID) throws
    /// Nobody stands in for them any more, nor they for anybody: not
    /// even when the account is requested again.
    func endDelegations(of person: PersonID, at now: Timestamp) throws

    /// Ends the live grant of the same person and cloud, if any, and inserts this one.
    func replaceGrant(with grant: Grant, at now: Timestamp) throws
    /// What holds once a live grant has ended.
    func setLater(of grant: GrantID, _ later: [Grant.Later]) throws
    /// Ends the live grant. Harmless when there is none.
    func revokeGrant(of person: PersonID, in cloud: CloudID, at now: Timestamp) throws
    /// Ends exactly this grant; false if it has ended already,
    /// so that what depends on it is done once.
    func endGrant(_ id: GrantID, at now: Timestamp) throws -> Bool

    func insert(_ delegation: Delegation) throws
    /// One that has begun ends at `now` and is kept; another goes.
    func end(_ delegation: Delegation, at now: Timestamp) throws
}
