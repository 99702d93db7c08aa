import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Onboarding

/// Answers, on the thread that reads a request, what memory alone knows; everything else goes on to the router.
///
/// Tasks that wait for one another are how everything else is served; where nothing is waited for they cost
/// more than the answer. Only what has come as a whole is looked at, and nothing overtakes what came before it.
final class PromptAnswers: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private struct Held {
        let head: HTTPRequest
        let route: PromptRoute
        var call: PromptCall
    }

    private let responder: PromptResponder
    /// The request that is being read, while it may be answered here.
    private var held: Held?
    /// Requests that went on, and whose answer has not ended.
    private var passed = 0
    private var hasWritten = false
    /// The header of a bearer with which most requests of a connection come, and its token.
    private var peer: String?
    private var bearer: (authorization: String, digest: TokenDigest)?

    init(_ responder: PromptResponder) { self.responder = responder }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            // Who sends ahead and reads no answers is made to wait by those who know how to.
            if passed == 0, context.channel.isWritable, let (route, call) = responder.call(head) {
                held = Held(head: head, route: route, call: call)
            } else {
                passed += 1
                context.fireChannelRead(data)
            }
        case .body(var bytes):
            guard let room = held.map({ $0.route.greatestBytes - $0.call.body.readableBytes }) else {
                return context.fireChannelRead(data)
            }
            if bytes.readableBytes > room {
                letGo(context)
                return context.fireChannelRead(data)
            }
            if held?.call.body.readableBytes == 0 {
                held?.call.body = bytes
            } else {
                held?.call.body.writeBuffer(&bytes)
            }
        case .end:
            guard let held else { return context.fireChannelRead(data) }
            let digest = held.call.authorization.flatMap(digest)
            if let response = responder.answer(held.route, held.call, by: digest, held.head, from: peer(context)) {
                self.held = nil
                send(response, context)
            } else {
                letGo(context)
                context.fireChannelRead(data)
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // What dribbles in is left to those who watch over that.
        letGo(context)
        if hasWritten {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.eventLoop.execute { bound.value.flush() }
        }
        hasWritten = false
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { passed -= 1 }
        context.write(data, promise: promise)
    }

    /// Of the token of a bearer.
    private func digest(of authorization: String) -> TokenDigest? {
        if let bearer, bearer.authorization == authorization { return bearer.digest }
        let credentials = TokenCredentials(authorization)
        guard !credentials.isBound, let token = credentials.token, let digest = try? TokenDigest(of: token) else {
            return nil
        }
        bearer = (authorization, digest)
        return digest
    }

    private func peer(_ context: ChannelHandlerContext) -> String {
        if let peer { return peer }
        let address = context.channel.remoteAddress?.ipAddress ?? "unknown"
        peer = address
        return address
    }

    private func send(_ response: (head: HTTPResponse, body: ByteBuffer), _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(response.head)), promise: nil)
        context.write(wrapOutboundOut(.body(response.body)), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        hasWritten = true
    }

    private func letGo(_ context: ChannelHandlerContext) {
        guard let held else { return }
        self.held = nil
        passed += 1
        context.fireChannelRead(wrapInboundOut(.head(held.head)))
        if held.call.body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(held.call.body))) }
    }
}
