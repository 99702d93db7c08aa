import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Web

@Suite("Clients that dawdle")
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

    @Test("have all the time that an answer takes, and then a while for the next request")
    func answer() throws {
        try channel.writeInbound(head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(isOpen(after: 3_600))
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(isOpen(after: 74))
        #expect(!isOpen(after: 21))
    }

    @Test("lose a connection whose body goes on beyond what any route takes")
    func endless() throws {
        try channel.writeInbound(head)
        let megabyte = HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 1 << 20))
        for _ in 0..<64 { try channel.writeInbound(megabyte) }
        #expect(channel.isActive)
        try channel.writeInbound(megabyte)
        #expect(!channel.isActive)
    }
}
