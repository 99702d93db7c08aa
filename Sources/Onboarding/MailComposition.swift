package import Basics
import Directory
package import Foundation
import Workflow

extension Onboarding {
    /// The mail that an effect asks for; nil if its recipient does not exist (any more).
    ///
    /// Also makes sure that the link in it opens: the invitation's hash is committed with the claim, before the mail
    /// leaves.
    func compose(_ effect: Effect, at now: Timestamp, in transaction: any Transaction) throws -> Mail? {
        guard let template = effect.order.template, let recipientID = effect.order.recipient else { return nil }
        let request = try effect.request.flatMap { try transaction.request($0) }
        var link: InvitationLink?
        if let request, request.run.ended == nil, recipientID == request.holder {
            link = try invitationLink(for: request, at: now, in: transaction)
        }
        let facts = try mailFacts(effect, request, link, in: transaction)
        return facts.map { recipient, fields in
            Mail(
                key: effect.key, recipient: recipient.email, recipientName: recipient.name.text,
                language: recipient.language, template: template, fields: fields, createdAt: effect.orderedAt)
        }
    }

    private func mailFacts(
        _ effect: Effect, _ request: Request?, _ link: InvitationLink?, in snapshot: any Snapshot
    ) throws -> (Person, [String: MailField])? {
        guard let id = effect.order.recipient, let recipient = try snapshot.person(id) else { return nil }
        let dates = ReaderDates(recipient.language, settings.timeZone)
        var fields: [String: MailField] = [
            "product": .text(settings.product), "recipientName": .text(recipient.name.text),
            "personName": .text(recipient.name.text), "personEmail": .text(recipient.email.text),
            // A mail without a request is about its reader.
            "hasItems": .flag(false), "isHolder": .flag(true),
        ]
        if let comment = effect.order.comment { fields["comment"] = .text(comment) }
        if let actor = try effect.order.actor.flatMap({ try snapshot.person($0) }) {
            fields["actorName"] = .text(actor.name.text)
        }
        guard let request else { return (recipient, fields) }
        fields["requestId"] = .text(request.id.text)
        fields["state"] = .text(effect.order.state ?? request.run.state)
        fields["reason"] = .text(request.reason)
        fields["isHolder"] = .flag(recipient.id == request.holder)
        fields.merge(try partyFields(request, in: snapshot)) { $1 }
        fields.merge(subjectFields(request)) { $1 }
        if let until = request.until { fields["until"] = .text(dates.day(until)) }
        if let due = request.run.dueAt { fields["dueAt"] = .text(dates.day(due)) }
        fields["hasItems"] = .flag(!request.run.items.isEmpty)
        fields["items"] = .list(try request.run.items.map { try itemFields($0, in: snapshot) })
        if let link {
            fields["link"] = .text(link.url)
            fields["token"] = .text(link.token)
            fields["expiresAt"] = .text(dates.instant(link.expiresAt))
        }
        return (recipient, fields)
    }

    /// Whom the request is about, who made it and for whom.
    ///
    /// Without an address of a requester it was the operator.
    private func partyFields(_ request: Request, in snapshot: any Snapshot) throws -> [String: MailField] {
        var fields: [String: MailField] = [:]
        if let holder = try snapshot.person(request.holder) {
            fields["personName"] = .text(holder.name.text)
            fields["personEmail"] = .text(holder.email.text)
        }
        let requester = try PersonID(request.requester).flatMap { try snapshot.person($0) }
        fields["requesterName"] = .text(requester?.name.text ?? settings.product)
        if let requester { fields["requesterEmail"] = .text(requester.email.text) }
        let organization = try request.organization.flatMap { try snapshot.organization($0) }
        fields["organization"] = .text(organization?.name.text ?? settings.product)
        return fields
    }

    private func subjectFields(_ request: Request) -> [String: MailField] {
        switch request.subject {
        case .cloud(let name, let slug): ["newCloud": .text(name.text), "newCloudSlug": .text(slug.text)]
        case nil: [:]
        }
    }

    private func itemFields(_ item: Run.Item, in snapshot: any Snapshot) throws -> [String: MailField] {
        let cloud = try CloudID(item.id).flatMap { try snapshot.cloud($0) }
        return [
            "cloud": .text(cloud?.name.text ?? item.id), "profile": .text(item.profile),
            "profileName": .text(catalogue.profile(item.profile)?.name ?? item.profile), "asked": .text(item.asked),
            "lowered": .flag(item.profile != item.asked), "refused": .flag(item.state == .refused),
        ]
    }
}

/// Dates as a reader of mails expects them, in the provider's time zone.
package struct ReaderDates {
    let locale: Locale
    let zone: TimeZone

    package init(_ language: Language, _ zone: TimeZone) {
        locale = Locale(identifier: language == .french ? "fr_FR" : "en_GB")
        self.zone = zone
    }

    package func day(_ timestamp: Timestamp) -> String {
        var style = Date.FormatStyle(date: .long, time: .omitted, locale: locale)
        style.timeZone = zone
        return timestamp.date.formatted(style)
    }

    package func instant(_ timestamp: Timestamp) -> String {
        var style = Date.FormatStyle(date: .long, time: .shortened, locale: locale)
        style.timeZone = zone
        return "\(timestamp.date.formatted(style)) (\(zone.identifier))"
    }
}
