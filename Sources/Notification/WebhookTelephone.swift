public import Basics
import CCurl
import Dispatch
import Glibc
public import Records
import Synchronization

/// Calls receivers of webhooks, with libcurl: whatever their name led to before, an address inside the network is
/// refused when the connection to it would be opened.
public struct WebhookTelephone: WebhookCaller {
    public let allowsPrivateAddresses: Bool
    /// PEM file of the authorities that vouch for receivers; nil for those of this machine.
    private let caFile: String?
    /// Threads that curl may block: as many as calls that go on at once.
    private let queue = DispatchQueue(label: "usher.webhooks", attributes: .concurrent)

    private static let timeoutSeconds = 15

    public init(allowsPrivateAddresses: Bool, caFile: String?) {
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.caFile = caFile
    }

    public func call(_ call: WebhookCall) async -> WebhookAnswer {
        let exchange = WebhookExchange(
            allowsPrivate: allowsPrivateAddresses, isPlain: call.address.hasPrefix("http:"))
        let caFile = caFile
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: Self.post(call, caFile, exchange)) }
            }
        } onCancel: {
            exchange.cancel()
        }
    }

    public func refusal(of host: String) async -> Sentence? {
        guard !allowsPrivateAddresses else { return nil }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Self.resolvedRefusal(of: host)) }
        }
    }

    private static func resolvedRefusal(of host: String) -> Sentence? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &first) == 0, let first else {
            return "Nobody knows the name \(host) now: write one that leads somewhere."
        }
        defer { freeaddrinfo(first) }
        for found in sequence(first: first, next: { $0.pointee.ai_next }) {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let isRead = getnameinfo(
                found.pointee.ai_addr, found.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard isRead == 0, NetworkAddress(name)?.isPublic == true else {
                return "\(host) leads to \(name), which is inside the network or special: none such is called."
            }
        }
        return nil
    }

    /// - Returns: what was answered; redirects are not followed.
    private static func post(_ call: WebhookCall, _ caFile: String?, _ exchange: WebhookExchange) -> WebhookAnswer {
        guard SMTPSession.isReady, let handle = curl_easy_init() else {
            return .failed("libcurl cannot be started on this machine.")
        }
        var headers = curl_slist_append(nil, "Expect:")
        for header in call.headers { headers = curl_slist_append(headers, "\(header.name): \(header.value)") }
        defer {
            curl_easy_cleanup(handle)
            curl_slist_free_all(headers)
        }
        guard set(handle, call, caFile), headers != nil,
            usher_curl_set_list(handle, CURLOPT_HTTPHEADER, headers) == CURLE_OK, listen(handle, exchange)
        else { return .failed("libcurl does not know an option that HTTP needs.") }
        let code = withExtendedLifetime(exchange) { curl_easy_perform(handle) }
        // Whoever has told a status has answered, and what comes then, or does not, is no matter.
        let status = usher_curl_response_code(handle)
        if status >= 200 { return .status(status) }
        if exchange.isCancelled { return .cancelled }
        if let refused = exchange.refused {
            return .failed("Its name leads to \(refused), which is inside the network or special: it is not called.")
        }
        return .failed("Nobody answers: \(String(cString: curl_easy_strerror(code))).")
    }

    private static func set(_ handle: UnsafeMutableRawPointer, _ call: WebhookCall, _ caFile: String?) -> Bool {
        var strings: [(CURLoption, String?)] = [
            (CURLOPT_URL, call.address), (CURLOPT_COPYPOSTFIELDS, call.body), (CURLOPT_USERAGENT, "Usher"),
            (CURLOPT_PROTOCOLS_STR, call.address.hasPrefix("http:") ? "http" : "https"),
            // One from the environment would be connected to in place of the receiver, unseen.
            (CURLOPT_PROXY, ""),
        ]
        if let caFile { strings += [(CURLOPT_CAINFO, caFile), (CURLOPT_CAPATH, nil)] }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), (CURLOPT_TIMEOUT, timeoutSeconds),
            (CURLOPT_CONNECTTIMEOUT, timeoutSeconds), (CURLOPT_QUICK_EXIT, 1), (CURLOPT_NOSIGNAL, 1),
        ]
        return strings.allSatisfy { usher_curl_set_string(handle, $0.0, $0.1) == CURLE_OK }
            && numbers.allSatisfy { usher_curl_set_long(handle, $0.0, $0.1) == CURLE_OK }
    }

    private static func listen(_ handle: UnsafeMutableRawPointer, _ exchange: WebhookExchange) -> Bool {
        // Each is called within `curl_easy_perform`, which the exchange outlives.
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        let open: curl_opensocket_callback = { context, _, address in
            guard let context, let address else { return -1 }
            let exchange = Unmanaged<WebhookExchange>.fromOpaque(context).takeUnretainedValue()
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard usher_curl_address(address, &text, text.count) else { return -1 }
            let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard exchange.allows(name) else { return -1 }
            return socket(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
        }
        let write: curl_write_callback = { _, size, count, context in
            guard let context else { return 0 }
            let exchange = Unmanaged<WebhookExchange>.fromOpaque(context).takeUnretainedValue()
            return exchange.takes(size * count) ? size * count : 0
        }
        let watch: curl_xferinfo_callback = { context, _, _, _, _ in
            guard let context else { return 0 }
            let exchange = Unmanaged<WebhookExchange>.fromOpaque(context).takeUnretainedValue()
            return exchange.isCancelled ? 1 : 0
        }
        return usher_curl_set_opener(handle, open, context) == CURLE_OK
            && usher_curl_set_writer(handle, write, context) == CURLE_OK
            && usher_curl_set_watcher(handle, watch, context) == CURLE_OK
    }
}

/// What goes on of one call.
private final class WebhookExchange: Sendable {
    private struct State {
        var received = 0
        var refused: String?
        var isCancelled = false
    }

    /// Of what a receiver answers beside its status, which nobody reads.
    private static let greatestAnswer = 65_536

    private let allowsPrivate: Bool
    private let isPlain: Bool
    private let state = Mutex(State())

    init(allowsPrivate: Bool, isPlain: Bool) {
        self.allowsPrivate = allowsPrivate
        self.isPlain = isPlain
    }

    /// In clear only within our own network, and there only where that is allowed at all.
    func allows(_ text: String) -> Bool {
        let isAllowed = NetworkAddress(text).map { $0.isPublic ? !isPlain : allowsPrivate } ?? false
        if !isAllowed { state.withLock { $0.refused = text } }
        return isAllowed
    }

    /// - Returns: whether so many bytes more of an answer are still taken.
    func takes(_ count: Int) -> Bool {
        state.withLock { state in
            state.received += count
            return state.received <= Self.greatestAnswer
        }
    }

    func cancel() { state.withLock { $0.isCancelled = true } }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }
    /// The address that was not called.
    var refused: String? { state.withLock { $0.refused } }
}
