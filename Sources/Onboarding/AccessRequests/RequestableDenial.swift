package import Basics
import Directory
package import Records

/// A denial that somebody may ask to be changed, and by what.
struct RequestableDenial: Sendable {
    let person: Person
    let organization: Organization
    let cloud: Cloud
    /// The lowest that suffices, and has all that the person has.
    let profile: Profile
}

/// A question with its answer, and what may be done about it.
package struct Evaluation: Sendable {
    package let answer: DecisionAnswer
    /// Nil where nothing may be asked for, or not by whoever asks.
    package let offer: AccessOffer?
    /// Nil where no approval was presented, or none that matters.
    package let approval: ApprovalFinding?
}

/// What a denial says of how to ask for access.
package struct AccessOffer: Sendable {
    /// The workflow that decides.
    package static let template = Authority.accessWorkflow
    /// So long it may be taken up, in seconds.
    package static let lifetimeSeconds: Int64 = 600

    /// The name of the evaluation.
    package let evaluation: String
    package let evaluatedAt: Timestamp
    package let expiresAt: Timestamp
    /// Signed by us, and to come back as it is.
    package let bindingToken: String
    /// The lowest that would be enough.
    package let profile: String
}

extension Onboarding {
    /// As `decisions`, and with each denial how to ask for what was denied.
    package func evaluations(
        _ questions: [DecisionQuestion?], _ order: DecisionOrder = .all, by asker: Actor
    ) async throws -> [Evaluation] {
        guard settings.accessRequests != nil else {
            return try await decisions(questions, order, by: asker).map {
                Evaluation(answer: $0, offer: nil, approval: nil)
            }
        }
        let found = try await reading(by: asker) { turn in
            let inquiry = Inquiry(turn, isMany: questions.count > 1)
            var found: [(DecisionAnswer, RequestableDenial?, ApprovalFinding?)] = []
            for question in questions {
                guard let question else {
                    found.append((.unknown(.incomplete), nil, nil))
                    if order.isSettled(by: .unknown(.incomplete)) { break }
                    continue
                }
                let answer = try inquiry.answer(question)
                found.append(
                    (
                        answer, try inquiry.requestable(question, answer),
                        try inquiry.finding(on: question, answer)
                    ))
                if order.isSettled(by: answer) { break }
            }
            return (found, turn.now)
        }
        let signer = found.0.contains { $0.1 != nil } ? try await self.signer(.es256) : nil
        return try zip(found.0, questions).map { one, question in
            var offer: AccessOffer?
            if let denial = one.1, let question, let signer {
                offer = try DenialBinding(of: question, asker: asker, self, at: found.1).offer(
                    denial, signedBy: signer, self)
            }
            return Evaluation(answer: one.0, offer: offer, approval: one.2)
        }
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
