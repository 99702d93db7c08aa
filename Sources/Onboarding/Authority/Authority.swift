public import Basics
import Directory
import Records
import Workflow

/// The one place that decides who may.
///
/// Every route, command and worker passes here; nothing else judges.
///
/// "Not yours" and "not there" are answered alike, so that no organization learns of another.
public enum Authority {
    /// Approvals and changes of a factor need a proof no older than this (security rules, "Step-up").
    public static let freshMFASeconds: Int64 = 300

    /// In which capacity somebody plays a part: as themselves, or standing in for `onBehalfOf`.
    public struct Capacity: Sendable {
        public let onBehalfOf: PersonID?
    }

    // MARK: Requests

    fileprivate static var noReviewer: Fault {
        Fault(.forbidden, "Only the operator and the delivery managers start a review.")
    }

    // MARK: The rest

    /// The one answer for what is not there and for what is not the actor's to see.
    public static func missing(_ kind: String, _ name: String) -> Fault {
        Fault(.notFound, "There is no \(kind) \(FieldRules.quoted(name)).")
    }
}

/// What is not there, in the same words as what is not the actor's to see.
extension Turn {
    func organization(slug: String) throws -> Organization {
        guard let organization = try snapshot.organization(slug: slug) else {
            throw Authority.missing("organization", slug)
        }
        return organization
    }

    func request(_ id: RequestID) throws -> Request {
        guard let request = try snapshot.request(id) else { throw Authority.missing("request", id.text) }
        return request
    }

    /// Nil where an operator asked, be it in somebody's place.
    func requester(of request: Request) throws -> Person? {
        try request.requester.themselves.flatMap { try snapshot.person($0) }
    }

    /// The name of the program that asked, where one did.
    func program(asking request: Request) throws -> String? {
        guard case .application(let id) = request.requester else { return nil }
        return try snapshot.application(id)?.name.text
    }

    func person(at email: EmailAddress) throws -> Person {
        guard let person = try snapshot.person(emailKey: email.key) else {
            throw Authority.missing("person", email.text)
        }
        return person
    }
}

extension Turn {
    /// A representative of the organization or their deputy may submit;
    /// staff may record what reached them otherwise.
    func requireSubmission(for organization: Organization) throws -> Authority.Capacity {
        guard let person = actor.person else {
            throw Fault(.forbidden, "Requests are submitted by a person: say for whom you act with --as EMAIL.")
        }
        for duty in [Duty.representative, .deliveryManager] {
            let capacity = try capacity(of: person.id) { try holds(duty, towards: organization.id, person: $0) }
            if let capacity { return capacity }
        }
        throw Authority.missing("organization", organization.slug.text)
    }

    /// Operators see every request; a person sees those of organizations towards which they
    /// have a duty, those about their own account, and those of people they stand in for.
    func mayRead(_ request: Request) throws -> Bool {
        if try isOperator() { return true }
        guard let person = actor.person else { return false }
        return try capacity(of: person.id) { candidate in
            if request.holder == candidate || request.requester == .person(candidate) { return true }
            // Whose program it is about is asked, whatever duty they have.
            if case .program(_, let owner)? = request.subject, owner == candidate { return true }
            guard let organization = request.organization else {
                // About the provider's own staff: whoever has a duty
                // towards the whole provider answers for them.
                return try servesAll(candidate)
            }
            return try mayReadRequests(of: organization, person: candidate)
        } != nil
    }

    func requireRead(of organization: Organization) throws {
        guard try mayRead(organization, by: .people) else {
            throw Authority.missing("organization", organization.slug.text)
        }
    }

    /// A duty towards an organization's requests, which that of an operator is not.
    func mayReadRequests(of organization: OrganizationID, person: PersonID) throws -> Bool {
        try Duty.allCases.contains {
            try $0 != .operator && holds($0, towards: organization, person: person)
        }
    }

    /// Who may play `part`: resolved now, by duty, delegation included.
    ///
    /// - Throws: `Fault.Code.notFound` if the actor may not even see the request, `.forbidden`
    ///   if they may but it is not theirs to answer.
    func requirePart(_ part: Part, of request: Request) throws -> Authority.Capacity {
        guard let person = actor.person else {
            // Whoever holds the data folder is the last who answers for a duty or a program.
            if actor.isOwner, PartSource(part) == .requestGuardians { return Authority.Capacity(onBehalfOf: nil) }
            throw Fault(.forbidden, "This is answered by a person: say for whom you act with --as EMAIL.")
        }
        guard try mayRead(request) else { throw Authority.missing("request", request.id.text) }
        let capacity = try capacity(of: person.id) {
            try plays(PartSource(part), in: request, person: $0)
        }
        guard let capacity else {
            throw Fault(.forbidden, "Only the \(part.name) of this request may do that.")
        }
        return capacity
    }

    /// In which capacity the actor may have an organization's access reviewed: the owner of
    /// the data folder, its delivery managers, and those of the whole provider.
    ///
    /// Not its representatives: they answer, and who answers does not choose when to be asked.
    func mayReview(_ organization: Organization) throws -> Authority.Capacity? {
        guard let person = actor.person else { return actor.isOwner ? Authority.Capacity(onBehalfOf: nil) : nil }
        return try capacity(of: person.id) {
            try holds(.deliveryManager, towards: organization.id, person: $0)
        }
    }

    /// A review ends what nobody confirms, so it needs the proof that a decision needs.
    ///
    /// - Throws: `.notFound` for an organization that is not the
    ///   actor's to see, `.forbidden` for one that is.
    func requireReview(of organization: Organization) throws -> Authority.Capacity {
        guard let capacity = try mayReview(organization) else {
            try requireRead(of: organization)
            throw Authority.noReviewer
        }
        try requireFreshMFA()
        return capacity
    }

    /// Whoever has nothing to review is told so only if it could be theirs.
    ///
    /// - Throws: `Fault.Code.forbidden`.
    func requireReviewer() throws {
        if actor.isOwner { return }
        let held = try actor.person.map { try duties(of: $0.id) } ?? []
        guard held.contains(where: { $0.duty == .deliveryManager }) else { throw Authority.noReviewer }
    }

    func requireFreshMFA() throws {
        guard let person = actor.person else { return }
        if let verifiedAt = actor.verifiedAt, verifiedAt.adding(seconds: Authority.freshMFASeconds) >= now { return }
        let hasFactor = try snapshot.factor(of: person.id, .active) != nil
        // The operator stands in for somebody who has no factor
        // yet; over HTTP there is no such way round.
        guard hasFactor || actor.operatorName == nil else { return }
        throw Fault(
            .unauthenticated,
            "This needs a code of the authenticator of \(person.email) that is no older than five minutes.")
    }

    /// A person may be seen by operators, by themselves, and by
    /// those with a duty towards their organization.
    func requireRead(of person: Person) throws {
        if try isOperator() || isApplication(with: .people, towards: person.organization) { return }
        if actor.person?.id == person.id { return try requireStanding() }
        guard let reader = actor.person, let organization = person.organization,
            try capacity(of: reader.id, where: { try mayReadRequests(of: organization, person: $0) }) != nil
        else { throw Authority.missing("person", person.email.text) }
    }

    /// A code is verified for the platform, which the owner runs, or for its owner; a
    /// colleague has no business guessing or using up somebody's codes.
    func requireVerification(of person: Person) throws {
        try requireRead(of: person)
        guard actor.isOwner || actor.person?.id == person.id else {
            throw Fault(.forbidden, "People verify codes of their own authenticator only.")
        }
    }

    /// The platform asks about everybody, and operators run it; people ask about themselves,
    /// and those with a duty towards the cloud's organization about anybody in it.
    func requireDecision(about person: Person?, in organization: Organization, named cloud: String, hasGrant: Bool)
        throws
    {
        if try isOperator() || isApplication(with: .decisions, towards: organization.id) { return }
        guard let asker = actor.person else { throw Authority.missing("cloud", cloud) }
        if asker.id == person?.id, hasGrant || asker.organization == organization.id {
            return try requireStanding()
        }
        let capacity = try capacity(of: asker.id) {
            try mayReadRequests(of: organization.id, person: $0)
        }
        guard capacity != nil else { throw Authority.missing("cloud", cloud) }
    }

    /// People lend their own rights only; the owner of the
    /// data folder does it for who is away already.
    func requireDelegation(of person: Person) throws {
        guard actor.isOwner || actor.person?.id == person.id else {
            throw Fault(.forbidden, "People delegate for themselves only.")
        }
        try requireFreshMFA()
    }

    /// Suspending, resuming and closing: the owner of the data folder, and whoever has a duty
    /// towards the organization, its representatives, its delivery managers and the duty
    /// managers of the provider, each alone and at once.
    ///
    /// Nobody waits for a second pair of hands to stop an account, since that takes rights and
    /// gives none; its representatives and managers are told of each. Nobody does it to
    /// themselves, so that no organization locks out its last representative by accident.
    func requireCare(of person: Person) throws -> Authority.Capacity {
        try requireRead(of: person)
        guard let carer = actor.person else { return Authority.Capacity(onBehalfOf: nil) }
        try requireNoOperator(forAccountOf: person)
        // Neither directly nor by somebody who acts with nothing but their authority.
        let capacity = try capacity(of: carer.id) { candidate in
            guard candidate != person.id, let organization = person.organization else { return false }
            return try mayReadRequests(of: organization, person: candidate)
        }
        guard carer.id != person.id, let capacity else {
            throw Fault(.forbidden, "Nobody may do this to their own account.")
        }
        try requireFreshMFA()
        return capacity
    }

    /// Another address is asked for by its owner, by whoever may look after the
    /// account, and by the owner of the data folder.
    func requireAddressChange(of person: Person) throws -> Authority.Capacity {
        guard actor.person?.id == person.id else { return try requireCare(of: person) }
        try requireStanding()
        try requireFreshMFA()
        return Authority.Capacity(onBehalfOf: nil)
    }
}
