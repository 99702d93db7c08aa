import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Records

/// Answers, on the thread that reads requests, what memory alone knows; everything else goes on to the router.
///
/// Tasks that wait for one another are how everything else is served; where nothing is waited for they cost
/// more than the answer. Only what has come as a whole is looked at, and nothing overtakes what came before it.
final class PromptAnswers: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let responder: PromptResponder
    private var context: ChannelHandlerContext?
    private var turn: PromptTurn?
    /// The request that is being read, while it may be answered here.
    private var held: PromptCall?
    /// Those before it that have come as a whole in this turn.
    private var waiting: [PromptCall] = []
    /// Requests that went on, and whose answer has not ended.
    private var passed = 0
    private var hasWritten = false
    /// Whether one of those that waited went on.
    private var hasPassed = false
    /// The header with which most requests of a connection come, kept no longer than it, and who that is.
    private var caller: (authorization: String, meant: PromptCaller?)?
    private var peer = ""

    init(_ responder: PromptResponder) { self.responder = responder }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        turn = responder.turn(of: context.eventLoop)
        peer = context.channel.peerAddress
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        waiting = []
        held = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            // Who sends ahead and reads no answers is made to wait by those who know how to.
            if passed == 0, context.channel.isWritable, let call = responder.call(head) {
                held = call
            } else {
                answerWaiting()
                passed += 1
                context.fireChannelRead(data)
            }
        case .body(var bytes):
            guard let room = held.map({ $0.route.greatestBytes - $0.body.readableBytes }) else {
                return context.fireChannelRead(data)
            }
            if bytes.readableBytes > room {
                letGo()
                return context.fireChannelRead(data)
            }
            if held?.body.readableBytes == 0 {
                held?.body = bytes
            } else {
                held?.body.writeBuffer(&bytes)
            }
        case .end:
            guard var call = held else { return context.fireChannelRead(data) }
            held = nil
            call.caller = call.authorization.flatMap(caller)
            waiting.append(call)
            if waiting.count == 1 { turn?.add(self) }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // What dribbles in is left to those who watch over that.
        letGo()
        context.fireChannelReadComplete()
    }

    // Whatever happens to a connection happens after what was asked before is answered.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        answerWaiting()
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answerWaiting()
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { passed -= 1 }
        context.write(data, promise: promise)
    }

    private func caller(_ authorization: String) -> PromptCaller? {
        if let caller, caller.authorization == authorization { return caller.meant }
        let meant = PromptCaller(authorization)
        caller = (authorization, meant)
        return meant
    }

    private func answerWaiting() {
        guard !waiting.isEmpty else { return }
        answerWaiting(at: responder.mark)
        endTurn()
    }

    /// Answers all that have come as a whole, or sends them on; `endTurn` is to follow.
    ///
    /// - Parameter mark: taken after they had come; nil where it cannot be told without waiting.
    func answerWaiting(at mark: StoreMark?) {
        guard let context else { return }
        let calls = waiting
        waiting = []
        for call in calls {
            if !hasPassed, let response = mark.flatMap({ responder.answer(call, from: peer, at: $0) }) {
                context.write(wrapOutboundOut(.head(response.head)), promise: nil)
                context.write(wrapOutboundOut(.body(response.body)), promise: nil)
                context.write(wrapOutboundOut(.end(nil)), promise: nil)
                hasWritten = true
            } else {
                hasPassed = true
                pass(call, context)
                context.fireChannelRead(wrapInboundOut(.end(nil)))
            }
        }
    }

    /// Tells both sides that there is no more for now.
    func endTurn() {
        if hasWritten { context?.flush() }
        if hasPassed { context?.fireChannelReadComplete() }
        (hasWritten, hasPassed) = (false, false)
    }

    /// What is being read goes on to the router, behind what came before it.
    private func letGo() {
        guard let call = held, let context else { return }
        held = nil
        answerWaiting()
        pass(call, context)
    }

    private func pass(_ call: PromptCall, _ context: ChannelHandlerContext) {
        passed += 1
        context.fireChannelRead(wrapInboundOut(.head(call.head)))
        if call.body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(call.body))) }
    }
}
