import Basics
import Directory
import Records
import Workflow

/// What a session still owes before it may do anything.
public enum Owed: Sendable {
    case nothing
    /// A code of the authenticator that the account has.
    case code
    /// An authenticator: the account must have one, and none works.
    ///
    /// Neither the password nor anything else that is known gives one; it begins
    /// at the link of an invitation or a reset.
    case factor
}

/// Needed is not the same as had: an account that must have a second factor
/// and has none is not one that needs none.
extension Turn {
    func owed(by person: PersonID, in stage: Session.Stage) throws -> Owed {
        if try snapshot.factor(of: person, .active) != nil { return stage == .full ? .nothing : .code }
        return try needsFactor(person) ? .factor : .nothing
    }

    /// Whether the account must have a second factor: who has a duty or stands in for
    /// who has one, holds or is being given a profile that demands one, or had one,
    /// which was taken from them or reported stolen.
    func needsFactor(_ person: PersonID) throws -> Bool {
        if try snapshot.hadFactor(person) || !snapshot.duties(of: person).isEmpty { return true }
        if try !snapshot.delegators(of: person, at: now).isEmpty { return true }
        // A profile that the catalogue has no more is judged as the strictest.
        let isGated = try snapshot.liveGrants(of: person, at: now).flatMap(\.spans).contains {
            catalogue.profile($0.profile)?.needsMFA ?? true
        }
        if isGated { return true }
        return try snapshot.openAccountRequests(about: person).contains { request in
            request.run.items.contains { item in
                item.needsMFA && [.approved, .granted, .active].contains(item.state)
            }
        }
    }

    /// A first authenticator by the password alone: for who never had one, needs none, and
    /// about whom nothing is asked that might demand one.
    ///
    /// - Throws: `Fault.Code.conflict`.
    func requireFirstFactor(of person: PersonID) throws {
        let isFree = try snapshot.openAccountRequests(about: person).isEmpty
        guard try isFree && !needsFactor(person) else {
            throw Fault(
                .conflict,
                "A request about your account is open: an authenticator is set up by the link that it sends you.")
        }
    }
}
