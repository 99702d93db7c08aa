import NIOCore
import NIOHTTP1

/// Whether a connection goes on after an answer, in the words that the rest of the program knows, and to the client.
///
/// The framework ends a connection for `Connection: close` to the letter alone. Options are a list in any case
/// (RFC 9110, section 7.6.1), and with HTTP/1.0 a connection ends unless both say that it stays (RFC 9112,
/// section 9.3).
/// Stands where requests still have their version: `Inserter` is what puts it there.
final class ConnectionOptions: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What the answer to a request says of the connection; nil for what needs no word.
    private var unanswered = CircularBuffer<String?>()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        let isOld = head.version == .http1_0
        guard head.isKeepAlive else {
            unanswered.append("close")
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            return context.fireChannelRead(wrapInboundOut(.head(head)))
        }
        // Whoever waits to be told to go on with the body is told, unless something else is to be said first.
        if unanswered.isEmpty, !isOld, head.headers.contains(name: "Expect"),
            head.headers[canonicalForm: "expect"] == ["100-continue"]
        {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
        unanswered.append(isOld ? "keep-alive" : nil)
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            guard let word = unanswered.first ?? nil else { break }
            // An answer that ends the connection by itself says so already.
            if !head.headers.contains(name: "Connection") { head.headers.add(name: "Connection", value: word) }
            return context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: break
        case .end: _ = unanswered.popFirst()
        }
        context.write(data, promise: promise)
    }
}

extension ConnectionOptions {
    /// Puts the options behind the decoder, before the framework's own types.
    final class Inserter: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = NIOAny

        func handlerAdded(context: ChannelHandlerContext) {
            let pipeline = context.pipeline.syncOperations
            do {
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                try pipeline.addHandler(ConnectionOptions(), position: .after(decoder))
            } catch { context.fireErrorCaught(error) }
        }
    }
}
