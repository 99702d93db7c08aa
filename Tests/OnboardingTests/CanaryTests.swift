import Basics
import Foundation
import Onboarding
import OneTimePassword
import OpenSSL
import Records
import Scratch
import Storage
import TestSupport
import Testing

@Suite("A secret", .timeLimit(.minutes(60)))
struct CanaryTests {
    let world: TestInstallation
    let start: EnrolmentStart
    let setup: EnrolmentStart.Setup
    let end: EnrolmentEnd
    let token: String
    private static let password = "canary in a password 4711"
    private static let alice = "alice@acme.example"

    init() async throws {
        let world = try await TestInstallation.withAcme()
        try await world.approve(try await world.submit())
        let secret = try world.token(of: Self.alice)
        start = try await world.usher.startEnrolment(token: secret, password: Secret(Self.password))
        let setup = try #require(start.setup)
        let totp = TOTP(secret: setup.uri.secret, parameters: setup.parameters)
        end = try await world.usher.verifyEnrolment(
            session: Secret(setup.session), code: try totp.code(at: world.clock.now))
        token = String(decoding: secret.exposed, as: UTF8.self)
        self.world = world
        self.setup = setup
    }

    /// In every form in which they could have slipped out.
    private var canaries: [(name: String, bytes: [UInt8])] {
        let raw = setup.uri.secret.exposed
        var all: [(String, [UInt8])] = [
            ("secret, raw", raw), ("secret, hex", Array(raw.hex.utf8)),
            ("secret, HEX", Array(raw.hex.uppercased().utf8)),
            ("secret, base32", Array(setup.secret.utf8)),
            ("secret, base64", Array(Data(raw).base64EncodedString().utf8)),
            ("password", Array(Self.password.utf8)), ("session", Array(setup.session.utf8)),
            ("token", Array(token.utf8)),
        ]
        for code in end.recoveryCodes {
            all.append(("recovery code", Array(code.utf8)))
            all.append(("recovery code, joined", Array(code.replacing("-", with: "").utf8)))
        }
        return all
    }

    private func found(in bytes: some Collection<UInt8>) -> [String] {
        let data = Data(bytes)
        return canaries.filter { data.range(of: Data($0.bytes)) != nil }.map(\.name)
    }

    @Test("is found by this search where it is: the search can fail")
    func control() {
        #expect(canaries.allSatisfy { found(in: [1, 2] + $0.bytes + [3]).contains($0.name) })
        #expect(canaries.count == 28)
    }

    @Test("is nowhere in the database, before and after its log is folded in")
    func database() async throws {
        #expect(found(in: try world.databaseBytes()) == [])
        if TestDatabase.isFile { try world.tamper("PRAGMA wal_checkpoint(TRUNCATE)") }
        #expect(found(in: try world.databaseBytes()) == [])
    }

    @Test("is in no audit entry and no history")
    func trails() async throws {
        let entries = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        #expect(entries.count > 10)
        #expect(found(in: entries.map { "\($0)" }.joined().utf8) == [])
        let requests = try await world.usher.requests(
            organization: nil, mine: false, state: nil, overdue: false, PageRequest(), by: world.owner)
        for request in requests.items {
            let view = try await world.view(try world.id(request))
            #expect(found(in: try JSONEncoder().encode(view)) == [])
        }
    }

    @Test("is in no mail, but for the token in the mails that invite")
    func mails() throws {
        let inviting = world.mailer.mails.filter { $0.text("token") == token }
        #expect(inviting.map(\.template) == ["invitation"])
        #expect(Set(found(in: inviting.map { "\($0)" }.joined().utf8)) == ["token"])
        let others = world.mailer.mails.filter { $0.text("token") != token }
        #expect(found(in: others.map { "\($0)" }.joined().utf8) == [])
    }

    @Test("shows in no description and no dump of the values that hold it")
    func descriptions() async throws {
        let factor = try await world.usher.mfaStatus(of: try EmailAddress(Self.alice), by: world.owner)
        for value in [setup, start, end, factor, setup.uri, Secret(Self.password), world.usher.keys] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            let text = dumped + "\(value)" + String(reflecting: value)
            #expect(found(in: text.utf8) == [], "\(type(of: value))")
        }
    }

    @Test("is in no refusal")
    func faults() async throws {
        let usher = world.usher
        let calls: [() async throws -> Void] = [
            { _ = try await usher.startEnrolment(token: Secret(token), password: Secret(Self.password)) },
            { _ = try await usher.verifyEnrolment(session: Secret(setup.session), code: setup.secret) },
            {
                _ = try await usher.act(
                    as: try EmailAddress(Self.alice), operatorName: "root", code: Self.password)
            },
            {
                _ = try await usher.act(
                    as: try EmailAddress(Self.alice), operatorName: "root", code: setup.secret)
            },
        ]
        for call in calls {
            let fault = try await refusal { try await call() }
            #expect(found(in: "\(fault)".utf8) == [])
        }
    }
}
