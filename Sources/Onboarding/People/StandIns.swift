import Basics
import Directory
import Records
import Workflow

/// What people hear of who stand in for somebody, and of what waits for them all at once.
///
/// Both the absent and the stand-in are asked and reminded: the absent stays answerable, and
/// sees when they are back what was done in their name.
extension Onboarding {
    static var standingInTemplate: String { "standing-in" }
}

extension Turn {
    /// What such a mail tells beyond its reader; nil where there is nothing left to tell.
    func waitingFields(_ effect: Effect, to reader: Person, _ dates: ReaderDates) throws -> [String: MailField]? {
        guard reader.state == .active || reader.state == .invited else { return nil }
        var fields: [String: MailField] = ["link": .text("\(settings.baseURL)/inbox")]
        guard effect.order.template == Onboarding.standingInTemplate else {
            let audiences = try audiences(of: reader.id)
            let count = try waitingCount(audiences, for: reader.id)
            fields["waitingCount"] = .text(dates.number(count))
            return count > 0 ? fields : nil
        }
        guard let person = try effect.order.about.flatMap({ try snapshot.person($0) }),
            case .delegation(let from, _)? = effect.order.matter,
            let delegation = try snapshot.delegations(of: person.id, at: now).first(where: {
                $0.delegate == reader.id && $0.from.seconds == from.seconds
            })
        else { return nil }
        fields["personName"] = .text(person.name.text)
        fields["personEmail"] = .text(person.email.text)
        fields["standsInFor"] = .text(person.name.text)
        fields["until"] = .text(dates.instant(delegation.until))
        guard delegation.from <= now else {
            fields["from"] = .text(dates.instant(delegation.from))
            return fields
        }
        let audiences = try audiences(concerning: person.id)
        let count = try waitingCount(audiences, for: reader.id)
        if count > 0 { fields["waitingCount"] = .text(dates.number(count)) }
        return fields
    }

    /// A thousand at most are counted: the mail says what waits, and the inbox shows it.
    private func waitingCount(_ audiences: [Audience], for reader: PersonID) throws -> Int {
        let entries = try snapshot.inbox(of: audiences, PageRequest(limit: PageRequest.greatestLimit)).items
        // Somebody's own link was sent to them, and is nobody else's to open.
        let answerable = try answerable(entries, by: reader) {
            PartSource($0) != .requestAccountHolder
        }
        return Set(answerable.map(\.request)).count
    }

    /// Without what four eyes keep from the reader, or from whom they stand in for.
    func answerable(_ entries: [InboxEntry], by reader: PersonID, where counts: (Part) -> Bool = { _ in true }) throws
        -> [InboxEntry]
    {
        try entries.filter { entry in
            guard let request = try snapshot.request(entry.request),
                let part = try library.definition(of: request.run, in: snapshot).part(entry.part)
            else { return false }
            return try counts(part) && mayAnswer(reader, part, of: request)
        }
    }
}

extension Writing {
    /// A word at once, and where the delegation begins later another
    /// one at its beginning, with what waits then.
    func tellStandIn(_ delegation: Delegation) throws {
        let moments = delegation.from > now ? [now, delegation.from] : [now]
        try transaction.insert(
            moments.map { moment in
                let times = [delegation.from, delegation.until, moment].map { "\($0.milliseconds)" }
                return Effect(
                    mail: Onboarding.standingInTemplate, to: delegation.delegate, of: .person(delegation.delegate),
                    "\(delegation.person)/\(times.joined(separator: "/"))",
                    Effect.Order(
                        matter: .delegation(from: delegation.from, until: delegation.until), about: delegation.person),
                    at: moment)
            })
    }
}
