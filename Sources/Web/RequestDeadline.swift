import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends connections that dawdle or never stop: a head, and all of a request, must have come in time and within bounds.
///
/// An idle timeout asks only that something comes: a byte now and then would hold a connection for ever (slow-loris),
/// and what is left of a body that was refused would be read to its end.
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
    /// Above what any route takes, so that it is the route that says so.
    static let greatestBody = 64 << 20

    private var deadline = NIODeadline.distantFuture
    private var watch: Scheduled<Void>?
    private var received = 0
    private var isReading = false

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
            received = 0
            deadline = context.eventLoop.now + Self.body
        case .body(let bytes):
            received += bytes.readableBytes
            if received > Self.greatestBody { return context.close(promise: nil) }
        case .end:
            isReading = false
            // However long the answer takes: that is up to us.
            deadline = .distantFuture
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data), !isReading { deadline = context.eventLoop.now + Self.nextHead }
        context.write(data, promise: promise)
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard watch == nil else { return }
        deadline = context.eventLoop.now + Self.firstHead
        look(context, after: Self.firstHead)
    }

    /// One task for each connection that looks now and then, instead of one that is made and cancelled with each request.
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
