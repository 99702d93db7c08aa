import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends connections that dawdle or never stop: a head, and all of a request,
/// must have come in time and within bounds.
///
/// An idle timeout asks only that something comes: a byte now and then
/// would hold a connection for ever (slow-loris), and what is left of a
/// body that was refused would be read to its end.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// From the connection to the end of its first head.
    static let firstHead = TimeAmount.seconds(20)
    /// From an answer to the end of the next head.
    static let nextHead = TimeAmount.seconds(75)
    /// From the head to the end of the body.
    static let body = TimeAmount.seconds(120)
    /// Between two pieces of a body.
    static let silence = TimeAmount.seconds(60)
    /// Above what any route takes, so that it is the route that says so.
    static let greatestBody = 64 << 20
    /// What may still come of a body after the answer to it, and for how long: a client that
    /// is cut off while it sends may never read why (RFC 9112, section 9.6).
    static let rest = 1 << 20
    static let lingering = TimeAmount.seconds(5)

    private var deadline = NIODeadline.distantFuture
    private var watch: Scheduled<Void>?
    /// When the body that is coming must be whole.
    private var bodyEnd = NIODeadline.distantFuture
    /// Bytes that may still come of the body.
    private var left = 0
    private var isReading = false
    /// Requests whose head came and whose answer has not ended:
    /// more than one where they are sent ahead.
    private var unanswered = 0
    /// Whether the answer that is being written says that it is the last.
    private var isLast = false

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        watch?.cancel()
        watch = nil
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { watch?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isReading = true
            unanswered += 1
            left = Self.greatestBody
            bodyEnd = context.eventLoop.now + Self.body
            deadline = min(bodyEnd, context.eventLoop.now + Self.silence)
        case .body(let bytes):
            left -= bytes.readableBytes
            if left < 0 { return context.close(promise: nil) }
            // What was answered already only lingers.
            if unanswered > 0 { deadline = min(bodyEnd, context.eventLoop.now + Self.silence) }
        case .end:
            isReading = false
            // However long an answer takes: that is up to us.
            deadline = unanswered > 0 ? .distantFuture : context.eventLoop.now + Self.nextHead
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): isLast = head.headerFields[.connection]?.lowercased() == "close"
        case .body: break
        case .end:
            unanswered -= 1
            if isLast {
                // What comes behind a request that could not be read belongs to nobody knows what.
                let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
                let written = promise ?? context.eventLoop.makePromise()
                written.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
                return context.writeAndFlush(data, promise: written)
            }
            if unanswered == 0 {
                if isReading { left = min(left, Self.rest) }
                deadline = context.eventLoop.now + (isReading ? Self.lingering : Self.nextHead)
            }
        }
        context.write(data, promise: promise)
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard watch == nil else { return }
        deadline = context.eventLoop.now + Self.firstHead
        look(context, after: Self.firstHead)
    }

    /// One task for each connection that looks now and then, instead of one that
    /// is made and cancelled with each request.
    private func look(_ context: ChannelHandlerContext, after delay: TimeAmount) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        watch = context.eventLoop.scheduleTask(in: delay) {
            let (handler, context) = bound.value
            let left = handler.deadline - context.eventLoop.now
            guard left > .zero else { return context.close(promise: nil) }
            handler.look(context, after: min(left, Self.firstHead))
        }
    }
}
