import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Workflow

/// Brings what is running to its end, whatever it is: first by those who are asked, then by time.
struct Course {
    private let world: TestInstallation
    private let began: [Request]

    init(of world: TestInstallation) async throws {
        self.world = world
        began = try await Self.open(in: world)
    }

    private static func open(in world: TestInstallation) async throws -> [Request] {
        try await world.store.read { try $0.requests(RequestFilter(isOpen: true), PageRequest(limit: 500)).items }
    }

    func open() async throws -> [Request] { try await Self.open(in: world) }

    /// How the requests of a workflow ended that were open before.
    func ends(of workflow: String) async throws -> Set<Run.Ending> {
        let ids = began.filter { $0.run.workflow == workflow }.map(\.id)
        let runs = try await world.store.read { snapshot in try ids.compactMap { try snapshot.request($0)?.run } }
        return Set(runs.compactMap(\.ended))
    }

    /// Whoever may decide agrees; who is asked something answers before.
    func answer() async throws {
        for request in try await open() {
            if request.run.frozenAt != nil {
                _ = try await world.usher.thaw(request.id, reason: "The contract is signed", by: world.owner)
            }
            if request.run.workflow == "suspension", let holder = try await person(request.holder) {
                _ = try await world.usher.resume(holder.email, reason: "Back from leave", by: world.owner)
            }
            if case .address? = request.subject, let holder = try await person(request.holder) {
                let code = try world.usher.keys.invitationToken(request: request.id, person: holder.id)
                await attempt(by: holder.email.text) { _ = try await world.usher.proveAddress(code, by: $0) }
            }
            for requester in ["rita@acme.example", "rita@globex.example"] {
                await attempt(by: requester) {
                    _ = try await world.usher.answer(request.id, "For the release team", by: $0)
                }
            }
            for decider in ["marie@provider.example", "denis@provider.example", "rita@acme.example"] {
                let shown = try await world.view(request.id).shown
                await attempt(by: decider) {
                    _ = try await world.usher.approve(request.id, items: [], shown: shown, by: $0)
                }
            }
        }
        _ = try await world.usher.runDue()
    }

    /// Who was invited comes, by a new link where the old one was sent by the earlier release.
    func enrol() async throws {
        for request in try await open() {
            guard let holder = try await person(request.holder) else { continue }
            do {
                _ = try await world.usher.renewInvitation(of: request.id, by: world.owner)
                _ = try await world.usher.runDue()
            } catch is Fault {}  // Of a request that invites nobody.
            await attempt(by: holder.email.text) {
                _ = try await world.usher.collectAPIAccount(of: request.id, by: $0)
            }
            do { try await world.enrol(holder.email.text) } catch {}  // Who has no link, or has come before.
        }
    }

    /// Time goes by, from one timer to the next, until nothing waits for any.
    func wait() async throws {
        for _ in 0..<500 {
            guard let next = try await open().flatMap(\.run.timers).map(\.at).min() else { return }
            world.clock.set(max(next, world.clock.now.adding(seconds: 1)))
            _ = try await world.usher.runDue()
        }
    }

    private func person(_ id: PersonID?) async throws -> Person? {
        guard let id else { return nil }
        return try await world.store.read { try $0.person(id) }
    }

    /// What this person may do is done; a refusal says that it is another's.
    private func attempt(by email: String, _ body: (Actor) async throws -> Void) async {
        do { try await body(try await world.actor(email)) } catch {}
    }
}
