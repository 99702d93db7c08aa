public import Basics
import Directory
import OpenSSL
public import Records

/// What may be told of an application.
public struct ApplicationView: Sendable {
    public let application: Application
    /// Short names; empty for everybody's.
    public let organizations: [String]
    /// When each live secret was made and when it ends, oldest first.
    public let secrets: [(createdAt: Timestamp, endsAt: Timestamp?)]
}

extension Onboarding {
    /// A new application; one that keeps a secret gets its first, shown this once.
    ///
    /// - Throws: `.invalid` with every fault; `.conflict` for a name that another has.
    public func addApplication(
        _ draft: ApplicationDraft, by actor: Actor
    ) async throws -> (application: ApplicationView, secret: IssuedSecret?) {
        let now = world.now()
        let id = ApplicationID(at: now, random: world.random)
        let secret = Secret(world.random(32).hex)
        let hash = try Self.hash(secret, of: id)
        let view = try await writing(by: actor, at: now) { turn -> ApplicationView in
            try turn.requireOperation()
            let (name, registration) = try draft.judged { try turn.snapshot.organization(slug: $0)?.id }
            guard try turn.snapshot.application(named: name.text) == nil else {
                throw Fault(.conflict, "There is an application \(name.text) already.")
            }
            let application = Application(
                id: id, name: name, kind: draft.kind, registration: registration, createdAt: now)
            let first = ApplicationSecret(application: id, hash: hash, createdAt: now, endsAt: nil)
            try turn.applications.add(application, with: application.keepsSecret ? first : nil)
            return try turn.view(application)
        }
        let issued = IssuedSecret(clientID: id.text, secret: secret, olderEndsAt: nil)
        return (view, view.application.keepsSecret ? issued : nil)
    }

    /// Registers Usher's own command line, where it never was; one that an operator removed stays so.
    public func requireOwnApplication() async throws {
        let isKnown = try await store.read { try $0.application(ApplicationRegister.commandLine) != nil }
        guard !isKnown else { return }
        try await writing(by: .usher) { turn in
            guard try turn.snapshot.application(ApplicationRegister.commandLine) == nil else { return }
            try turn.applications.add(ApplicationRegister.commandLine(at: turn.now), with: nil)
        }
    }

    public func applications(_ page: PageRequest, by actor: Actor) async throws -> Page<ApplicationView> {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            return try turn.snapshot.applications(page).map { try turn.view($0) }
        }
    }

    /// - Parameter name: or its client id.
    public func application(_ name: String, by actor: Actor) async throws -> ApplicationView {
        try await reading(by: actor) { try $0.applicationView(name) }
    }

    /// A second secret beside the first, which ends by itself after the overlap.
    ///
    /// - Parameter overlapDays: 0 to 30.
    /// - Throws: `.conflict` while two secrets are live, and for what has none.
    public func rotateApplicationSecret(
        _ name: String, overlapDays: Int64, by actor: Actor
    ) async throws -> IssuedSecret {
        guard (0...Self.greatestOverlapDays).contains(overlapDays) else {
            throw Fault.invalid("overlapDays", "out_of_range", "An overlap is 30 days at most.")
        }
        let now = world.now()
        let secret = Secret(world.random(32).hex)
        let end = now.adding(seconds: overlapDays * 86_400)
        let id = try await writing(by: actor, at: now) { turn -> ApplicationID in
            try turn.requireOperation()
            let application = try turn.application(name)
            guard application.keepsSecret else {
                throw Fault(.conflict, "\(application.name.text) has no secret: it proves itself otherwise.")
            }
            let live = try turn.snapshot.applicationSecrets(of: application.id).filter { $0.isLive(at: now) }
            guard live.count < 2 else {
                let first = live.compactMap(\.endsAt).min()?.iso8601 ?? ""
                throw Fault(.conflict, "Two secrets are live; the older one ends at \(first). Wait for that.")
            }
            let hash = try Self.hash(secret, of: application.id)
            let newest = ApplicationSecret(application: application.id, hash: hash, createdAt: now, endsAt: nil)
            try turn.applications.rotate(application, to: newest, endingOlderAt: end)
            return application.id
        }
        return IssuedSecret(clientID: id.text, secret: secret, olderEndsAt: end)
    }

    /// From the next moment on it signs nobody in, and no token of it is good.
    @discardableResult
    public func removeApplication(_ name: String, reason: String, by actor: Actor) async throws -> ApplicationView {
        let reason = try FieldRules.checked(reason)
        return try await writing(by: actor) { turn in
            try turn.requireOperation()
            let application = try turn.application(name)
            try turn.applications.remove(application, reason)
            return try turn.view(application.removed(at: turn.now))
        }
    }
}

extension Application {
    /// What is on people's machines keeps none, and what signs with a key needs none.
    public var keepsSecret: Bool { kind != .native && registration.keys == nil }

    fileprivate func removed(at now: Timestamp) -> Application {
        Application(
            id: id, name: name, kind: kind, registration: registration, createdAt: createdAt, removedAt: now)
    }
}

extension Turn {
    /// What operators may see.
    ///
    /// - Parameter name: or its client id.
    func applicationView(_ name: String) throws -> ApplicationView {
        try requireOperator()
        return try view(application(name))
    }

    /// - Parameter name: or its client id.
    func application(_ name: String) throws -> Application {
        let found =
            try ApplicationID(name).flatMap { try snapshot.application($0) } ?? snapshot.application(named: name)
        guard let found, found.removedAt == nil else { throw Authority.missing("application", name) }
        return found
    }

    func view(_ application: Application) throws -> ApplicationView {
        ApplicationView(
            application: application,
            organizations: try application.registration.organizations.map {
                try snapshot.organization($0)?.slug.text ?? $0.text
            },
            secrets: try snapshot.applicationSecrets(of: application.id).filter { $0.isLive(at: now) }.map {
                ($0.createdAt, $0.endsAt)
            })
    }
}
