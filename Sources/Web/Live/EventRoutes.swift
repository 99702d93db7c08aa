import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import ServiceLifecycle

/// `/events`: server-sent events for the pages that are open (WHATWG HTML, section 9.2).
struct EventRoutes: RouteGroup {
    let onboarding: Onboarding
    let hub: EventHub

    func add(to router: Router<WebContext>) {
        router.get("events", use: listen)
    }

    @Sendable
    private func listen(_ request: Request, context: WebContext) async throws -> Response {
        let visitor = try context.signedIn()
        guard let watched = context.target.value("watch").flatMap(Watched.init) else {
            throw Fault(.invalid, "The request cannot be understood.")
        }
        let since = context.target.value("since").flatMap { Int64($0) }
        let watch = try await onboarding.watch(watched, by: visitor)
        guard request.method == .get else { return Response(status: .ok, headers: Self.headers) }
        // Nobody would read it, and the answer would never end.
        guard request.headers[.transferEncoding] == nil, request.headers[.contentLength] ?? "0" == "0" else {
            throw HTTPError(.contentTooLarge)
        }
        let listener = try hub.listen(watch, since: since)
        return Response(status: .ok, headers: Self.headers, body: body(listener, watch, of: request))
    }

    private static var headers: HTTPFields {
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        // A proxy that gathers answers would keep the news from those who wait for it.
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        return headers
    }

    private func body(_ listener: EventHub.Listener, _ watch: Watch, of request: Request) -> ResponseBody {
        ResponseBody { [onboarding, hub] writer in
            defer { hub.leave(listener.id) }
            try await request.body.consumeWithInboundCloseHandler { _ in
                // A server that stops waits for answers in flight; this one would never end by itself.
                try await withGracefulShutdownHandler {
                    try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
                    var watch = watch
                    for await _ in listener.wakes {
                        // Whose session has ended hears nothing more, not even that something changed.
                        guard let renewed = try await onboarding.renewed(watch) else { break }
                        watch = renewed
                        let isChanged = hub.take(listener.id, watch)
                        try await writer.write(ByteBuffer(string: isChanged ? "data: changed\n\n" : ":\n\n"))
                    }
                } onGracefulShutdown: {
                    hub.leave(listener.id)
                }
            } onInboundClosed: {
                // Somebody who walks through pages leaves one at each; those
                // must not count until the next sign of life.
                hub.leave(listener.id)
            }
            try await writer.finish(nil)
        }
    }
}
