import Basics
import Foundation
import Notification
import Records
import Scratch
import Testing

/// A receiver in a process of its own; ends with this object at the latest.
private final class Receiver {
    let folder: TestFolder
    let port: Int
    private let process = Process()
    private let input = Pipe()

    init(_ certificates: Certificates? = nil) throws {
        folder = try TestFolder()
        process.executableURL = try Tool.python()
        process.arguments = [Tool.support.appending(path: "webhook_receiver.py").path, folder.path, "0"]
        if let certificates {
            process.arguments? += [certificates.path("server.pem"), certificates.path("server.key")]
        }
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) { line += byte }
        port = try #require(Int(String(decoding: line, as: UTF8.self)), "the receiver did not start")
    }

    /// Paths of the messages that came.
    var taken: [String] {
        get throws {
            guard let text = try? String(contentsOfFile: folder.path("taken"), encoding: .utf8) else { return [] }
            return try text.split(separator: "\n").map {
                try JSON(reading: $0.utf8, limits: JSON.Limits(values: 1_000))["path"].text ?? ""
            }
        }
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

@Suite("Calls to receivers of webhooks", .timeLimit(.minutes(60)))
struct WebhookTelephoneTests {
    private func call(_ address: String) -> WebhookCall {
        WebhookCall(address: address, headers: [("webhook-id", "msg_1")], body: #"{"type":"é"}"#)
    }

    @Test("reach it over TLS that an authority vouches for, follow nothing, and tell its status")
    func statuses() async throws {
        let certificates = try Certificates()
        let receiver = try Receiver(certificates)
        let telephone = WebhookTelephone(allowsPrivateAddresses: true, caFile: certificates.path("ca.pem"))
        let base = "https://localhost:\(receiver.port)"
        #expect(await telephone.call(call("\(base)/ok")) == .status(204))
        #expect(await telephone.call(call("\(base)/status/410")) == .status(410))
        #expect(await telephone.call(call("\(base)/redirect")) == .status(302))
        #expect(try receiver.taken == ["/ok", "/status/410", "/redirect"])
        // Nobody vouches for it; and for this name nobody does.
        let stranger = WebhookTelephone(allowsPrivateAddresses: true, caFile: nil)
        for (telephone, address) in [(stranger, base), (telephone, "https://127.0.0.1:\(receiver.port)")] {
            let answer = await telephone.call(call("\(address)/ok"))
            guard case .failed(let why) = answer else {
                Issue.record("\(answer)")
                continue
            }
            #expect(why.hasPrefix("Nobody answers: SSL"), "\(why)")
        }
        #expect(try receiver.taken.count == 3)
    }

    @Test("end with the status, whatever comes without an end after it, and wait for no other answer for ever")
    func liars() async throws {
        let receiver = try Receiver()
        let telephone = WebhookTelephone(allowsPrivateAddresses: true, caFile: nil)
        let base = "http://127.0.0.1:\(receiver.port)"
        #expect(await telephone.call(call("\(base)/endless")) == .status(200))
        guard case .failed = await telephone.call(call("\(base)/drop")) else {
            Issue.record("an answer that never came was taken")
            return
        }
        async let drip = telephone.call(call("\(base)/drip"))
        async let stall = telephone.call(call("\(base)/stall"))
        async let mute = telephone.call(call("\(base)/mute"))
        #expect(await drip == .status(200))
        #expect(await mute == .status(200))
        guard case .failed(let why) = await stall else {
            Issue.record("a silent receiver was taken for one that answered")
            return
        }
        #expect(why.contains("Timeout"), "\(why)")
    }

    @Test("end at once when whoever calls has to")
    func cancelled() async throws {
        let receiver = try Receiver()
        let telephone = WebhookTelephone(allowsPrivateAddresses: true, caFile: nil)
        let address = "http://127.0.0.1:\(receiver.port)/stall"
        let task = Task { await telephone.call(call(address)) }
        while try receiver.taken.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        task.cancel()
        // Else it would end by its own time, and say so.
        #expect(await task.value == .cancelled)
    }

    @Test("connect to no address inside the network, whatever name leads to it")
    func inside() async throws {
        let receiver = try Receiver()
        let telephone = WebhookTelephone(allowsPrivateAddresses: false, caFile: nil)
        // What each of them connects to is looked at, and not what it was registered as.
        let hosts = ["localhost", "127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "0", "[::1]", "[::ffff:127.0.0.1]"]
        for host in hosts {
            let answer = await telephone.call(call("https://\(host):\(receiver.port)/ok"))
            guard case .failed(let why) = answer else {
                Issue.record("\(host): \(answer)")
                continue
            }
            #expect(why.contains("inside the network"), "\(host): \(why)")
        }
        for host in ["10.0.0.1", "169.254.169.254", "[fd00::1]", "[64:ff9b::a9fe:a9fe]", "192.168.1.1"] {
            let answer = await telephone.call(call("https://\(host)/"))
            guard case .failed(let why) = answer else {
                Issue.record("\(host): \(answer)")
                continue
            }
            #expect(why.contains("inside the network"), "\(host): \(why)")
        }
        #expect(try receiver.taken.isEmpty)
        // In clear nobody is called on the internet, even where our own network may be.
        let open = WebhookTelephone(allowsPrivateAddresses: true, caFile: nil)
        guard case .failed(let why) = await open.call(call("http://1.1.1.1/")) else {
            Issue.record("something was told in clear")
            return
        }
        #expect(why.contains("1.1.1.1"), "\(why)")
    }

    @Test("are refused at registration where a name leads inside, or nowhere")
    func registration() async throws {
        let telephone = WebhookTelephone(allowsPrivateAddresses: false, caFile: nil)
        for host in ["localhost", "127.0.0.1", "0x7f.1", "2130706433", "::1", "::ffff:10.0.0.1", "169.254.169.254"] {
            let refusal = await telephone.refusal(of: host)?.english
            #expect(refusal?.contains("inside the network") == true, "\(host): \(refusal ?? "")")
        }
        let nowhere = await telephone.refusal(of: "nowhere.invalid")?.english
        #expect(nowhere?.contains("Nobody knows the name") == true)
        #expect(await telephone.refusal(of: "1.1.1.1") == nil)
        let open = WebhookTelephone(allowsPrivateAddresses: true, caFile: nil)
        #expect(await open.refusal(of: "localhost") == nil)
    }
}
