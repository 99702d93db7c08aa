import Basics
import Directory
import Records
import Workflow

/// What the engine ordered, as effects that are kept, performed and sent.
extension Turn {
    /// One order of the engine becomes one effect, or for mail one for
    /// each person that plays a receiving part.
    func effects(
        from order: EffectOrder, of request: Request, on event: Event, following definition: Definition, by mover: Mover
    ) throws -> [Effect] {
        guard let template = order.template else {
            // No run waits for what it tells.
            let details =
                order.message.map { Effect.Order(state: request.run.state, message: $0) }
                ?? Effect.Order(item: order.item, profile: order.profile, runKey: order.key)
            return [
                Effect(
                    key: EffectKey(.request(request.id), order.key).text, request: request.id, kind: order.effect,
                    order: details, orderedAt: now, dueAt: now, greatestTries: order.tries)
            ]
        }
        let recipients: [(person: Person, absent: Person?)] =
            order.item == nil
            ? try order.recipients.compactMap(definition.part).flatMap {
                try readers(of: $0, in: request, definition)
            } : try [subject(of: order.item, in: request)].compactMap { $0 }.map { ($0, nil) }
        let lapses = order.lapsesTogether(request, on: event)
        let file = order.asksTogether(about: request) || lapses ? request.batch : nil
        let scope = file.map(EffectKey.Scope.file) ?? .request(request.id)
        var seen: Set<PersonID> = []
        return try recipients.filter { seen.insert($0.person.id).inserted }.map { person, absent in
            var key = EffectKey(scope, "\(order.key)/\(person.id)").text
            if lapses { key = try unsentKey(key) }
            return Effect(
                key: key, request: file == nil ? request.id : nil, kind: order.effect,
                order: Effect.Order(
                    template: template, recipient: person.id, item: order.item, comment: mover.comment,
                    actor: mover.person, state: request.run.state, about: absent?.id, needed: order.needed),
                orderedAt: now, dueAt: now, greatestTries: order.tries)
        }
    }

    /// Who reads the mails of a part: of one that is asked
    /// whoever can answer, and who stands in for them.
    private func readers(of part: Part, in request: Request, _ definition: Definition) throws -> [(
        person: Person, absent: Person?
    )] {
        guard request.run.ended == nil, request.run.asked.contains(part.name) else {
            return try players(PartSource(part), in: request).map { ($0, nil) }
        }
        let answerers = try answerers(part, of: request, definition)
        return answerers.people.map { ($0, nil) } + answerers.standIns.map { ($0.person, $0.absent) }
    }

    /// The key itself while its mail waits, so that the mail tells of one
    /// request more; a new one once it has left.
    private func unsentKey(_ key: String) throws -> String {
        var (candidate, number) = (key, 1)
        while let known = try snapshot.effect(key: candidate), known.state != .due {
            number += 1
            candidate = "\(key)/\(number)"
        }
        return candidate
    }

    /// Whom an item is about.
    private func subject(of item: String?, in request: Request) throws -> Person? {
        try request.run.items.first { $0.id == item }?.about.flatMap(PersonID.init).flatMap { try snapshot.person($0) }
    }
}

extension EffectOrder {
    /// Whether the requests of a file end by themselves, which
    /// nobody wants to be told a thousand times.
    fileprivate func lapsesTogether(_ request: Request, on event: Event) -> Bool {
        guard case .timer = event else { return false }
        return request.batch != nil && template != nil && item == nil && request.run.ended == .lapsed
    }

    /// Whether all requests of a file say this by one mail: nobody wants to be
    /// asked a thousand times what one page shows.
    ///
    /// Until somebody answers; from then on each request goes its own way.
    fileprivate func asksTogether(about request: Request) -> Bool {
        let run = request.run
        return request.batch != nil && template != nil && !recipients.isEmpty
            && recipients.allSatisfy(run.asked.contains)
            && run.asked.allSatisfy { run.players[$0, default: []].isEmpty }
    }
}
