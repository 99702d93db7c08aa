import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

/// Who makes whom wait.
@Suite("Guesses at a password", .timeLimit(.minutes(60)))
struct GuessTests {
    let world: TestInstallation
    let marie: Enrolled

    init() async throws {
        world = try TestInstallation()
        marie = try await world.manager()
        world.clock.skip(seconds: 60)
    }

    private func client(_ number: Int, device: Secret? = nil) -> Client {
        Client(address: "198.51.100.\(number)", agent: "a test", device: device)
    }

    private func guess(from client: Client) async {
        _ = try? await world.usher.signIn(
            email: marie.email.text, password: Secret("a wrong one, that is long enough"), from: client)
    }

    private func half(from client: Client) async throws -> SignIn {
        try await world.usher.signIn(email: marie.email.text, password: Secret(marie.password), from: client)
    }

    private func whole(from client: Client) async throws -> SignIn {
        world.clock.skip(seconds: 60)
        let half = try await half(from: client)
        let code = try #require(marie.totp).code(at: world.clock.now)
        return try #require(try await world.usher.prove(code, in: half.token, from: client).0)
    }

    @Test("by a stranger, however many, neither stop a session, nor a code, nor who was here before")
    func strangers() async throws {
        let home = client(1)
        let mine = try await whole(from: home)
        for number in 0..<200 {
            await guess(from: client(2 + number))
            if number % 10 == 0 { world.clock.skip(seconds: 20) }
        }
        let status = try await world.usher.mfaStatus(of: marie.email, by: world.owner)
        #expect(status.attempts == Attempts())
        // A new place waits, the network of before and the browser of before do not, wherever it is now.
        await #expect(throws: Fault.self) { try await half(from: client(250)) }
        _ = try await half(from: home)
        _ = try await half(from: client(251, device: mine.device))
        let again = try await whole(from: client(252, device: mine.device))
        #expect(again.device?.exposed == mine.device?.exposed)
        let code = try #require(marie.totp)
        world.clock.skip(seconds: 60)
        #expect(try await world.verify(try code.code(at: world.clock.now), of: marie.email.text).accepted)
        try await world.usher.changePassword(
            current: Secret(marie.password), to: Secret("nine loud geese on the roof"), by: again.visitor)
    }

    @Test("from one network make no other wait")
    func networks() async throws {
        for _ in 0..<20 { await guess(from: client(1)) }
        await #expect(throws: Fault.self) { try await half(from: client(1)) }
        _ = try await half(from: client(2))
    }

    @Test("from a network that the person knows are slowed down too, and alone")
    func neighbours() async throws {
        let home = client(1)
        let mine = try await whole(from: home)
        for _ in 0..<5 { await guess(from: home) }
        await #expect(throws: Fault.self) { try await half(from: home) }
        // The person's own browser beside whoever guessed.
        _ = try await half(from: client(1, device: mine.device))
        for _ in 0..<5 { await guess(from: client(1, device: mine.device)) }
        await #expect(throws: Fault.self) { try await half(from: client(1, device: mine.device)) }
    }

    @Test("with somebody else's browser are a stranger's")
    func foreignDevice() async throws {
        try await world.organization()
        let rita = try await world.person("rita@acme.example")
        let mine = try await whole(from: client(1))
        let device = try #require(mine.device)
        for _ in 0..<6 {
            _ = try? await world.usher.signIn(
                email: rita.email.text, password: Secret("a wrong one, that is long enough"),
                from: client(9, device: device))
        }
        let guesses = try await world.store.read { try $0.guesses(at: rita.id, by: "network/198.51.100.9") }
        #expect(guesses.misses == 5)
    }

    @Test("never lock, wait an hour at most, and are forgotten by a right password")
    func waits() async throws {
        for _ in 0..<120 {
            await guess(from: client(1))
            world.clock.skip(hours: 1)
        }
        _ = try await half(from: client(1))
        for _ in 0..<4 { await guess(from: client(1)) }
        _ = try await half(from: client(1))
    }

    @Test("and sessions that have ended are forgotten within a day")
    func forgotten() async throws {
        let person = try await world.person(marie.email.text)
        _ = try await half(from: client(1))
        await guess(from: client(2))
        try await world.usher.forgetEnded()
        #expect(try await world.store.read { try $0.sessions(of: person.id).count } == 1)
        #expect(try await world.store.read { try $0.guesses(at: person.id, by: "network/198.51.100.2").misses } == 1)
        world.clock.skip(hours: 25)
        try await world.usher.forgetEnded()
        #expect(try await world.store.read { try $0.sessions(of: person.id).isEmpty })
        #expect(try await world.store.read { try $0.guesses(at: person.id, by: "network/198.51.100.2").misses } == 0)
    }

    @Test("that nobody looked at, for want of room, are none")
    func noRoom() async throws {
        let hasher = PasswordHasher(width: 1, room: .init(all: 1, each: 1))
        let person = try await world.person(marie.email.text)
        let usher = world.usher.hashing(with: hasher)
        let password = Secret(marie.password)
        let refused = await withTaskGroup { group in
            for number in 0..<12 {
                let client = client(number)
                group.addTask {
                    do {
                        _ = try await usher.signIn(email: "marie@provider.example", password: password, from: client)
                        return 0
                    } catch let fault as Fault where fault.code == .unavailable && fault.retryAfterSeconds != nil {
                        return 1
                    } catch { return 100 }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(refused < 12)
        let guesses = try await world.store.read { try $0.guesses(at: person.id, by: "strangers") }
        #expect(guesses.blockedUntil == nil)
    }

    @Test("a sign-in from a new browser is told by mail, one from a known one is not")
    func told() async throws {
        let told = {
            _ = try await world.usher.runDue()
            return world.mailer.mails(to: marie.email.text).filter { $0.template == "sign-in-new-client" }
        }
        let first = try await whole(from: client(1))
        #expect(try await told().isEmpty)
        _ = try await whole(from: client(7, device: first.device))
        #expect(try await told().isEmpty)
        _ = try await whole(from: client(7, device: Secret(String(repeating: "a", count: 64))))
        let mails = try await told()
        #expect(mails.count == 1 && mails.first?.text("comment") == "a test, 198.51.100.7")
    }
}

extension Onboarding {
    /// The same, with another pool of threads for passwords.
    fileprivate func hashing(with hasher: PasswordHasher) -> Onboarding {
        Onboarding(
            store: store, world: world, catalogue: catalogue, library: library, calendars: calendars, keys: keys,
            passwords: passwords, hasher: hasher, mailer: mailer, heads: heads, settings: settings)
    }
}
