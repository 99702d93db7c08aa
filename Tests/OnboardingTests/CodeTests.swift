import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

@Suite("A code", .timeLimit(.minutes(60)))
struct CodeTests {
    let world: TestInstallation
    let rita: Enrolled
    let totp: TOTP

    init() async throws {
        world = try TestInstallation()
        try await world.manager()
        rita = try await world.organization()
        totp = try #require(rita.totp)
    }

    @Test("that proved the enrolment cannot be used again")
    func enrolmentCode() async throws {
        #expect(try await world.verify(try totp.code(at: world.clock.now), of: "rita@acme.example").reason == .replayed)
    }

    @Test("is accepted once, in its step and in the next")
    func replay() async throws {
        world.clock.skip(seconds: 60)
        let code = try totp.code(at: world.clock.now)
        #expect(try await world.verify(code, of: "rita@acme.example").reason == .ok)
        #expect(try await world.verify(code, of: "rita@acme.example").reason == .replayed)
        world.clock.skip(seconds: 30)
        #expect(try await world.verify(code, of: "rita@acme.example").reason == .replayed)
        #expect(try await world.opened().verify(code, of: "rita@acme.example").reason == .replayed)
        world.clock.skip(seconds: 30)
        #expect(try await world.verify(code, of: "rita@acme.example").reason == .wrong)
    }

    @Test("of the step before is worthless once the later one was accepted")
    func earlierStep() async throws {
        world.clock.skip(seconds: 90)
        let earlier = try totp.code(at: world.clock.now.adding(seconds: -30))
        #expect(try await world.verify(try totp.code(at: world.clock.now), of: "rita@acme.example").accepted)
        #expect(try await world.verify(earlier, of: "rita@acme.example").reason == .replayed)
    }

    @Test("is accepted from exactly one of 50 who present it at once, from two processes", .timeLimit(.minutes(5)))
    func parallel() async throws {
        world.clock.skip(seconds: 60)
        let code = try totp.code(at: world.clock.now)
        let other = try world.opened()
        let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<50 {
                group.addTask {
                    try await (index.isMultiple(of: 2) ? world : other).verify(code, of: "rita@acme.example").accepted
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 1)
    }

    @Test("is asked for by the person's own address in any case, and nobody else may guess at it")
    func aliases() async throws {
        world.clock.skip(seconds: 60)
        let wrong = try world.wrongCode(for: totp)
        for address in [
            "rita@acme.example", "RITA@acme.example", "Rita@ACME.Example", "rita@Acme.EXAMPLE", "rITA@acme.example",
        ] {
            #expect(try await world.verify(wrong, of: address).reason == .wrong)
        }
        #expect(try await world.verify(wrong, of: "rita@acme.example").reason == .throttled)
        let marie = try await world.actor("marie@provider.example")
        let refused = try await refusal {
            _ = try await world.usher.verify(wrong, of: try EmailAddress("rita@acme.example"), by: marie)
        }
        #expect(refused.code == .forbidden)
    }
}

@Suite("Guessing at codes", .timeLimit(.minutes(60)))
struct GuessingTests {
    let world: TestInstallation
    let totp: TOTP
    private let address = "rita@acme.example"

    init() async throws {
        world = try TestInstallation()
        try await world.manager()
        totp = try #require(try await world.organization().totp)
        world.clock.skip(seconds: 60)
    }

    private func guess() async throws -> CodeVerification {
        try await world.verify(try world.wrongCode(for: totp), of: address)
    }

    private func misses() async throws -> Int {
        try await world.usher.mfaStatus(of: try EmailAddress(address), by: world.owner).attempts.misses
    }

    @Test("waits 30 s after the fifth miss, and twice as long after each further one, up to an hour")
    func throttle() async throws {
        for _ in 0..<5 { #expect(try await guess().reason == .wrong) }
        for wait: Int64 in [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
            let refused = try await guess()
            #expect(refused.reason == .throttled)
            #expect(refused.retryAfterSeconds == wait)
            world.clock.skip(seconds: wait - 1)
            #expect(try await guess().reason == .throttled)
            world.clock.skip(seconds: 1)
            #expect(try await guess().reason == .wrong)
        }
    }

    @Test("is not heard while the wait lasts, even when right")
    func rightButEarly() async throws {
        for _ in 0..<5 { _ = try await guess() }
        #expect(try await world.verify(try totp.code(at: world.clock.now), of: address).reason == .throttled)
        world.clock.skip(seconds: 30)
        #expect(try await world.verify(try totp.code(at: world.clock.now), of: address).reason == .ok)
        #expect(try await misses() == 0)
    }

    @Test("locks at the hundredth miss, tells the owner once, and survives a restart")
    func lock() async throws {
        for _ in 0..<100 {
            #expect(try await guess().reason == .wrong)
            world.clock.skip(seconds: 3_600)
        }
        #expect(try await guess().reason == .locked)
        let reopened = try world.opened()
        #expect(try await reopened.verify(try totp.code(at: world.clock.now), of: address).reason == .locked)
        _ = try await reopened.usher.runDue()
        #expect(world.mailer.templates(to: address).count { $0 == "factor-locked" } == 1)
        let marie = try await world.actor("marie@provider.example")
        #expect(try await world.usher.person(try EmailAddress(address), by: marie).hasFactor)
    }

    @Test("shares one count between all routes that verify")
    func routes() async throws {
        let wrong = try world.wrongCode(for: totp)
        _ = try await guess()
        _ = try await refusal {
            _ = try await world.usher.act(as: try EmailAddress(address), operatorName: "root", code: wrong)
        }
        // An unknown recovery code is a guess like any other.
        #expect(try await world.verify("AAAA-BBBB-CCCC-DDDD", of: address).reason == .wrong)
        #expect(try await misses() == 3)
        let id = try world.id(
            try await world.usher.requestFactorReset(
                of: try EmailAddress(address), reason: "Lost.", stolen: false, by: world.owner))
        try await world.approve(id)
        _ = try await world.usher.approve(id, items: [], by: try await otherRepresentative())
        let token = try world.token(of: address)
        let badPassword = try await refusal {
            _ = try await world.usher.startEnrolment(token: token, password: Secret("not my password at all"))
        }
        #expect(badPassword.code == .forbidden)
        // A password is no code: what is wrong with it is counted elsewhere.
        #expect(try await misses() == 3)
        let setup = try #require(
            try await world.usher.startEnrolment(token: token, password: Secret(TestInstallation.password)).setup)
        #expect(try await misses() == 3)
        let fresh = TOTP(secret: setup.uri.secret, parameters: setup.parameters)
        _ = try await refusal {
            _ = try await world.usher.verifyEnrolment(
                session: Secret(setup.session), code: try world.wrongCode(for: fresh))
        }
        #expect(try await misses() == 4)
        _ = try await guess()
        let throttled = try await refusal {
            _ = try await world.usher.verifyEnrolment(
                session: Secret(setup.session), code: try fresh.code(at: world.clock.now))
        }
        #expect(throttled.code == .tooMany)
    }

    private func otherRepresentative() async throws -> Actor {
        _ = try await world.usher.appoint(
            email: "robin@acme.example", name: "Robin", .representative, organization: "acme", language: "en",
            by: world.owner)
        try await world.enrol("robin@acme.example")
        return try await world.actor("robin@acme.example")
    }

    @Test("never exceeds the limit by being parallel", .timeLimit(.minutes(5)))
    func parallelCodes() async throws {
        let wrong = try world.wrongCode(for: totp)
        let heard = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 { group.addTask { try await world.verify(wrong, of: address).reason == .wrong } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(heard == 5)
        #expect(try await misses() == 5)
    }

    @Test("never exceeds the limit by parallel passwords in the enrolment route either", .timeLimit(.minutes(5)))
    func parallelPasswords() async throws {
        try await world.approve(try await world.submit())
        let token = try world.token(of: "alice@acme.example")
        _ = try await world.usher.startEnrolment(token: token, password: Secret(TestInstallation.password))
        let heard = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<40 {
                group.addTask {
                    do {
                        _ = try await world.usher.startEnrolment(
                            token: token, password: Secret("guess number \(index)"))
                        return true
                    } catch let fault as Fault { return fault.code == .forbidden }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(heard == 5)
    }

    @Test("starts over after a success")
    func success() async throws {
        for _ in 0..<4 { _ = try await guess() }
        #expect(try await world.verify(try totp.code(at: world.clock.now), of: address).accepted)
        for _ in 0..<5 { #expect(try await guess().reason == .wrong) }
        #expect(try await guess().reason == .throttled)
    }

    @Test("of one person does not hinder another")
    func independent() async throws {
        for _ in 0..<5 { _ = try await guess() }
        let id = try await world.submit()
        try await world.approve(id)
        try await world.enrol("alice@acme.example")
        #expect(try await world.verify("000000", of: "alice@acme.example").reason == .wrong)
    }
}
