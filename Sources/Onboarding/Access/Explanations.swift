public import Basics
public import Directory
public import Foundation
public import Records

/// A decision with its reasons: which grant, because of which request, and what would change the answer.
public struct ExplainedDecision: Sendable {
    public let explanation: Explanation
    public let organization: Organization
    public let cloud: Cloud
    /// Nil for a program, and for somebody of whom this cloud knows nothing.
    public let person: Person?
    public let program: APIAccount?
    /// What was known, and counted.
    public let asker: Asker
    /// Nil where nothing is held, and where the asker may not read requests of the organization.
    public let approval: Approval?
    /// The one that gave what is held; nil as the approval is.
    public let request: RequestID?
    /// What holds once what is held has ended.
    public let next: Grant.Later?
    /// How old a code may be.
    public let mfaMaxAgeSeconds: Int64
    /// In which the organization's days begin and end.
    public let timeZone: TimeZone
    /// What whoever asks may ask for now: the lowest that would be enough.
    ///
    /// The owner of the data folder acts for whom they like, and hears what the person may ask for themselves.
    public let askable: Profile?
}

extension Onboarding {
    /// `decide`, and why; by the same reading.
    ///
    /// - Throws: as `decide`.
    public func explain(
        _ label: String, by email: EmailAddress, in cloud: String, mfaAgeSeconds: Int64?, askedBy asker: Actor
    ) async throws -> ExplainedDecision {
        let (action, place) = try question(label, cloud)
        try Self.requireAge(mfaAgeSeconds)
        return try await reading(by: asker) { turn in
            try turn.explained(
                action, turn.asked(about: email, in: place, mfaAgeSeconds: mfaAgeSeconds, isPlatform: false))
        }
    }

    /// The same about a program.
    public func explain(
        _ label: String, byProgram id: APIAccountID, in cloud: String, askedBy asker: Actor
    ) async throws -> ExplainedDecision {
        let (action, place) = try question(label, cloud)
        return try await reading(by: asker) { turn in
            try turn.explained(action, turn.asked(aboutProgram: id, in: place, isPlatform: false))
        }
    }
}

extension Reading {
    fileprivate func explained(_ action: Action, _ asked: Asked) throws -> ExplainedDecision {
        let approval = try asked.grant.flatMap { try tellableApproval(of: $0.request, in: asked.cloud) }
        let explanation = catalogue.explain(action, for: asked.asker, at: now)
        return ExplainedDecision(
            explanation: explanation, organization: asked.organization, cloud: asked.cloud,
            person: asked.person, program: asked.program, asker: asked.asker, approval: approval,
            request: approval?.request, next: asked.next,
            mfaMaxAgeSeconds: catalogue.mfaMaxAgeSeconds,
            timeZone: try timeZone(of: asked.organization.locality),
            askable: try askable(explanation, asked.person, asked.organization))
    }

    /// The profile that whoever asks may ask for, about this person.
    private func askable(_ explanation: Explanation, _ person: Person?, _ organization: Organization) throws -> Profile?
    {
        guard let profile = explanation.missingProfile, let person else { return nil }
        let turn = actor.isOwner ? acting(Actor(person: person, operatorName: nil, verifiedAt: nil)) : self
        return try turn.accessHindrance(of: person, in: organization) == nil ? profile : nil
    }

    /// Who agreed is told to whom the request is, and to programs that may read about people.
    private func tellableApproval(of request: RequestID, in cloud: Cloud) throws -> Approval? {
        let isTellable =
            try isApplication(with: .people, towards: cloud.organization)
            || snapshot.request(request).map { try mayRead($0) } == true
        return isTellable ? try approval(of: request, in: cloud.id) : nil
    }
}

extension ExplainedDecision {
    /// How the account stands, as far as this cloud knows it.
    public var account: AccountState {
        switch asker {
        case .person(let standing): standing.account
        case .program(let standing): standing.isClosed ? .closed : .active
        }
    }
}
