import Basics
import Directory
import Records

/// Decisions out of memory: the same as from the database, or none.
///
/// What memory does not know for certain, such as a name that nobody has or an account that is not there yet,
/// the database is asked.
extension Onboarding {
    /// - Returns: nil where the database has to be asked.
    func rememberedDecisions(
        _ questions: [DecisionQuestion?], _ order: DecisionOrder, by asker: Actor, at now: Timestamp,
        _ mark: StoreMark?
    ) async -> [DecisionAnswer]? {
        guard asker.program != nil, await isStandingsLevel(at: mark) else { return nil }
        return heldDecisions(questions, order, by: asker, at: now)
    }

    /// - Parameter mark: at which the table has to be level; nil where that is known.
    func heldDecisions(
        _ questions: [DecisionQuestion?], _ order: DecisionOrder, by asker: Actor, at now: Timestamp,
        _ mark: StoreMark? = nil
    ) -> [DecisionAnswer]? {
        let asker = asker.application(with: .decisions)
        return standings.answer(at: mark) { table in
            var answers: [DecisionAnswer] = []
            answers.reserveCapacity(questions.count)
            var names = FoundNames()
            for question in questions {
                guard let answer = answer(question, by: asker, at: now, of: table, &names) else { return nil }
                answers.append(answer)
                if order.isSettled(by: answer) { break }
            }
            return answers
        }
    }

    private func answer(
        _ question: DecisionQuestion?, by asker: Application?, at now: Timestamp, of table: StandingTable,
        _ names: inout FoundNames
    ) -> DecisionAnswer? {
        guard let question else { return .unknown(.incomplete) }
        guard let action = names.action(question.action, in: table) else { return .unknown(.action) }
        guard question.subject.type == SubjectType.user.rawValue, let cloud = table.cloud(of: question.resource),
            let asker, asker.serves(table.organization(ofCloud: cloud)),
            let person = names.person(question.subject.id, in: table)
        else { return nil }
        let proof = question.authenticatedAt.map(StandingTable.Proof.seenUntil) ?? .seen
        return table.certain(action, by: person, in: cloud, at: now, proof).map { .decided($0) }
    }

    /// - Parameter asker: nil is the platform itself.
    /// - Returns: nil where the database has to be asked.
    func rememberedDecision(
        _ action: Action, by email: EmailAddress, in place: CloudPath, mfaAgeSeconds: Int64?, askedBy asker: Actor?,
        at now: Timestamp
    ) async -> Decision? {
        guard asker == nil || asker?.program != nil, await isStandingsLevel() else { return nil }
        let proof = mfaAgeSeconds.map { StandingTable.Proof.told(now.adding(seconds: -$0)) } ?? .seen
        return standings.answer { table in
            guard let action = table.action(action.label), let cloud = table.cloud(path: place.text),
                asker?.isApplication(with: .decisions, towards: table.organization(ofCloud: cloud)) != false,
                let person = table.person(addressKey: email.key)
            else { return nil }
            return table.certain(action, by: person, in: cloud, at: now, proof)
        }
    }

    /// - Parameter mark: one that was taken for the same call; nil takes one.
    private func isStandingsLevel(at mark: StoreMark? = nil) async -> Bool {
        if let mark, standings.isLevel(at: mark) { return true }
        // Where it fails the database is asked, which tells of its outage itself.
        return (try? await followStandings()) == true
    }
}

/// What the names of the question before stood for: most of a batch are about one person, or one action.
private struct FoundNames {
    private var action: (label: String, number: Int?)?
    private var person: (name: String, number: Int?)?

    mutating func action(_ label: String, in table: StandingTable) -> Int? {
        if let action, action.label == label { return action.number }
        let number = table.action(label)
        action = (label, number)
        return number
    }

    mutating func person(_ name: String, in table: StandingTable) -> Int? {
        if let person, person.name == name { return person.number }
        let number = table.person(named: name)
        person = (name, number)
        return number
    }
}

extension StandingTable {
    fileprivate func cloud(of resource: DecisionQuestion.Entity) -> Int? {
        switch ResourceType(rawValue: resource.type) {
        case .cloud: cloud(path: resource.id)
        case .resource: ResourceID(resource.id).flatMap { cloud(of: $0) }
        case .service, nil: nil
        }
    }

    fileprivate func person(named name: String) -> Int? {
        // Most ask by the address as it is kept, which need not be read to be found.
        if let known = person(addressKey: name) { return known }
        if let id = PersonID(name) { return person(id) }
        // What is no address is nobody's.
        return (try? EmailAddress(name)).flatMap { person(addressKey: $0.key) }
    }

    /// - Returns: nil for what the table cannot know.
    fileprivate func certain(
        _ action: Int, by person: Int, in cloud: Int, at now: Timestamp, _ proof: Proof
    ) -> Decision? {
        // An account that is closed gives up its address, and one that is invited is there, before the trail says so.
        guard [.active, .suspended].contains(account(of: person)) else { return nil }
        let decision = decide(action, by: person, in: cloud, at: now, proof: proof)
        // The trail does not tell who proves themselves when. A proof that is remembered is one that was; so an
        // allowance holds, and whoever would have to prove themselves may have done so since.
        if decision.verdict == .stepUp, !proof.isTold { return nil }
        return decision
    }
}

extension StandingTable.Proof {
    fileprivate var isTold: Bool { if case .told = self { true } else { false } }
}
