import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("A mail that comes to nobody", .timeLimit(.minutes(60)))
struct UndeliverableTests {
    let world: TestInstallation
    private let rita = "rita@acme.example"
    private let alice = "alice@acme.example"
    private let words = "550 5.1.1 No such user here"

    init() async throws {
        world = try await TestInstallation.withAcme()
        world.mailer.forget()
    }

    private func told() -> [Mail] { world.mailer.mails(to: rita).filter { $0.template == "undeliverable" } }

    @Test("is told to the requester by mail, at the request and in its history, once")
    func refused() async throws {
        world.mailer.fail(DeliveryFailure(.recipient, words), to: alice)
        let id = try await world.submit()
        try await world.approve(id)
        _ = try await world.usher.runDue()
        let view = try await world.usher.request(id, withHistory: true, by: try await world.actor(rita))
        #expect(view.undeliverable?.map(\.recipient) == [alice])
        #expect(view.undeliverable?.map(\.error) == [words])
        let entry = try #require(view.history?.last { $0.event == "mail.undeliverable" })
        #expect(entry.note == "\(alice): \(words)" && entry.from == entry.to)
        #expect(told().count == 1)
        #expect(told().first?.text("comment") == words)
        #expect(told().first?.text("personEmail") == alice)
        #expect(told().first?.text("link") == "https://usher.example/requests/\(id)")
        _ = try await world.usher.retryEffects(error: nil, reason: "Perhaps.", by: world.owner)
        _ = try await world.usher.runDue()
        #expect(told().count == 1)
        world.mailer.fail(nil, to: alice)
        _ = try await world.usher.retryEffects(error: nil, reason: "Mended.", by: world.owner)
        _ = try await world.usher.runDue()
        #expect(try await world.view(id).undeliverable == nil)
        #expect(world.mailer.templates(to: alice) == ["invitation"])
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("is no word to anybody while it is only put off")
    func putOff() async throws {
        world.mailer.fail(DeliveryFailure(.later, "450 4.2.0 Greylisted"), to: alice)
        let id = try await world.submit()
        try await world.approve(id)
        _ = try await world.usher.runDue()
        #expect(try await world.view(id).undeliverable == nil)
        #expect(told().isEmpty)
    }

    @Test("is recognised when it comes back, by its Message-ID and its reader, and told once")
    func returned() async throws {
        let id = try await world.submit()
        try await world.approve(id)
        let invitation = try #require(world.mailer.mails(to: alice).first)
        let address = try EmailAddress(alice)
        let message = try Mail.hash(of: invitation.key)
        let elsewhere = try EmailAddress("bob@acme.example")
        for (name, reader) in [("0123456789abcdef0123456789abcdef", address), (message, elsewhere)] {
            let strange = Onboarding.Return(message: name, addresses: [reader], words: words)
            #expect(try await refusal { _ = try await world.usher.returnMail(strange) }.code == .notFound)
        }
        let report = Onboarding.Return(message: message, addresses: [elsewhere, address], words: words)
        for _ in 0..<2 { #expect(try await world.usher.returnMail(report) == invitation.key) }
        _ = try await world.usher.runDue()
        #expect(told().map { $0.text("comment") } == [words])
        #expect(try await world.view(id).undeliverable?.map(\.error) == [words])
        #expect(try await world.view(id).history?.filter { $0.event == "mail.undeliverable" }.count == 1)
        #expect(try await world.usher.replayAll().defects == [])
    }
}
