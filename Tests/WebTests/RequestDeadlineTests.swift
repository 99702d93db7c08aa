import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Web

@Suite("Clients that dawdle", .timeLimit(.minutes(60)))
struct RequestDeadlineTests {
    private let loop = EmbeddedEventLoop()
    private let channel: EmbeddedChannel

    init() throws {
        channel = EmbeddedChannel(handler: RequestDeadline(), loop: loop)
        try channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private var head: HTTPRequestPart {
        .head(HTTPRequest(method: .post, scheme: "http", authority: "usher.example", path: "/sign-in"))
    }

    private func isOpen(after seconds: Int64) -> Bool {
        loop.advanceTime(by: .seconds(seconds))
        return channel.isActive
    }

    @Test("lose a connection whose first head is not whole within twenty seconds")
    func firstHead() {
        #expect(isOpen(after: 19))
        #expect(!isOpen(after: 2))
    }

    @Test("lose a connection whose request is not whole within two minutes of its head, however steadily it comes")
    func body() throws {
        try channel.writeInbound(head)
        for _ in 0..<11 {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
            #expect(isOpen(after: 10))
        }
        #expect(!isOpen(after: 20))
    }

    @Test("lose a connection whose body stops coming for a minute")
    func silence() throws {
        try channel.writeInbound(head)
        #expect(isOpen(after: 40))
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
        #expect(isOpen(after: 59))
        #expect(!isOpen(after: 21))
    }

    @Test("have all the time that an answer takes, and then a while for the next request")
    func answer() throws {
        try channel.writeInbound(head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(isOpen(after: 3_600))
        try answer(.ok)
        #expect(isOpen(after: 74))
        #expect(!isOpen(after: 21))
    }

    @Test("lose a connection whose body goes on beyond what any route takes")
    func endless() throws {
        try channel.writeInbound(head)
        try send(64)
        #expect(channel.isActive)
        try send(1)
        #expect(!channel.isActive)
    }

    private func send(_ megabytes: Int) throws {
        for _ in 0..<megabytes {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 1 << 20)))
        }
    }

    private func answer(_ status: HTTPResponse.Status) throws {
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: status)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
    }

    @Test("may send a little more of a body that was answered before its end, for a moment")
    func lingering() throws {
        try channel.writeInbound(head)
        try send(2)
        try answer(.contentTooLarge)
        try send(1)
        #expect(isOpen(after: 4))
        try send(1)
        #expect(!channel.isActive)
    }

    @Test("are not waited for after an answer that came before the end of what they sent")
    func restOfBody() throws {
        try channel.writeInbound(head)
        try answer(.unauthorized)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(isOpen(after: 74))
        #expect(!isOpen(after: 21))
    }

    @Test("may send the next request ahead: the answer to the one before does not cut it short")
    func ahead() throws {
        try channel.writeInbound(head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeInbound(head)
        try answer(.ok)
        try send(2)
        #expect(isOpen(after: 30))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(isOpen(after: 3_600))
    }
}
