import Basics
import Directory
import Records
import Workflow

/// Who can answer for a part of a request at this moment: nobody who is suspended
/// or closed, and nobody whom four eyes bar.
struct Answerers {
    /// Who has the part themselves.
    var people: [Person] = []
    /// Who stands in, and for whom; nobody twice.
    var standIns: [(person: Person, absent: Person)] = []

    var isEmpty: Bool { people.isEmpty && standIns.isEmpty }
    var everybody: [Person] { people + standIns.map(\.person) }
}

extension Turn {
    /// - Parameter part: one that is asked.
    func answerers(_ part: Part, of request: Request, _ definition: Definition) throws -> Answerers {
        let source = PartSource(part)
        var answerers = Answerers()
        // Whoever it is about answers for themselves: nobody else opens their link.
        if source == .requestAccountHolder {
            answerers.people = try players(source, in: request)
            return answerers
        }
        answerers.people =
            try candidates(source, in: request).first { people in
                people.contains { !definition.bars($0, from: part, of: request) }
            }?.filter { !definition.bars($0, from: part, of: request) } ?? []
        var known = Set(answerers.people.map(\.id))
        for absent in answerers.people {
            for delegation in try snapshot.delegations(of: absent.id, at: now) where delegation.from <= now {
                guard let person = try snapshot.person(delegation.delegate), person.mayAnswer,
                    !definition.bars(person, from: part, of: request),
                    try !isOperator(person.id), known.insert(person.id).inserted
                else { continue }
                answerers.standIns.append((person, absent))
            }
        }
        return answerers
    }

    /// Those who play a part, and where none of them can, those who may in their place.
    private func candidates(_ source: PartSource, in request: Request) throws -> [[Person]] {
        let players = try players(source, in: request).filter(\.mayAnswer)
        switch source {
        case .organizationDeliveryManagers, .organizationCarers:
            return [players, try working(.deliveryManager, towards: nil)]
        case .organizationRepresentatives:
            // Whoever submitted stays answerable, be it staff.
            let requester = try requester(of: request)
            let mayAnswer = try requester.map {
                try $0.mayAnswer && plays(source, in: request, person: $0.id)
            }
            return [players, mayAnswer == true ? [requester].compactMap { $0 } : []]
        case .providerDutyManagers, .requestRequester, .requestGuardians, .requestAccountHolder: return [players]
        }
    }

    /// Everybody whose answer is awaited, by part.
    func awaited(_ request: Request) throws -> [(part: Part, answerers: Answerers)] {
        guard request.run.ended == nil else { return [] }
        let definition = try library.definition(of: request.run, in: snapshot)
        return try request.run.asked.compactMap(definition.part).map { part in
            (part, try answerers(part, of: request, definition))
        }
    }

    /// Whether somebody could answer a part, as themselves or for whom they stand in.
    func mayAnswer(_ person: PersonID, _ part: Part, of request: Request) throws -> Bool {
        guard let reader = try snapshot.person(person) else { return false }
        let definition = try library.definition(of: request.run, in: snapshot)
        guard !definition.bars(reader, from: part, of: request) else { return false }
        let others = try delegators(of: person).compactMap { try snapshot.person($0) }
        return try ([reader] + others).contains { one in
            try !definition.bars(one, from: part, of: request)
                && plays(PartSource(part), in: request, person: one.id)
        }
    }
}

extension Definition {
    /// Four eyes of the whole request, and of its items: nobody
    /// decides where all that waits is their own.
    fileprivate func bars(_ person: Person, from part: Part, of request: Request) -> Bool {
        if bars(person.id.text, from: part.name, in: request.run) { return true }
        guard ask(in: request.run.state)?.eachItem == true else { return false }
        let waiting = request.run.items.filter { $0.state == .waiting }
        return !waiting.isEmpty && waiting.allSatisfy { $0.about == person.id.text }
    }
}

extension Person {
    /// Whoever is invited is on their way.
    fileprivate var mayAnswer: Bool { state == .active || state == .invited }
}

extension [(part: Part, answerers: Answerers)] {
    /// Whether somebody is asked and nobody can answer.
    var isVacant: Bool { !isEmpty && allSatisfy(\.answerers.isEmpty) }
    var everybody: [Person] { flatMap(\.answerers.everybody) }
}

extension Turn {
    /// Who is asked when a part of `request` is; whoever manages
    /// every organization beside those of this one.
    func asked(for source: PartSource, in request: Request) throws -> Set<Audience> {
        switch source {
        case .organizationRepresentatives:
            [.duty(DutyHolding(.representative, organization: request.organization))]
        case .organizationDeliveryManagers, .organizationCarers:
            [
                .duty(DutyHolding(.deliveryManager, organization: request.organization)),
                .duty(DutyHolding(.deliveryManager, organization: nil)),
            ]
        case .providerDutyManagers: [.duty(DutyHolding(.dutyManager, organization: nil))]
        case .requestAccountHolder: request.holder.map { [.person($0)] } ?? []
        case .requestRequester: [Audience(text: "person:\(request.requester.text)")]
        case .requestGuardians: try line(of: request).audiences
        }
    }
}
