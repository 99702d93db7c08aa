public import Basics
public import Directory
public import Foundation
public import Records

/// Somebody as those see them who look after their account: what they may do, what is open
/// about them, and what the reader may ask for.
public struct PersonSheet: Sendable {
    public let profile: PersonProfile
    /// When the second factor became active; nil without one.
    public let factorSince: Timestamp?
    /// Whether wrong codes locked it.
    public let isLocked: Bool
    /// Requests about the account that have not ended, oldest first.
    public let open: [RequestSheet]
    public let offers: Set<PersonOffer>
    /// Of the person's organization: whom somebody else may replace.
    public let representatives: [Person]
    /// In which the organization's days begin and end.
    public let timeZone: TimeZone
}

/// What may be asked for about somebody's account.
public enum PersonOffer: String, Sendable, CaseIterable {
    /// Other profiles, or profiles in more clouds.
    case change
    case reset, unlock, suspend, resume, close
    /// To represent the organization.
    case propose
    case endSessions
}

extension Onboarding {
    /// - Throws: `.notFound` in the same words, whether nobody has
    ///   this id or it is somebody of elsewhere.
    public func personSheet(_ id: PersonID, by actor: Actor) async throws -> PersonSheet {
        try await reading(by: actor) { turn in
            let profile = try turn.profile(of: id)
            let open = try turn.snapshot.openRequests(about: id).compactMap { try turn.snapshot.request($0) }
            return PersonSheet(
                profile: profile,
                factorSince: try turn.snapshot.factor(of: id, .active)?.createdAt,
                isLocked: try turn.isLocked(id),
                open: try open.filter { try turn.mayRead($0) }.map {
                    let view = try turn.view($0, withHistory: false)
                    return try turn.sheet($0, view, offers: [])
                },
                offers: try turn.offers(about: profile),
                representatives: try profile.organization.map {
                    try turn.snapshot.holders(of: .representative, organization: $0.id)
                } ?? [],
                timeZone: try timeZone(of: profile.organization?.locality ?? .installation))
        }
    }
}

extension Turn {
    fileprivate func offers(about profile: PersonProfile) throws -> Set<PersonOffer> {
        guard let organization = profile.organization else { return [] }
        let (person, state) = (profile.person, profile.person.state)
        let mayCare = try Onboarding.isAllowed {
            _ = try requireCare(of: person)
        }
        let maySubmit =
            try actor.person?.id != person.id
            && Onboarding.isAllowed {
                _ = try requireSubmission(for: organization)
            }
        let isRepresentative = profile.duties.contains { $0.duty == .representative }
        let isFree = try snapshot.openAccountRequests(about: person.id).isEmpty
        let isLocked = try isLocked(person.id)
        return Set(
            PersonOffer.allCases.filter { offer in
                switch offer {
                case .change: maySubmit && isFree && (state == .active || state == .closed)
                case .reset: maySubmit && isFree && state == .active && profile.hasFactor
                case .unlock: maySubmit && isFree && state == .active && isLocked
                case .suspend, .endSessions: mayCare && state == .active
                case .resume: mayCare && state == .suspended
                case .close: mayCare && state != .closed
                case .propose: maySubmit && isFree && state == .active && !isRepresentative
                }
            })
    }
}
