public import Basics
public import Directory
public import Records
import Workflow

/// Whom somebody appoints to what, every word of it checked.
struct Appointment {
    let email: EmailAddress
    let name: String?
    let holding: DutyHolding
    let language: Language

    init(_ email: EmailAddress, _ name: String?, _ holding: DutyHolding, _ language: Language) {
        self.email = email
        self.name = name
        self.holding = holding
        self.language = language
    }

    /// To what the person belongs: representatives to their
    /// organization, everybody else to the provider.
    var home: OrganizationID? { holding.duty == .representative ? holding.organization : nil }
}

/// What came of an appointment.
public struct Appointed: Sendable {
    public let person: Person
    /// The request that somebody has to agree to before the duty
    /// is held; nil where it was given at once.
    public let request: RequestID?
}

extension Onboarding {
    /// The first service delivery manager, who is the deputy as well until others are appointed.
    public func appointFirstManager(
        email: String, name: String?, language: String, by actor: Actor
    ) async throws -> Person {
        guard actor.isOwner else {
            throw Fault(.forbidden, "The first manager is appointed by the owner of the data folder.")
        }
        let person = try await appoint(
            email: email, name: name, .deliveryManager, organization: nil, language: language, by: actor
        ).person
        try await writing(by: actor) { turn in
            try turn.give(DutyHolding(.dutyManager, organization: nil), to: person.id)
        }
        return person
    }

    /// - Throws: `Fault.Code.conflict` if the database, which may be a server's, is an installation's already.
    public func requireNew() async throws {
        guard try await store.read({ try !$0.hasHolderForAll(of: .deliveryManager) }) else {
            throw Fault(.conflict, "There is Usher data in this database already; nothing was changed.")
        }
    }

    /// Gives somebody a duty; who is new is invited.
    ///
    /// The owner of the data folder gives it at once, and those who hold it are told. An
    /// operator by duty asks for it: somebody who holds it agrees, and the person proves
    /// a factor, before anything changes hands.
    ///
    /// - Parameter organization: by slug; nil is a duty towards the whole provider.
    @discardableResult
    public func appoint(
        email: String, name: String?, _ duty: Duty, organization slug: String?, language: String, by actor: Actor
    ) async throws -> Appointed {
        let now = world.now()
        try await reading(by: actor, at: now) { try $0.requireAppointment(to: duty) }
        var faults: [Fault.Field] = []
        let checkedEmail = FieldRules.email(email, &faults)
        let checkedLanguage = FieldRules.language(language, of: settings.languages, &faults)
        if duty == .representative, slug == nil {
            faults.append(.init("organization", "required", "Say of which organization, with --org."))
        }
        if duty == .dutyManager, slug != nil {
            faults.append(
                .init("organization", "unexpected", "A duty manager serves every organization: leave out --org."))
        }
        if duty == .operator, slug != nil {
            faults.append(
                .init("organization", "unexpected", "An operator looks after the whole service: leave out --org."))
        }
        guard faults.isEmpty, let checkedEmail, let checkedLanguage else { throw Fault.invalid(faults) }
        let appointed = try await writing(by: actor, at: now) { turn -> Appointed in
            let organization = try slug.map { slug in
                let organization = try turn.organization(slug: slug)
                return organization.id
            }
            return try turn.appoint(
                Appointment(checkedEmail, name, DutyHolding(duty, organization: organization), checkedLanguage))
        }
        _ = try await performDue()
        return appointed
    }

    /// What is told to others where no request does, since it was done at once.
    ///
    /// - Parameter person: who has `subject` from now on.
    func notice(
        _ template: String, of subject: RequestSubject, about person: PersonID, to reader: PersonID, at now: Timestamp
    ) -> Effect {
        Effect(
            mail: template, to: reader, of: .person(reader), "\(now.milliseconds)/\(subject.text)/\(person)",
            Effect.Order(matter: .subject(subject), about: person), at: now)
    }
}

extension Writing {
    @discardableResult
    func appoint(_ appointment: Appointment) throws -> Appointed {
        actor.isOwner
            ? try appointAtOnce(appointment)
            : try nominate(appointment)
    }

    /// The duty is on record from now on, and everybody who holds it is told.
    func give(
        _ holding: DutyHolding, to person: PersonID, of request: RequestID? = nil, by mover: Mover? = nil
    ) throws {
        let isNew = try !transaction.duties(of: person).contains(holding)
        try Authority.requireApart(holding.duty, from: transaction.duties(of: person))
        let told = try colleagues(of: person, in: holding)
        let mover = mover ?? Mover(recorded: actor.recorded)
        try minding([.duty(holding)]) { try assign(holding, to: person, in: request, by: mover) }
        // What comes of a request is told by its workflow.
        guard isNew, request == nil else { return }
        try transaction.insert(
            told.map {
                usher.notice("duty-given", of: .duty(holding), about: person, to: $0.id, at: now)
            })
    }

    /// Carries out what was agreed to.
    func giveDuty(of request: Request, by mover: Mover) throws {
        guard case .duty(let holding)? = request.subject else {
            throw Fault(.unavailable, "The request \(request.id) does not say which duty to give.")
        }
        try give(holding, to: try request.account(), of: request.id, by: mover)
    }
}

extension Onboarding {
    fileprivate static func reason(_ appointment: Appointment) -> String {
        "Appointed as \(appointment.holding.duty.rawValue.replacing("_", with: " "))."
    }
}

extension Writing {
    private func appointAtOnce(_ appointment: Appointment) throws -> Appointed {
        let person = try appointee(appointment)
        try give(appointment.holding, to: person.id)
        // Whoever has the duty and no authenticator gets the link to one:
        // nothing else opens the account from now on.
        let isReady = try person.state != .invited && transaction.factor(of: person.id, .active) != nil
        guard try !isReady && person.mayEnrol && transaction.openAccountRequests(about: person.id).isEmpty
        else { return Appointed(person: person, request: nil) }
        let draft = RequestDraft(
            workflow: "appointment", organization: appointment.home, holder: person.id, requester: actor.recorded,
            reason: Onboarding.reason(appointment))
        let start = Event.Start(items: [], players: ["requester": [actor.recorded.text], "holder": [person.id.text]])
        _ = try begin(draft, with: start, by: Mover(recorded: actor.recorded))
        return Appointed(person: person, request: nil)
    }

    /// Asks those who hold the duty; nothing is given yet.
    private func nominate(_ appointment: Appointment) throws -> Appointed {
        let person = try appointee(appointment)
        let held = try transaction.duties(of: person.id)
        try Authority.requireApart(appointment.holding.duty, from: held)
        guard !held.contains(appointment.holding) else {
            throw Fault.invalid("duty", "held_already", "\(person.email) has this duty already.")
        }
        guard person.state != .suspended else {
            throw Fault.invalid("email", "suspended", "The account of \(person.email) is suspended: resume it first.")
        }
        guard try transaction.openAccountRequests(about: person.id).isEmpty else {
            throw Fault.invalid(
                "email", "request_open",
                "A request about \(person.email) is open already: wait for it or cancel it.")
        }
        guard let requester = actor.person?.id else { throw Authority.missing("person", person.email.text) }
        let draft = RequestDraft(
            workflow: "nomination", organization: appointment.holding.organization, holder: person.id,
            requester: .person(requester), reason: Onboarding.reason(appointment), subject: .duty(appointment.holding))
        let start = Event.Start(
            items: [], players: ["requester": [requester.text], "holder": [person.id.text]],
            flags: ["has_account": person.state == .active])
        let mover = Mover(recorded: actor.recorded, person: actor.person?.id)
        let request = try begin(draft, with: start, by: mover)
        return Appointed(person: person, request: request.id)
    }

    /// Whoever is new is kept as invited until they have
    /// enrolled; so is who comes back, as somebody new.
    private func appointee(_ appointment: Appointment) throws -> Person {
        let email = appointment.email
        if let known = try transaction.living(emailKey: email.key) {
            guard known.organization == appointment.home else {
                throw Fault.invalid("email", "unavailable", "\(email) belongs to another organization.")
            }
            return known
        }
        var faults: [Fault.Field] = []
        // An address is a better greeting than none, and the person's own name can be given later.
        let checkedName = FieldRules.name(appointment.name ?? String(email.text.prefix { $0 != "@" }), &faults)
        guard let checkedName else { throw Fault.invalid(faults) }
        let person = Person(
            id: PersonID(at: now, random: world.random), organization: appointment.home, email: email,
            name: checkedName, language: appointment.language, state: .invited, createdAt: now)
        try invite(person)
        return person
    }
}
