import Basics
import Directory
import Onboarding
import OneTimePassword
import OpenSSL
import Records
import Storage
import TestSupport
import Testing
import Workflow

/// Nobody loses anything by an upgrade: what an earlier release wrote is read, proven and carried on by this one.
@Suite("The data of an earlier release", .timeLimit(.minutes(60)))
struct UpgradeTests {
    @Test("is brought to the newest schema, and is sound", arguments: try Release.all)
    func migrates(_ release: Release) async throws {
        let world = try release.installation()
        let fresh = try TestInstallation()
        #expect(try await world.store.schemaVersion() == fresh.store.schemaVersion())
        #expect(try await world.store.integrityFindings() == [])
        #expect(try await world.store.missingGuards() == [])
        #expect(try await world.usher.instantsAhead() == [])
        #expect(try await world.store.read { try $0.auditGaps(limit: 100) } == [])
    }

    @Test("has a trail that verifies, is signed on, and still verifies", arguments: try Release.all)
    func verifies(_ release: Release) async throws {
        let world = try release.installation()
        let before = try await world.usher.verifyAudit()
        #expect(before.defect == nil)
        #expect(before.entries > 50 && before.signedUpTo > 0)
        #expect(try await world.usher.signAudit() == [])
        let after = try await world.usher.verifyAudit()
        #expect(after.defect == nil)
        #expect(after.signedUpTo == after.entries)
    }

    @Test("replays: every history gives its stored run again", arguments: try Release.all)
    func replays(_ release: Release) async throws {
        let world = try release.installation()
        let verdict = try await world.usher.replayAll()
        #expect(verdict.defects == [])
        #expect(verdict.requests > 20)
    }

    @Test("tells what was decided as its own sentences do, which nobody reads any more", arguments: try Release.all)
    func decisions(_ release: Release) async throws {
        let world = try release.installation()
        var told = 0
        var page = PageRequest()
        repeat {
            let found = try await world.usher.requestSheets(organization: nil, page, by: world.owner)
            for view in found.items.map(\.view) {
                let sheet = try await world.usher.requestSheet(try world.id(view), by: world.owner)
                for (entry, decided) in sheet.history where !decided.isEmpty {
                    let comment = if case .choice(let choice) = entry.event { choice.comment } else { String?.none }
                    let sentence = decided.map(\.sentence).joined(separator: ", ")
                    #expect(entry.note == [sentence, comment].compactMap { $0 }.joined(separator: ". "))
                    told += 1
                }
            }
            page = PageRequest(after: found.next)
        } while page.after != nil
        #expect(told > 5)
    }

    @Test("lets its people and programs in, and nobody else", arguments: try Release.all)
    func letsIn(_ release: Release) async throws {
        let world = try release.installation()
        let facts = try release.facts()
        let alice = "alice@acme.example"
        let secret = try #require([UInt8](hex: facts.factor))
        let totp = TOTP(secret: Secret(secret), parameters: .standard)
        #expect(try await !world.verify(facts.usedCode, of: alice).accepted)
        let code = try totp.code(at: world.clock.now)
        #expect(try await world.verify(code, of: alice).accepted)
        #expect(try await !world.verify(code, of: alice).accepted)
        #expect(try await world.decide("start-instance").verdict == .allow)

        let program = try #require(APIAccountID(facts.program))
        let answer = try await world.usher.verifyAPISecret(Secret(facts.programSecret), of: program, by: world.owner)
        #expect(answer.accepted)
        let signIn = try await world.usher.signIn(
            email: alice, password: Secret(TestInstallation.password), from: .test)
        #expect(signIn.visitor.person.email.text == alice)
    }

    @Test("has running requests that people and time bring to their ends", arguments: try Release.all)
    func carriesOn(_ release: Release) async throws {
        let world = try release.installation()
        let course = try await Course(of: world)
        let workflows = Set(try await course.open().map(\.run.workflow))
        try await course.answer()
        try await course.enrol()
        try await course.wait()
        let left = try await course.open()
        #expect(left.map { "\($0.run.workflow) \($0.run.state)" } == [])
        for workflow in workflows.sorted() {
            let ends = try await course.ends(of: workflow)
            #expect(ends.contains(.success), "\(workflow) ended \(ends)")
            #expect(!ends.contains(.error), "\(workflow) ended \(ends)")
        }
        #expect(try await world.usher.replayAll().defects == [])
        #expect(try await world.usher.verifyAudit().defect == nil)
        #expect(try await world.store.read { try $0.auditGaps(limit: 100) } == [])
    }
}

extension DecidedItem {
    /// As 0.1.0 wrote it.
    fileprivate var sentence: String {
        switch decision {
        case .approve: "\(cloud) \(asked) approved"
        case .lower(let profile, _): "\(cloud) \(profile) approved instead of \(asked)"
        case .reject: "\(cloud) \(asked) refused"
        }
    }
}
