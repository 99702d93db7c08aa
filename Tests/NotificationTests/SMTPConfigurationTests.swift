import Basics
import Foundation
import Notification
import Testing

@Suite("SMTPConfiguration", .timeLimit(.minutes(60)))
struct SMTPConfigurationTests {
    private func codes(
        _ url: String, password: Secret? = nil, caFile: String? = nil, startTLS: SMTPConfiguration.Protection? = nil
    ) throws -> [String] {
        let sender = try Mailbox.usher()
        do throws(Fault) {
            _ = try SMTPConfiguration(url: url, password: password, caFile: caFile, from: sender, startTLS: startTLS)
            return []
        } catch {
            return error.faults.map(\.code)
        }
    }

    @Test("reads the parts of a URL, and chooses port and protection")
    func readsURL() throws {
        let far = try SMTPConfiguration(
            url: "smtp://jane%40x.example@Mail.Example.com", password: Secret("s3cret"), from: .usher())
        #expect(far.host == "mail.example.com" && far.port == 587 && far.user == "jane@x.example")
        #expect(far.protection == .required)
        #expect(!String(reflecting: far).contains("s3cret"))
        let implicit = try SMTPConfiguration(url: "smtps://mail.example.com/", from: .usher())
        #expect(implicit.port == 465 && implicit.protection == .implicit && implicit.user == nil)
        let near = try SMTPConfiguration(url: "smtp://[::1]:2525", from: .usher())
        #expect(near.host == "::1" && near.port == 2525 && near.protection == .optional)
    }

    @Test("knows this machine from others", arguments: ["localhost", "127.0.0.1", "127.1.2.3", "LOCALHOST"])
    func knowsLoopback(host: String) throws {
        #expect(try SMTPConfiguration(url: "smtp://\(host)", from: .usher()).protection == .optional)
        let far = try SMTPConfiguration(url: "smtp://\(host).example.com", from: .usher())
        #expect(far.protection == .required)
    }

    @Test(
        "refuses a URL that is none, or says too much",
        arguments: [
            "", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://user@", "smtp://a/b", "smtp://a?b",
            "smtp://a#b", "smtp://a\r\nb", "smtp://a:99999", "smtp://a:0", "smtp://u:p@mail.example.com",
            "smtp://u%0Ax@a",
        ])
    func refusesURL(url: String) throws {
        #expect(try codes(url).count == 1)
    }

    @Test("refuses half a login, a password with a line end, and a CA file that is not there")
    func refusesParts() throws {
        #expect(try codes("smtp://user@a.example") == ["incomplete_login"])
        #expect(try codes("smtp://a.example", password: Secret("x")) == ["incomplete_login"])
        #expect(try codes("smtp://u@a.example", password: Secret("x\n")) == ["control_character"])
        #expect(try codes("smtp://a.example", caFile: "/nonexistent/ca.pem") == ["unreadable"])
    }

    @Test("refuses a password that could cross the network in clear, unless it stays on this machine")
    func refusesClearPassword() throws {
        for protection in [SMTPConfiguration.Protection.none, .optional] {
            #expect(
                try codes("smtp://u@a.example", password: Secret("x"), startTLS: protection) == ["password_in_clear"])
            #expect(try codes("smtp://u@localhost", password: Secret("x"), startTLS: protection) == [])
            #expect(try codes("smtp://a.example", startTLS: protection) == [])
        }
        #expect(try codes("smtps://a.example", startTLS: .required) == ["contradiction"])
        #expect(try codes("smtp://a.example", startTLS: .implicit) == ["contradiction"])
    }
}
