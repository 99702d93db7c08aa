public import Basics
import Directory
public import Records

/// A denial that somebody may ask to be changed, and by what.
struct RequestableDenial: Sendable {
    let person: Person
    let organization: Organization
    let cloud: Cloud
    /// The lowest that suffices, and has all that the person has.
    let profile: Profile
}

/// A question with its answer, and what may be done about it.
public struct Evaluation: Sendable {
    public let answer: DecisionAnswer
    /// Nil where nothing may be asked for, or not by whoever asks.
    public let offer: AccessOffer?
    /// Nil where no approval was presented, or none that matters.
    public let approval: ApprovalFinding?

    public init(answer: DecisionAnswer, offer: AccessOffer?, approval: ApprovalFinding?) {
        self.answer = answer
        self.offer = offer
        self.approval = approval
    }
}

/// What a denial says of how to ask for access.
public struct AccessOffer: Sendable {
    /// The workflow that decides.
    public static let template = Authority.accessWorkflow
    /// So long it may be taken up, in seconds.
    public static let lifetimeSeconds: Int64 = 600

    /// The name of the evaluation.
    public let evaluation: String
    public let evaluatedAt: Timestamp
    public let expiresAt: Timestamp
    /// Signed by us, and to come back as it is.
    public let bindingToken: String
    /// The lowest that would be enough.
    public let profile: String
    public let form: Form

    /// What the page has to be told on which the person asks for it themselves.
    public struct Form: Sendable {
        /// An address; nil where whoever evaluated named the person otherwise, and need not know it.
        public let subject: String?
        /// `ORG/CLOUD`.
        public let cloud: String
        public let action: String
    }
}

extension Onboarding {
    /// As `decisions`, and with each denial how to ask for what was denied.
    public func evaluations(
        _ questions: [DecisionQuestion?], _ order: DecisionOrder = .all, by asker: Actor, at mark: StoreMark? = nil
    ) async throws -> [Evaluation] {
        guard settings.accessRequests != nil else {
            return try await decisions(questions, order, by: asker, at: mark).map {
                Evaluation(answer: $0, offer: nil, approval: nil)
            }
        }
        let now = world.now()
        let found = try await foundEvaluations(questions, order, by: asker, at: now, mark)
        let signer = found.contains { $0.denial != nil } ? try await self.signer(.es256) : nil
        return try zip(found, questions).map { one, question in
            var offer: AccessOffer?
            if let denial = one.denial, let question, let signer {
                offer = try DenialBinding(of: question, asker: asker, self, at: now).offer(
                    denial, of: question, signedBy: signer, self)
            }
            return Evaluation(answer: one.answer, offer: offer, approval: one.approval)
        }
    }

    /// What `evaluations` answers out of memory without waiting; nil where anything has to be read, and where more
    /// than the answer is to be told.
    ///
    /// - Parameter mark: of the store, taken since the questions came.
    public func rememberedEvaluations(
        _ questions: [DecisionQuestion?], _ order: DecisionOrder, by asker: Actor, at mark: StoreMark
    ) -> [DecisionAnswer]? {
        guard let answers = heldDecisions(questions, order, by: asker, at: world.now(), mark) else { return nil }
        if settings.accessRequests != nil {
            // Of a denial is told how to ask for it, and of an approval what it comes to.
            guard !answers.contains(where: \.isDenial), questions.allSatisfy({ $0?.sent.approval == nil }) else {
                return nil
            }
        }
        return answers
    }

    private typealias Found = (answer: DecisionAnswer, denial: RequestableDenial?, approval: ApprovalFinding?)

    /// What is allowed is answered from memory where that is held; only a denial asks the database what would help.
    private func foundEvaluations(
        _ questions: [DecisionQuestion?], _ order: DecisionOrder, by asker: Actor, at now: Timestamp,
        _ mark: StoreMark?
    ) async throws -> [Found] {
        var remembered: [DecisionAnswer]?
        // What an approval that is presented comes to is in the database.
        if questions.allSatisfy({ $0?.sent.approval == nil }) {
            remembered = await rememberedDecisions(questions, order, by: asker, at: now, mark)
            if let remembered, !remembered.contains(where: \.isDenial) { return remembered.map { ($0, nil, nil) } }
        }
        let (known, looks) = (remembered, standings.looks)
        let (found, learnt) = try await reading(by: asker, at: now) { turn in
            let inquiry = Inquiry(turn, isMany: questions.count > 1)
            // What was denied a moment ago and is allowed by now is still denied, and offered nothing.
            let answers = try known ?? inquiry.answers(questions, order)
            let found = try zip(answers, questions).map { answer, question -> Found in
                guard let question else { return (answer, nil, nil) }
                return (answer, try inquiry.requestable(question, answer), try inquiry.finding(on: question, answer))
            }
            return (found, known == nil ? try inquiry.learnt() : HeldStandings.Learnt())
        }
        standings.note(learnt, readBetween: looks)
        return found
    }
}

extension Inquiry {
    /// What would have to be asked for; nil where nothing may be, or not by whoever asks.
    func requestable(_ question: DecisionQuestion, _ answer: DecisionAnswer) throws -> RequestableDenial? {
        guard case .decided(let decision) = answer, decision.verdict == .deny,
            let action = turn.catalogue.action(question.action),
            case .person(let person?)? = try subject(question.subject), let place = try place(of: question.resource),
            try mayRequest(for: person, in: place)
        else { return nil }
        let standing = try standing(of: person, for: action, in: place, since: question.authenticatedAt)
        // Neither a code nor an account that begins is asked for here: what stands first in the way is a profile.
        guard let profile = turn.catalogue.explain(action, for: .person(standing), at: turn.now).missingProfile
        else { return nil }
        return RequestableDenial(person: person, organization: place.organization, cloud: place.cloud, profile: profile)
    }
}
