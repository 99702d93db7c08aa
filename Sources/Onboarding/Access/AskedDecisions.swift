public import Basics
import Directory
public import Records

extension Onboarding {
    /// Questions of programs, in their order, on one view of the records and at one moment.
    ///
    /// - Parameters:
    ///   - questions: nil for one that lacks something, which counts as denied.
    ///   - mark: of the store, taken since the questions came; nil takes one.
    /// - Returns: as many answers as `order` wants.
    public func decisions(
        _ questions: [DecisionQuestion?], _ order: DecisionOrder = .all, by asker: Actor, at mark: StoreMark? = nil
    ) async throws -> [DecisionAnswer] {
        let now = world.now()
        if let remembered = await rememberedDecisions(questions, order, by: asker, at: now, mark) { return remembered }
        let looks = standings.looks
        let (answers, learnt) = try await reading(by: asker, at: now) { turn in
            let inquiry = Inquiry(turn, isMany: questions.count > 1)
            return (try inquiry.answers(questions, order), try inquiry.learnt())
        }
        standings.note(learnt, readBetween: looks)
        return answers
    }

    /// Who of a type may do something with a resource now: people by address, programs by id.
    ///
    /// A page may hold fewer than it has room for and go on all the same: no page looks at more than a thousand.
    /// - Returns: nobody for what is not known, or not for whoever asks.
    public func subjects(
        of type: String, whoMay action: String, _ resource: DecisionQuestion.Entity, _ page: PageRequest,
        by asker: Actor
    ) async throws -> Page<DecisionQuestion.Entity> {
        try await reading(by: asker) { turn in
            let inquiry = Inquiry(turn, isMany: false)
            guard let type = SubjectType(rawValue: type), let action = turn.catalogue.action(action),
                let place = try inquiry.place(of: resource), try inquiry.mayAsk(about: .person(nil), in: place)
            else { return Page(items: [], next: nil) }
            return try inquiry.subjects(of: type, whoMay: action, in: place, page).map {
                DecisionQuestion.Entity(type: type.rawValue, id: $0)
            }
        }
    }

    /// With which resources of a type a subject may do something now.
    ///
    /// - Parameter subject: and since when its session is proven, as of a question.
    public func resources(
        of type: String, for subject: (entity: DecisionQuestion.Entity, since: Timestamp?), whoMay action: String,
        _ page: PageRequest, by asker: Actor
    ) async throws -> Page<DecisionQuestion.Entity> {
        try await reading(by: asker) { turn in
            let inquiry = Inquiry(turn, isMany: true)
            guard let type = ResourceType(rawValue: type), let action = turn.catalogue.action(action),
                let known = try inquiry.subject(subject.entity)
            else { return Page(items: [], next: nil) }
            let found =
                switch type {
                case .cloud: try inquiry.clouds(whereMay: known, action, since: subject.since, page)
                case .service:
                    try inquiry.services(whereMay: known, action, since: subject.since, page)
                case .resource:
                    try inquiry.resources(whereMay: known, action, since: subject.since, page)
                }
            return found.map { DecisionQuestion.Entity(type: type.rawValue, id: $0) }
        }
    }

    /// What a subject may do with a resource now: labels, in the order of the privilege matrix.
    public func actions(
        of subject: (entity: DecisionQuestion.Entity, since: Timestamp?), with resource: DecisionQuestion.Entity,
        _ page: PageRequest, by asker: Actor
    ) async throws -> Page<String> {
        try await reading(by: asker) { turn in
            let inquiry = Inquiry(turn, isMany: false)
            guard let known = try inquiry.subject(subject.entity), let place = try inquiry.place(of: resource),
                try inquiry.mayAsk(about: known, in: place)
            else { return Page(items: [], next: nil) }
            return try inquiry.actions(of: known, in: place, since: subject.since, page)
        }
    }
}
