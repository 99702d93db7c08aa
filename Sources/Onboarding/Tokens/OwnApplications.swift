public import Basics
import Directory
public import Records

/// Somebody's sign-in at an application, as they see it.
public struct ApplicationSignIn: Sendable {
    public let id: ApplicationSessionID
    public let application: String
    public let scopes: Set<Scope>
    public let since: Timestamp
    public let endsAt: Timestamp
    /// Whether it goes on when every session of theirs here has ended: a machine that was signed in by a code.
    public let isOfDevice: Bool
}

extension Onboarding {
    /// Where the actor is signed in by us, newest first (OWASP ASVS 5.0, 10.7.3).
    public func applicationSignIns(by actor: Actor) async throws -> [ApplicationSignIn] {
        try await reading(by: actor) { turn in
            try turn.requireStanding()
            guard let person = actor.person else { return [] }
            return try turn.snapshot.applicationSessions(of: person.id).filter { $0.isAlive(at: turn.now) }.reversed()
                .compactMap { session in
                    guard let application = try turn.snapshot.application(session.authorization.application),
                        application.removedAt == nil
                    else { return nil }
                    return ApplicationSignIn(
                        id: session.id, application: application.name.text, scopes: session.authorization.scopes,
                        since: session.createdAt, endsAt: session.endsAt,
                        isOfDevice: session.authorization.session == nil)
                }
        }
    }

    /// Nothing that came of it opens anything any more, and the application hears of it.
    ///
    /// - Throws: `.notFound` for one that is not there, has ended, or is somebody else's: the same answer.
    public func endApplicationSignIn(_ id: ApplicationSessionID, by actor: Actor) async throws {
        try await writing(by: actor) { turn in
            try turn.requireStanding()
            guard let person = actor.person, let session = try turn.snapshot.applicationSession(id),
                session.authorization.person == person.id, session.isAlive(at: turn.now)
            else { throw Authority.missing("sign-in", id.text) }
            try turn.end(id, of: person.id, "by the person")
        }
        _ = try await performDue()
    }
}
