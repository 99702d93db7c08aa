import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import Records
import Synchronization

/// What `PromptAnswers` of all connections ask: what `Front` gives and does, around routes that wait for nothing.
final class PromptResponder: Sendable {
    private struct Heads {
        /// Since 1970.
        var second = 0
        /// What all answers of a route in this second have in common.
        var fields: [String: HTTPFields] = [:]
    }

    private let front: Front
    private let security: SecurityHeaders
    private let routes: [String: PromptRoute]
    private let heads = Mutex(Heads())
    private let turns = Mutex<[ObjectIdentifier: NIOLoopBound<PromptTurn>]>([:])

    init(_ front: Front, _ security: SecurityHeaders, _ routes: [PromptRoute]) {
        self.front = front
        self.security = security
        self.routes = Dictionary(uniqueKeysWithValues: routes.map { ($0.path, $0) })
    }

    /// What `answer` wants to know of the database; nil where that cannot be told without waiting.
    var mark: StoreMark? { front.onboarding.store.presentMark }

    /// The one of an event loop; asked for on it.
    func turn(of eventLoop: any EventLoop) -> PromptTurn {
        turns.withLock { turns in
            let name = ObjectIdentifier(eventLoop)
            if let known = turns[name] { return known.value }
            let turn = PromptTurn(self, eventLoop)
            turns[name] = NIOLoopBound(turn, eventLoop: eventLoop)
            return turn
        }
    }

    /// - Returns: nil for what is asked in any way out of the ordinary.
    func call(_ head: HTTPRequest) -> PromptCall? {
        guard head.method == .post, let route = head.path.flatMap({ routes[$0] }),
            let authority = head.authority, RequestFraming.isHost(authority)
        else { return nil }
        var call = PromptCall(route: route, head: head)
        for field in head.headerFields {
            switch field.name {
            case .authorization where call.authorization == nil: call.authorization = field.value
            case .contentType where call.contentType == nil: call.contentType = field.value
            case .xRequestID where call.requestID == nil: call.requestID = field.value
            case .connection where field.value.lowercased() == "keep-alive": continue
            // The second of what stands there once, and what has a say in more than this answer.
            case .authorization, .contentType, .xRequestID, .connection, .transferEncoding, .expect,
                RequestFraming.secondHost, HTTPField.Name.proof:
                return nil
            default: continue
            }
        }
        return call
    }

    /// - Returns: nil for whatever has to wait, and for every refusal: those are found out anew by the router, and
    ///   nothing is counted or told of them here.
    ///
    /// - Parameter mark: taken after all of the call had come.
    func answer(
        _ call: PromptCall, from peer: String, at mark: StoreMark
    ) -> (head: HTTPResponse, body: ByteBuffer)? {
        let start = ContinuousClock.now
        let route = call.route
        var call = call
        if case .token(let token) = call.caller, route.manner.callers == .tokens {
            call.access = front.onboarding.rememberedAccess(token, at: mark)
        }
        let id = WebContext.padded("\(Hummingbird.RequestID())")
        let address = front.proxies.client(call.head.headerFields, peer: peer)
        let known = call.access?.holder.subject
        var limit: HTTPFields = [:]
        guard !front.isSpent(known, address), let document = try? route.answer(call, mark),
            (try? front.count(known, address, &limit)) != nil
        else { return nil }
        var fields = fields(of: route)
        fields[.contentLength] = "\(document.readableBytes)"
        fields[.xRequestID] = route.manner.requestID(named: call.requestID) ?? id
        fields.append(contentsOf: limit)
        front.metrics.beganPromptly()
        front.tell(route.path, "POST", .ok, since: start, LoggedCall(requestID: id, actor: known, address: address))
        return (HTTPResponse(status: .ok, headerFields: fields), document)
    }

    private func fields(of route: PromptRoute) -> HTTPFields {
        let second = Int(front.onboarding.world.now().seconds)
        return heads.withLock { heads in
            if heads.second != second { heads = Heads(second: second) }
            if let known = heads.fields[route.path] { return known }
            var fields = route.headers
            security.add(to: &fields)
            fields[.date] = Self.text(of: second)
            heads.fields[route.path] = fields
            return fields
        }
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// RFC 9110, section 5.6.7, from `2027-03-31T08:05:00Z`.
    private static func text(of second: Int) -> String {
        let text = Timestamp(seconds: Int64(second)).iso8601
        let (date, time) = (text.prefix(10).split(separator: "-"), text.dropFirst(11).prefix(8))
        // The first of January 1970 was a Thursday.
        let day = days[(second / 86_400 + 4) % 7]
        return "\(day), \(date[2]) \(months[(Int(date[1]) ?? 1) - 1]) \(date[0]) \(time) GMT"
    }
}

extension PromptCaller {
    /// - Returns: nil for whoever proves themselves in another way.
    init?(_ authorization: String) {
        let credentials = TokenCredentials(authorization)
        if let token = credentials.token, !credentials.isBound, let digest = try? TokenDigest(of: token) {
            self = .token(digest)
        } else if let proof = try? ClientCredentials(authorization).proof, let digest = try? ClientDigest(of: proof) {
            self = .client(digest)
        } else {
            return nil
        }
    }
}
