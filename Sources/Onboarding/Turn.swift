import Basics
import Directory
import Records

/// One reading or one change: who acts, when, and on which records.
///
/// Whatever is decided or read within a use case is asked of it, so that nobody
/// passes these three from hand to hand, and no two parts of one use case see
/// two clocks or two states of the records.
protocol Turn {
    var usher: Onboarding { get }
    /// `Actor.usher` where nobody asked: for timers, effects, and whoever is not signed in yet.
    var actor: Actor { get }
    var now: Timestamp { get }
    var snapshot: any Snapshot { get }
}

/// A turn that only reads.
struct Reading: Turn {
    let usher: Onboarding
    let actor: Actor
    let now: Timestamp
    let snapshot: any Snapshot

    /// The same records and the same moment, for somebody else.
    func acting(_ actor: Actor) -> Reading { Reading(usher: usher, actor: actor, now: now, snapshot: snapshot) }
}

extension Turn {
    var world: World { usher.world }
    var catalogue: Catalogue { usher.catalogue }
    var library: DefinitionLibrary { usher.library }
    var calendars: CalendarLibrary { usher.calendars }
    var settings: Onboarding.Settings { usher.settings }
    var keys: KeyRing { usher.keys }
    var vault: FactorVault { usher.vault }

    /// With an address or a name in place of the id: `operator root for alice@example.com`, `application Console`.
    func display(_ party: Party) throws -> String {
        if case .application(let id) = party, let application = try snapshot.application(id) {
            return "application \(application.name)"
        }
        return try party.text(address)
    }

    func address(_ person: PersonID) throws -> String { try snapshot.person(person)?.email.text ?? person.text }
}

extension Onboarding {
    /// - Parameter now: nil for the present.
    func reading<Result: Sendable>(
        by actor: Actor, at now: Timestamp? = nil, _ body: @escaping @Sendable (Reading) throws -> Result
    ) async throws -> Result {
        let now = now ?? world.now()
        return try await store.read { try body(Reading(usher: self, actor: actor, now: now, snapshot: $0)) }
    }

    /// One transaction; `body` may run a second time after a lost race.
    ///
    /// - Parameter now: nil for the present.
    func writing<Result: Sendable>(
        by actor: Actor, at now: Timestamp? = nil, _ body: @escaping @Sendable (Writing) throws -> Result
    ) async throws -> Result {
        // Whatever a rule makes of somebody who is nobody in particular: what is no person changes nothing.
        guard actor.program == nil else { throw Fault(.forbidden, "Programs ask, and change nothing.") }
        return try await changing(by: actor, at: now, body)
    }

    /// A change of the registry of services and resources: the one thing that a program may change, by its scope.
    func registering<Result: Sendable>(
        by actor: Actor, _ body: @escaping @Sendable (ResourceWriting) throws -> Result
    ) async throws -> Result {
        try await changing(by: actor, at: nil) { turn in
            try turn.requireRegistrar()
            return try body(turn.resources)
        }
    }

    /// By a turn that itself knows who may: `writing`, `registering`, `askingForAccess`.
    func changing<Result: Sendable>(
        by actor: Actor, at now: Timestamp?, _ body: @escaping @Sendable (Writing) throws -> Result
    ) async throws -> Result {
        let now = now ?? world.now()
        return try await store.write { try body(Writing(usher: self, actor: actor, now: now, records: $0)) }
    }

    /// A change in nobody's name, of what needs no entry of its own in the trail.
    func working<Result: Sendable>(
        _ body: @escaping @Sendable (any WorkTransaction) throws -> Result
    ) async throws -> Result {
        try await store.write { try body($0) }
    }

    /// A change that begins or moves one request; what it orders is
    /// done before this answers, but for mails.
    ///
    /// - Returns: the request as its reader sees it.
    func asking(
        by actor: Actor, at now: Timestamp? = nil, _ body: @escaping @Sendable (Writing) throws -> Request
    ) async throws -> RequestView {
        let (id, view) = try await writing(by: actor, at: now) { turn in
            let request = try body(turn)
            return (request.id, try turn.view(request, withHistory: false))
        }
        _ = try await performDue(of: id)
        return view
    }
}
