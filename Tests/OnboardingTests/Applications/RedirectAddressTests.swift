import Testing

@testable import Onboarding

/// Where people may be led back to: look-alikes of an address are other addresses.
@Suite("An address that people are led to", .timeLimit(.minutes(60)))
struct RedirectAddressTests {
    private static func refusal(_ text: String, ofNative isNative: Bool = false) -> RedirectAddress.Refusal? {
        do throws(RedirectAddress.Refusal) {
            _ = try RedirectAddress(text, ofNative: isNative)
            return nil
        } catch { return error }
    }

    @Test(
        "is one by https, of any application",
        arguments: [
            "https://console.example.com/callback", "https://console.example.com", "https://console.example.com:8443/",
            "https://console.example.com/cb?tenant=a&x=%20", "https://192.0.2.7/cb", "https://[2001:db8::1]/cb",
            "https://xn--bcher-kva.example/cb", "https://console.example.com/a/./b/../c", "https://localhost/cb",
        ])
    func encrypted(_ text: String) {
        #expect(Self.refusal(text) == nil && Self.refusal(text, ofNative: true) == nil)
    }

    @Test(
        "is one by http on this machine alone",
        arguments: ["http://127.0.0.1/cb", "http://127.0.0.1:8080/cb", "http://[::1]:9/cb", "http://localhost/"])
    func loopback(_ text: String) {
        #expect(Self.refusal(text) == nil && Self.refusal(text, ofNative: true) == nil)
    }

    @Test(
        "is no other one by http, whatever it looks like",
        arguments: [
            "http://console.example.com/cb", "http://localhost.evil.example/", "http://127.0.0.1.evil.example/",
            "http://localhost./cb", "http://evil-localhost/", "http://127.0.0.2/", "http://0.0.0.0/", "http://127.1/",
            "http://2130706433/", "http://[::ffff:127.0.0.1]/", "http://LOCALHOST/", "http://[::1%25lo]/", "http:///cb",
            "http://", "http:/cb", "http:cb", "http://localhost%00.evil.example/", "http://localhost%2eevil.example/",
        ])
    func unencrypted(_ text: String) {
        for isNative in [false, true] {
            #expect([.unencrypted, .malformed].contains(Self.refusal(text, ofNative: isNative)))
        }
    }

    @Test("names no user, who would hide which host it is")
    func user() {
        for text in [
            "https://good.example@evil.example/", "https://a:b@evil.example/", "http://localhost@evil.example/",
            "http://localhost:80@evil.example/", "https://@evil.example/", "https://:@evil.example/",
        ] { #expect(Self.refusal(text) == .user, "\(text)") }
    }

    @Test("has no fragment and no wildcard")
    func parts() {
        for text in ["https://a.example/#", "https://a.example/#x", "https://a.example#@b.example", "com.a:/x#y"] {
            #expect(Self.refusal(text, ofNative: true) == .fragment, "\(text)")
        }
        for text in ["https://*.example/", "https://a.example/*", "*", "https://a.example/?x=*"] {
            #expect(Self.refusal(text) == .wildcard, "\(text)")
        }
    }

    @Test("has a scheme of an owner's own only in a native application, and one that is a domain backwards")
    func schemes() {
        for text in ["com.example.app:/callback", "com.example.app://callback", "org.example:/"] {
            #expect(Self.refusal(text, ofNative: true) == nil, "\(text)")
            #expect(Self.refusal(text) == .scheme, "\(text)")
        }
        for text in [
            "myapp:/callback", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a.example/",
            "ws://a.example/", "urn:ietf:wg:oauth:2.0:oob", "blob:https://a.example/x", "about:blank",
        ] {
            for isNative in [false, true] { #expect(Self.refusal(text, ofNative: isNative) == .scheme, "\(text)") }
        }
    }

    @Test("is no text that programs read in two ways")
    func malformed() {
        let ways = [
            "", " ", "console", "/callback", "//evil.example/cb", "https://", "https:///cb", "https:a.example/cb",
            "https:/a.example", "HTTPS://a.example/", "Https://a.example/", "https://a.example/ ",
            " https://a.example/",
            "https://a.example\\@b.example/", "https:\\\\a.example/", "https://a.example/\u{0}", "https://a.example/\n",
            "https://a.example/\t", "https://bücher.example/", "https://a.example/é", "https://a.example/<x>",
            "https://a.example/\"", "https://a.example/{x}", "https://a.example/`", "https://a.example:port/",
            "https://[::1/", "https://a.example/" + String(repeating: "x", count: 483),
        ]
        for text in ways { #expect(Self.refusal(text, ofNative: true) == .malformed, "\(text)") }
        #expect(Self.refusal("https://a.example/" + String(repeating: "x", count: 482)) == nil)
    }

    @Test("allows itself to the letter and nothing beside it")
    func toTheLetter() throws {
        let kept = try RedirectAddress("https://console.example.com/callback?a=1", ofNative: false)
        #expect(kept.allows("https://console.example.com/callback?a=1"))
        for other in [
            "https://console.example.com/callback", "https://console.example.com/callback?a=1&b=2",
            "https://console.example.com/callback/?a=1", "https://console.example.com:443/callback?a=1",
            "https://CONSOLE.example.com/callback?a=1", "https://console.example.com.evil.example/callback?a=1",
            "https://console.example.com/%63allback?a=1", "https://console.example.com/x/../callback?a=1",
            "https://x@console.example.com/callback?a=1", "http://console.example.com/callback?a=1",
            "https://console.example.com/callback?a=1#", "https://console.example.com/callback?a=1 ",
            "https://evil.example/https://console.example.com/callback?a=1", "",
        ] { #expect(!kept.allows(other), "\(other)") }
    }

    @Test("of a native application on this machine has any port, and is else to the letter")
    func anyPort() throws {
        for (kept, asked) in [
            ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"), ("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb"),
            ("http://[::1]/cb", "http://[::1]:1/cb"), ("http://localhost:1/cb?x=1", "http://localhost:2/cb?x=1"),
        ] {
            #expect(try RedirectAddress(kept, ofNative: true).allows(asked), "\(asked)")
            // A server knows its port.
            #expect(try !RedirectAddress(kept, ofNative: false).allows(asked), "\(asked)")
        }
        let kept = try RedirectAddress("http://127.0.0.1/cb", ofNative: true)
        for other in [
            "http://localhost:1/cb", "http://[::1]:1/cb", "http://127.0.0.1:1/cb/", "http://127.0.0.1:1/CB",
            "http://127.0.0.1:1@evil.example/cb", "http://127.0.0.1:1/cb?x=1", "http://127.0.0.1:1/cb#x",
            "https://127.0.0.1:1/cb", "http://127.0.0.1.evil.example:1/cb", "http://127.0.0.1:1/%63b",
            "http://user@127.0.0.1:1/cb", "http://127.0.0.1:x/cb",
        ] { #expect(!kept.allows(other), "\(other)") }
        // What is no address of this machine has one port, in a native application, too.
        let far = try RedirectAddress("https://console.example.com/cb", ofNative: true)
        #expect(!far.allows("https://console.example.com:8443/cb"))
    }

    @Test("of a resource is any absolute one without a fragment")
    func resources() {
        for text in ["https://b.example", "urn:x:y", "https://b.example/a?b=c"] {
            #expect(RedirectAddress.isAbsolute(text), "\(text)")
        }
        for text in ["", "b.example", "/b", "https://b.example#", "https://b.example#x", "https://b.example/ x", "é:x"]
        {
            #expect(!RedirectAddress.isAbsolute(text), "\(text)")
        }
    }
}
