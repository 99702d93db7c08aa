import Basics
import Directory
import Foundation
import LifecycleRig
import Notification
import Onboarding
import Records
import Scratch
import Storage
import TestSupport
import Testing
import Workflow

/// Looks at the folder that a killed process left, as the next process would.
struct Witness {
    let folder: String
    let database: TestDatabase

    init(folder: String) throws {
        self.folder = folder
        database = try TestDatabase(in: URL(filePath: folder), template: try TestDatabase.newest.get())
    }

    private var mail: String { folder + "/mail" }

    /// Opens the store, with a clock as far ahead as the given round's.
    ///
    /// - Parameter version: of the definition of account requests.
    /// - Parameter mailer: nil writes mails into the folder.
    func open<Result>(
        round: Int, version: Int = 1, mailer: (any Mailer)? = nil, _ body: (Onboarding) async throws -> Result
    ) async throws -> Result {
        let store = try database.open()
        let onboarding = try Installation(
            store: store, world: Installation.world(shiftedBySeconds: Int64(round) * 180),
            mailer: try mailer ?? Installation.folderMailer(mail), version: version
        ).onboarding
        let result = try await body(onboarding)
        try await store.close()
        return result
    }

    func found() async throws {
        try await open(round: 0) { _ = try await Customer.found(0, in: $0) }
    }

    /// Everything that was answered is there, down to what it was for.
    func requireKept(_ acknowledged: [Victim.Acknowledgement]) async throws {
        try await open(round: 0) { onboarding in
            for one in acknowledged {
                try await onboarding.store.read { snapshot in
                    let request = try #require(try snapshot.request(one.request), "lost: \(one)")
                    let events = try snapshot.history(of: request.id).map(\.name)
                    #expect(Set(events).isSuperset(of: Self.events(of: one.call)), "lost: \(one) in \(events)")
                    guard one.call == .verify else { return }
                    #expect(request.run.ended == .success, "lost: \(one)")
                    #expect(try snapshot.person(request.account())?.state == .active)
                    #expect(try snapshot.factor(of: request.account(), .active) != nil)
                    #expect(try snapshot.liveGrants(of: request.account(), at: TestClock.start).count == 2)
                }
            }
        }
    }

    private static func events(of call: Lifecycle.Call) -> Set<String> {
        switch call {
        case .submit: ["start"]
        case .approve: ["start", "decide"]
        case .enrol: ["start", "decide", "choose_password", "begin"]
        case .verify: ["start", "decide", "choose_password", "begin", "verify"]
        }
    }

    /// Does what is left to do, then holds everything against everything else.
    ///
    /// - Parameter round: later than the last one, so that nothing is still claimed by the dead.
    func requireSound(round: Int) async throws {
        try await open(round: round) { onboarding in
            _ = try await onboarding.runDue()
            let now = onboarding.world.now()
            let leftovers = try await onboarding.store.read {
                (try $0.dueEffects(at: now, limit: 10), try $0.dueTimers(at: now, limit: 10))
            }
            #expect(leftovers.0.isEmpty && leftovers.1.isEmpty)
            #expect(try await onboarding.replayAll().defects == [])
            // Nobody kept a head of what the dead wrote. Accepting reads the whole chain, and refuses one that is broken.
            if try await onboarding.store.read({ try $0.lastAuditEntry() }) != nil {
                _ = try await onboarding.acceptAudit(reason: "Killed", by: .operator("witness"))
            }
            #expect(try await onboarding.verifyAudit().defect == nil)
            try await requireGrantedOnce(onboarding)
            try await requireMailedOnce(onboarding)
        }
        if database.isFile { #expect(try database.tamper(["PRAGMA integrity_check"]) == "ok\n") }
    }

    /// Every effect that was ordered is done, or was a question that nobody needs an answer to any more, and each mail that
    /// was sent is one file.
    private func requireMailedOnce(_ onboarding: Onboarding) async throws {
        var expected: [String] = []
        var page = PageRequest(limit: 1_000)
        while true {
            let current = page
            let effects = try await onboarding.store.read { try $0.effects(nil, current) }
            for effect in effects.items {
                let isVoid = effect.kind == "mail" && effect.state == .cancelled
                #expect(effect.state == .done || isVoid, "\(effect.key) is \(effect.state)")
                if effect.kind == "mail", !isVoid { expected.append(try fileName(of: effect)) }
            }
            guard let next = effects.next else { break }
            page = PageRequest(after: next, limit: 1_000)
        }
        // Hidden files are halves of mails whose writer died; the whole ones followed.
        let files = try FileManager.default.contentsOfDirectory(atPath: mail).filter { !$0.hasPrefix(".") }
        #expect(files.sorted() == expected.sorted())
        let messageIDs = try files.map { name in
            let text = try String(contentsOfFile: mail + "/" + name, encoding: .utf8)
            return try #require(text.split(separator: "\r\n").first { $0.hasPrefix("Message-ID:") })
        }
        #expect(Set(messageIDs).count == files.count)
    }

    private func fileName(of effect: Effect) throws -> String {
        try FolderMailer.fileName(
            of: Mail(
                key: effect.key, recipient: EmailAddress("nobody@example.com"), recipientName: "", language: .english,
                template: "", fields: [:], createdAt: effect.orderedAt))
    }

    /// The trail, which cannot be rewritten, tells of each grant once.
    private func requireGrantedOnce(_ onboarding: Onboarding) async throws {
        var grants: [String] = []
        var last: Int64 = 0
        while true {
            let after = last
            let entries = try await onboarding.store.read { try $0.auditEntries(after: after, limit: 1_000) }
            guard let end = entries.last else { break }
            grants += entries.filter { $0.action == "grant.begin" }.map { "\($0.request ?? "") \($0.detail ?? "")" }
            last = end.sequence
        }
        #expect(Set(grants).count == grants.count)
    }
}
