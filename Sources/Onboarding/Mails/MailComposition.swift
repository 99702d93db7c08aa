import Basics
import Directory
import Records
import Workflow

extension Onboarding {
    /// Requests that a mail about a file counts.
    fileprivate static var greatestCount: Int { 10_000 }

    /// Where the reader goes on: the request, where they decide it if
    /// it waits for them, or their own account.
    ///
    /// Nil for who cannot sign in.
    fileprivate func page(for reader: Person, _ effect: Effect, _ request: Request?) -> String? {
        guard reader.state != .suspended, reader.state != .closed else { return nil }
        guard let request, effect.order.item == nil else { return "/account" }
        if effect.order.template == Self.addressProof { return "/account" }
        let isTheirs = reader.id == request.holder || request.requester == .person(reader.id)
        return isTheirs ? "/requests/\(request.id)" : "/requests/\(request.id)/decide"
    }
}

extension Turn {
    /// What a mail tells of; of a file the first request that it asks about,
    /// or that has come to the end it tells of.
    fileprivate func request(of effect: Effect) throws -> Request? {
        if let file = effect.file {
            guard let state = effect.order.needed ?? effect.order.state else { return nil }
            let found = try snapshot.requests(of: file, in: state, limit: 1).first
            // Orders from before the state was kept with them ask.
            return try found ?? snapshot.openRequests(of: file, PageRequest(limit: 1)).items.first
        }
        return try effect.request.flatMap { try snapshot.request($0) }
    }

    fileprivate func mailFacts(_ effect: Effect, _ request: Request?, _ link: InvitationLink?) throws -> (
        Person, [String: MailField]
    )? {
        guard let id = effect.order.recipient, let recipient = try snapshot.person(id) else { return nil }
        let dates = ReaderDates(recipient.language, try timeZone(of: request?.locality ?? .installation))
        var fields: [String: MailField] = [
            "product": .text(settings.product), "recipientName": .text(recipient.name.text),
            "personName": .text(recipient.name.text), "personEmail": .text(recipient.email.text),
            // A mail without a request is about its reader.
            "hasItems": .flag(false), "isHolder": .flag(true), "home": .text("\(settings.baseURL)/"),
        ]
        if let page = usher.page(for: recipient, effect, request) {
            fields["link"] = .text("\(settings.baseURL)\(page)")
        }
        if let comment = effect.order.comment { fields["comment"] = .text(comment) }
        if let actor = try effect.order.actor.flatMap({ try snapshot.person($0) }) {
            fields["actorName"] = .text(actor.name.text)
        }
        if effect.order.template == "password-forgotten" {
            guard try addPasswordLink(of: recipient, ordered: effect.orderedAt, dates, to: &fields) else {
                return nil
            }
        }
        guard let request else {
            // Nothing but the order itself knows of what such a mail tells.
            if case .program(let id, let purpose, let until)? = effect.order.matter {
                fields["comment"] = .text("\(id): \(purpose)")
                fields["until"] = .text(dates.instant(until))
            }
            fields.merge(try announced(effect, to: recipient)) { $1 }
            return (recipient, fields)
        }
        guard let told = try requestFields(effect, request, to: recipient, dates) else { return nil }
        fields.merge(told) { $1 }
        if let link {
            // The account of a program is opened on the page of
            // its request; the token is for terminals.
            if request.subject != .apiAccount { fields["link"] = .text(link.url) }
            fields["token"] = .text(link.token)
            fields["expiresAt"] = .text(dates.instant(link.expiresAt))
        }
        return (recipient, fields)
    }

    /// What a mail tells of the request that it is about; nil where there is nothing to tell any more.
    private func requestFields(
        _ effect: Effect, _ request: Request, to recipient: Person, _ dates: ReaderDates
    ) throws -> [String: MailField]? {
        var fields: [String: MailField] = [:]
        if let file = effect.file {
            fields["inFile"] = .flag(true)
            fields.merge(try fileFields(file, effect, request)) { $1 }
        } else {
            fields["requestId"] = .text(request.id.text)
        }
        if let absent = try effect.order.about.flatMap({ try snapshot.person($0) }) {
            fields["standsInFor"] = .text(absent.name.text)
        }
        fields["state"] = .text(effect.order.state ?? request.run.state)
        fields["reason"] = .text(request.reason)
        fields["isHolder"] = .flag(recipient.id == request.holder || effect.order.item != nil)
        fields.merge(try partyFields(request)) { $1 }
        fields.merge(try subjectFields(request.subject)) { $1 }
        if request.cloud != nil { fields.merge(try cloudFields(request, dates)) { $1 } }
        // The last day, as pages say it.
        if let until = request.until { fields["until"] = .text(dates.day(until.adding(seconds: -1))) }
        if let due = request.run.dueAt { fields["dueAt"] = .text(dates.day(due)) }
        // A mail about one item, to whom it is about, says nothing of the others.
        let items = try shownItems(request).filter {
            effect.order.item == nil || effect.order.item == $0.id
        }
        // Nobody is warned of the end of what is not there any more.
        if case .access? = request.subject, items.isEmpty { return nil }
        fields["hasItems"] = .flag(!items.isEmpty)
        fields["items"] = .list(try itemFields(items, of: request))
        fields["hasAccess"] = .flag(
            try request.holder.map { try snapshot.liveGrants(of: $0, at: effect.orderedAt) }?
                .contains { !$0.hasEnded(at: effect.orderedAt) } ?? false)
        return fields
    }

    /// Of a file: where its requests are decided, or how many of them
    /// have come to the end that a mail tells of.
    private func fileFields(_ file: BatchID, _ effect: Effect, _ request: Request) throws -> [String: MailField] {
        guard request.run.ended != nil else {
            return ["link": .text("\(settings.baseURL)/inbox/bulk?batch=\(file)")]
        }
        let count = try snapshot.requests(of: file, in: request.run.state, limit: Onboarding.greatestCount).count
        let page = effect.order.recipient == request.requester.themselves ? "/requests/import/\(file)" : "/requests"
        return [
            "waitingCount": .text(String(count)), "link": .text("\(settings.baseURL)\(page)"),
        ]
    }

    /// - Returns: false once another link was ordered or this one was used: it would open nothing.
    private func addPasswordLink(
        of person: Person, ordered at: Timestamp, _ dates: ReaderDates, to fields: inout [String: MailField]
    ) throws -> Bool {
        guard let link = try snapshot.passwordLink(of: person.id), link.orderedAt == at else { return false }
        let token = try keys.passwordToken(person: person.id, orderedAt: at)
        let text = String(decoding: token.exposed, as: UTF8.self)
        fields["link"] = .text("\(settings.baseURL)/new-password#\(text)")
        fields["token"] = .text(text)
        fields["expiresAt"] = .text(dates.instant(at.adding(seconds: PasswordLink.seconds)))
        return true
    }

    /// Whom the request is about, who made it and for whom.
    ///
    /// Without an address of a requester it was the operator.
    private func partyFields(_ request: Request) throws -> [String: MailField] {
        var fields: [String: MailField] = [:]
        if let holder = try request.holder.flatMap({ try snapshot.person($0) }) {
            fields["personName"] = .text(holder.name.text)
            fields["personEmail"] = .text(holder.email.text)
        }
        let requester = try requester(of: request)
        fields["requesterName"] = .text(try requester?.name.text ?? program(asking: request) ?? settings.product)
        if let requester { fields["requesterEmail"] = .text(requester.email.text) }
        let organization = try request.organization.flatMap { try snapshot.organization($0) }
        fields["organization"] = .text(organization?.name.text ?? settings.product)
        return fields
    }

    /// What a mail tells that no request ordered, beyond its reader.
    private func announced(_ effect: Effect, to recipient: Person) throws -> [String: MailField] {
        guard case .subject(let subject)? = effect.order.matter,
            let person = try effect.order.about.flatMap({ try snapshot.person($0) })
        else { return [:] }
        var fields = try subjectFields(subject)
        fields["personName"] = .text(person.name.text)
        fields["personEmail"] = .text(person.email.text)
        fields["isHolder"] = .flag(person.id == recipient.id)
        let organization =
            if case .duty(let holding) = subject { holding.organization } else { person.organization }
        let name = try organization.flatMap { try snapshot.organization($0) }?.name.text
        fields["organization"] = .text(name ?? settings.product)
        return fields
    }

    private func subjectFields(_ subject: RequestSubject?) throws -> [String: MailField] {
        switch subject {
        case .cloud(let name, let slug): return ["newCloud": .text(name.text), "newCloudSlug": .text(slug.text)]
        case .representation(let replaced):
            guard let person = try replaced.flatMap({ try snapshot.person($0) }) else { return [:] }
            return ["replacedName": .text(person.name.text)]
        case .duty(let holding):
            // The words for it are the templates', since they differ by language.
            return switch holding.duty {
            case .representative: ["asRepresentative": .flag(true)]
            case .deliveryManager: ["asManager": .flag(true)]
            case .dutyManager: ["asDutyManager": .flag(true)]
            case .operator: ["asOperator": .flag(true)]
            }
        case .program(let id, let former):
            var fields: [String: MailField] = ["program": .text(id.text)]
            if let account = try snapshot.apiAccount(id) { fields["programPurpose"] = .text(account.purpose) }
            if let owner = try snapshot.person(former) { fields["formerOwner"] = .text(owner.name.text) }
            return fields
        case .address(let address): return ["newAddress": .text(address.text)]
        case .apiAccount, .access, .reduction, .denied, nil: return [:]
        }
    }

    /// What a mail says of a request about a whole cloud.
    private func cloudFields(_ request: Request, _ dates: ReaderDates) throws -> [String: MailField] {
        var fields: [String: MailField] = [:]
        if let cloud = try request.cloud.flatMap({ try snapshot.cloud($0) }) {
            fields["cloud"] = .text(cloud.label)
        }
        let waiting = request.run.items.count { $0.state == .waiting }
        if waiting > 0 { fields["waitingCount"] = .text(String(waiting)) }
        if let leaving = request.run.leaving { fields["expiresAt"] = .text(dates.instant(leaving.at)) }
        return fields
    }

    /// `Alice Martin <alice@acme.example>`; the person also where an operator acted in their place.
    func name(of party: Party, _ known: inout [Party: String]) throws -> String {
        if let name = known[party] { return name }
        let person = try party.person.flatMap { try snapshot.person($0) }
        let name = person.map { "\($0.name.text) <\($0.email.text)>" } ?? party.text
        known[party] = name
        return name
    }
}

extension Writing {
    /// The mail that an effect asks for; nil if its recipient does not exist (any more).
    ///
    /// Also makes sure that the link in it opens: the invitation's hash is
    /// committed with the claim, before the mail leaves.
    func compose(_ effect: Effect) throws -> Mail? {
        guard let template = effect.order.template, let recipientID = effect.order.recipient else { return nil }
        let request = try request(of: effect)
        // All that was asked for is settled.
        if request == nil, effect.file != nil { return nil }
        var link: InvitationLink?
        if let request, request.run.ended == nil, recipientID == request.holder {
            link = try invitationLink(for: request)
        }
        let facts = try mailFacts(effect, request, link)
        guard let (recipient, known) = facts else { return nil }
        var fields = known
        if [Onboarding.standingInTemplate, Onboarding.waitingTemplate].contains(template) {
            let dates = ReaderDates(recipient.language, try timeZone(of: .installation))
            guard let more = try waitingFields(effect, to: recipient, dates) else {
                return nil
            }
            fields.merge(more) { $1 }
        }
        var address = try effect.order.address.map { try EmailAddress($0) } ?? recipient.email
        if template == Onboarding.addressProof, let request, case .address(let new)? = request.subject {
            // The one mail that goes where nobody reads us yet, with what proves that somebody does.
            address = new
            let code = try keys.invitationToken(request: request.id, person: recipientID)
            fields["addressCode"] = .text(String(decoding: code.exposed, as: UTF8.self))
        }
        return Mail(
            key: effect.key, recipient: address, recipientName: recipient.name.text,
            language: recipient.language, template: template, fields: fields, createdAt: effect.orderedAt,
            thread: effect.request?.text ?? effect.file?.text)
    }
}
