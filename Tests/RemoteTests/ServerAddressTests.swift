import Basics
import Remote
import Testing

@Suite("ServerAddress", .timeLimit(.minutes(60)))
struct ServerAddressTests {
    @Test(
        "is kept in one spelling",
        arguments: [
            ("https://Usher.Example/", "https://usher.example"),
            ("HTTPS://usher.example:8443", "https://usher.example:8443"),
            ("https://usher.example/portal/", "https://usher.example/portal"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://localhost:80/", "http://localhost:80"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ])
    func normalises(input: String, text: String) throws {
        #expect(try ServerAddress(input).text == text)
    }

    @Test(
        "sends nothing over http but to this very machine",
        arguments: [
            "http://usher.example", "http://10.0.0.1", "http://127.0.0.1.evil.example", "http://localhost.evil.example",
            "http://128.0.0.1", "http://127.1", "http://[::2]", "http://0.0.0.0",
        ])
    func refusesPlain(input: String) throws {
        let fault = try #require(throws: Fault.self) { try ServerAddress(input) }
        #expect(fault.faults.first?.code == "insecure")
    }

    @Test(
        "is nothing else",
        arguments: [
            "", "usher.example", "ftp://usher.example", "file:///etc/passwd", "https://", "https:///x",
            "https://rita:secret@usher.example", "https://usher.example/?a=b", "https://usher.example/#x",
            "https://usher.example\r\nX: y", "https://ush er.example",
        ])
    func refuses(input: String) throws {
        let fault = try #require(throws: Fault.self) { try ServerAddress(input) }
        #expect(fault.code == .invalid && fault.faults.first?.code == "invalid_address")
    }
}
