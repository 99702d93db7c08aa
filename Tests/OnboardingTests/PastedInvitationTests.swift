import Basics
import Foundation
import Onboarding
import TestSupport
import Testing

@Suite("A pasted invitation", .timeLimit(.minutes(60)))
struct PastedInvitationTests {
    private static let token = String(repeating: "0123456789abcdef", count: 4)

    private func read(_ text: String) -> String {
        String(decoding: PastedInvitation.token(in: Secret(text)).exposed, as: UTF8.self)
    }

    @Test(
        "is its token, however a mail program shows the link",
        arguments: [
            "%", "  %\n", "#%", "https://access.example/welcome#%", "<https://access.example/welcome#%>",
            "https://access.example/welcome#% ", "(https://access.example/welcome#%).", "\u{FEFF}%\u{200B}",
            "https://access.example/welcome%23%", "Open https://access.example/welcome#% and choose a password",
            "https://access.example/#/welcome#%",
        ])
    func whole(shape: String) {
        let at = shape.lastIndex(of: "%") ?? shape.startIndex
        let text = shape.replacingCharacters(in: at...at, with: Self.token)
        #expect(read(text) == Self.token)
        #expect(read(text.uppercased()) == Self.token)
    }

    @Test(
        "is read across lines, with the signs of quoting and soft ends of lines",
        arguments: ["\n", "\r\n> ", "=\r\n", " \n  "])
    func wrapped(gap: String) {
        let token = Self.token.prefix(20) + gap + Self.token.dropFirst(20).prefix(30) + gap + Self.token.dropFirst(50)
        #expect(read("https://access.example/welcome#\(token)") == Self.token)
        #expect(read("https://access.example/wel\(gap)come#\(Self.token)") == Self.token)
    }

    @Test(
        "is left as it is where it has no token", arguments: ["", "nonsense", "#", "https://access.example/welcome#12"])
    func without(text: String) { #expect(read(text).count < 64) }

    @Test("opens the invitation and begins the enrolment as its token does")
    func opens() async throws {
        let world = try await TestInstallation.withAcme()
        try await world.approve(try await world.submit())
        let token = String(decoding: try world.token(of: "alice@acme.example").exposed, as: UTF8.self)
        let pasted = Secret("<https://access.example/welcome#\(token.prefix(30))\n\(token.dropFirst(30))>")
        #expect(try await world.usher.invitation(token: pasted).name == "Alice Martin")
        let start = try await world.usher.startEnrolment(token: pasted, password: Secret(TestInstallation.password))
        #expect(start.setup != nil)
    }
}
