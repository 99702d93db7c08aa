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
        return standings.answer { table in
            var answers: [DecisionAnswer] = []
            for question in questions {
                guard let answer = answer(question, by: asker, at: now, of: table) else { return nil }
                answers.append(answer)
                if order.isSettled(by: answer) { break }
            }
            return answers
        }
    }

    private func answer(
        _ question: DecisionQuestion?, by asker: Actor, at now: Timestamp, of table: StandingTable
    ) -> DecisionAnswer? {
        guard let question else { return .unknown(.incomplete) }
        guard let action = table.action(question.action) else { return .unknown(.action) }
        guard question.subject.type == SubjectType.user.rawValue, let cloud = table.cloud(of: question.resource),
            asker.isApplication(with: .decisions, towards: table.organization(ofCloud: cloud)),
            let person = table.person(named: question.subject.id)
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
