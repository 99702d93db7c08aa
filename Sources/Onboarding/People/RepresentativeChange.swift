import Basics
import Directory
public import Records
import Workflow

/// Whom an organization wants as its representative, as somebody typed it.
public struct RepresentativeProposal: Sendable {
    public var organization: String
    public var email: String
    public var name: String?
    public var language: String
    /// Address of the representative who then stops; nil: one more.
    public var replaces: String?
    public var reason: String

    public init(
        organization: String, email: String, name: String?, language: String, replaces: String?, reason: String
    ) {
        self.organization = organization
        self.email = email
        self.name = name
        self.language = language
        self.replaces = replaces
        self.reason = reason
    }
}

extension Onboarding {
    /// Asks for another representative; a delivery manager agrees, and
    /// whoever is new enrols before anything changes.
    ///
    /// - Throws: `Fault.Code.invalid` with all faults, `.notFound` for
    ///   an organization that is not the actor's.
    public func proposeRepresentative(
        _ proposal: RepresentativeProposal, by actor: Actor
    ) async throws -> RequestView {
        try await asking(by: actor) { turn in
            let organization = try turn.organization(slug: proposal.organization)
            let capacity = try turn.requireSubmission(for: organization)
            let requesters = [actor.person?.id, capacity.onBehalfOf].compactMap { $0 }
            let checked = try turn.check(proposal, for: organization, by: requesters)
            let holder = try turn.holder(checked, of: organization)
            let draft = RequestDraft(
                workflow: "representative-change", organization: organization.id, holder: holder,
                requester: actor.principal, reason: checked.reason,
                subject: .representation(replacing: checked.replaced))
            let start = Event.Start(
                items: [], players: ["requester": requesters.map(\.text), "holder": [holder.text]],
                flags: ["has_account": checked.known?.state == .active])
            let mover = Mover(actor, capacity, note: actor.noteOfStaff(capacity))
            return try turn.begin(draft, with: start, by: mover)
        }
    }

    fileprivate struct Checked {
        let email: EmailAddress
        let name: DisplayName
        let language: Language
        let replaced: PersonID?
        let reason: String
        let known: Person?
    }
}

extension Turn {
    fileprivate func check(
        _ proposal: RepresentativeProposal, for organization: Organization, by requesters: [PersonID]
    ) throws -> Onboarding.Checked {
        var faults: [Fault.Field] = []
        let email = FieldRules.email(proposal.email, &faults)
        let known = try email.flatMap { try snapshot.living(emailKey: $0.key) }
        // An address is a better greeting than none, and the person's own name can be given later.
        let givenName = proposal.name ?? known?.name.text ?? String(proposal.email.prefix { $0 != "@" })
        let name = FieldRules.name(givenName, &faults)
        let language = FieldRules.language(proposal.language, of: settings.languages, &faults)
        let reason = FieldRules.reason(proposal.reason, &faults, required: "Say why: the approver reads it.")
        if let known {
            faults += try faultsOfCandidate(known, organization, requesters)
        }
        let duty = DutyHolding(.representative, organization: organization.id)
        var replaced: PersonID?
        if let text = proposal.replaces, let address = FieldRules.email(text, field: "replaces", &faults) {
            replaced = try snapshot.holders(of: duty.duty, organization: organization.id)
                .first { $0.email.key == address.key }?.id
            if replaced == nil {
                faults.append(
                    .init("replaces", "no_representative", "\(address) is no representative of \(organization.slug)."))
            }
        }
        guard faults.isEmpty, let email, let name, let language, let reason else { throw Fault.invalid(faults) }
        return Onboarding.Checked(
            email: email, name: name, language: language, replaced: replaced, reason: reason, known: known)
    }

    private func faultsOfCandidate(_ known: Person, _ organization: Organization, _ requesters: [PersonID]) throws
        -> [Fault.Field]
    {
        let duty = DutyHolding(.representative, organization: organization.id)
        guard known.organization == organization.id else {
            // Says no more than that: whose account it is, is nobody's business here.
            return [
                .init("email", "unavailable", "This address cannot be used here. Ask your service delivery manager.")
            ]
        }
        if requesters.contains(known.id) {
            return [
                .init("email", "own_account", "Nobody proposes themselves: ask another representative to do it.")
            ]
        }
        if try snapshot.duties(of: known.id).contains(duty) {
            return [.init("email", "held_already", "\(known.email) represents \(organization.slug) already.")]
        }
        if known.state == .suspended {
            return [.init("email", "suspended", "The account of \(known.email) is suspended: resume it first.")]
        }
        guard try snapshot.openAccountRequests(about: known.id).isEmpty else {
            return [
                .init(
                    "email", "request_open", "A request about \(known.email) is open already: wait for it or cancel it."
                )
            ]
        }
        return []
    }
}

extension Writing {
    /// Whoever is new is kept as invited until they have enrolled.
    fileprivate func holder(_ checked: Onboarding.Checked, of organization: Organization) throws -> PersonID {
        if let known = checked.known { return known.id }
        let person = Person(
            id: PersonID(at: now, random: world.random), organization: organization.id, email: checked.email,
            name: checked.name, language: checked.language, state: .invited, createdAt: now)
        try invite(person)
        return person.id
    }

    /// Gives the duty to the holder and takes it from whom they replace, in one transaction:
    /// the organization is represented at every moment.
    func handOver(_ request: Request, by mover: Mover) throws {
        guard case .representation(let replaced)? = request.subject, let organization = request.organization else {
            throw Fault(.unavailable, "The request \(request.id) does not say which duty to hand over.")
        }
        let duty = DutyHolding(.representative, organization: organization)
        let holder = try request.account()
        try minding([.duty(duty)]) {
            try assign(duty, to: holder, in: request.id, by: mover)
            if let replaced { try end(duty, of: replaced, in: request.id, by: mover) }
        }
    }
}
