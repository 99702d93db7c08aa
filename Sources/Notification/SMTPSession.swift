import Basics
import CCurl
import Foundation
import Records

/// One libcurl handle with the connection that it keeps.
///
/// - Precondition: `send` is called by one thread at a time.
final class SMTPSession: @unchecked Sendable {
    // Sendable: the handle is touched only inside `send`, which the
    // owner's serial queue runs, and in `deinit`.
    private let handle: UnsafeMutableRawPointer?

    /// libcurl is set up once per process, before the first
    /// handle: that call is not safe on two threads.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init() { handle = Self.isReady ? curl_easy_init() : nil }

    deinit { curl_easy_cleanup(handle) }

    /// Blocks until the server has taken the message, refused it, time is up or somebody cancels.
    func send(
        _ message: MIMEMessage, _ configuration: SMTPConfiguration, _ cancellation: SMTPCancellation
    ) throws(DeliveryFailure) {
        guard let handle else { throw DeliveryFailure(.server, "libcurl cannot be started on this machine.") }
        // Forgets the options of the last message, among them the password, and keeps the connection.
        curl_easy_reset(handle)
        let exchange = SMTPExchange(
            message.bytes, wantsLogin: configuration.user != nil,
            mayStartTLS: [.required, .optional].contains(configuration.protection),
            seconds: configuration.timeoutSeconds, cancellation: cancellation)
        let recipients = curl_slist_append(nil, message.recipient.text)
        let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        defer {
            curl_easy_reset(handle)
            curl_slist_free_all(recipients)
            words.deallocate()
        }
        let isSet =
            setConnection(handle, configuration) && setLogin(handle, configuration)
            && recipients != nil && setMessage(handle, message, configuration, exchange, recipients)
            && usher_curl_set_error_buffer(handle, words) == CURLE_OK
        guard isSet else {
            throw DeliveryFailure(.server, "libcurl does not know an option that SMTP needs.")
        }
        let code = withExtendedLifetime(exchange) { curl_easy_perform(handle) }
        if code != CURLE_OK {
            throw failure(
                code, reply: usher_curl_response_code(handle), said: String(cString: words), exchange: exchange,
                configuration)
        }
    }

    private func setConnection(_ handle: UnsafeMutableRawPointer, _ configuration: SMTPConfiguration) -> Bool {
        let useTLS =
            switch configuration.protection {
            case .implicit, .required: CURLUSESSL_ALL
            case .optional: CURLUSESSL_TRY
            case .none: CURLUSESSL_NONE
            }
        let strings: [(CURLoption, String?)] = [
            (CURLOPT_URL, configuration.url), (CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            // The environment of the process must not send mail another way.
            (CURLOPT_PROXY, ""),
        ]
        // With a CA file of its own, only those authorities count: the system's folder is taken back.
        let trust: [(CURLoption, String?)] =
            configuration.caFile.map { [(CURLOPT_CAINFO, $0), (CURLOPT_CAPATH, nil)] } ?? []
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_USE_SSL, Int(useTLS.rawValue)), (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            (CURLOPT_TIMEOUT, configuration.timeoutSeconds),
            (CURLOPT_CONNECTTIMEOUT, max(1, configuration.timeoutSeconds / 4)),
            (CURLOPT_SERVER_RESPONSE_TIMEOUT, configuration.timeoutSeconds),
            // A name server that says nothing keeps nobody who has given up.
            (CURLOPT_QUICK_EXIT, 1),
            // Signals are the program's; a library on a thread of its own must not set alarms.
            (CURLOPT_NOSIGNAL, 1),
        ]
        return (strings + trust).allSatisfy { usher_curl_set_string(handle, $0.0, $0.1) == CURLE_OK }
            && numbers.allSatisfy { usher_curl_set_long(handle, $0.0, $0.1) == CURLE_OK }
    }

    private func setLogin(_ handle: UnsafeMutableRawPointer, _ configuration: SMTPConfiguration) -> Bool {
        guard let user = configuration.user, let password = configuration.password else { return true }
        return password.withBytes { bytes in
            // libcurl wants a C string and copies it; our own copy is wiped at once.
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { copy in
                copy.initialize(repeating: 0)
                defer { copy.update(repeating: 0) }
                for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
                return usher_curl_set_string(handle, CURLOPT_USERNAME, user) == CURLE_OK
                    && usher_curl_set_string(handle, CURLOPT_PASSWORD, copy.baseAddress) == CURLE_OK
            }
        }
    }

    private func setMessage(
        _ handle: UnsafeMutableRawPointer, _ message: MIMEMessage, _ configuration: SMTPConfiguration,
        _ exchange: SMTPExchange, _ recipients: UnsafeMutablePointer<curl_slist>?
    ) -> Bool {
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        let codes = [
            usher_curl_set_string(handle, CURLOPT_MAIL_FROM, (configuration.bounces ?? message.sender.address).text),
            usher_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients),
            usher_curl_set_long(handle, CURLOPT_UPLOAD, 1),
            usher_curl_set_size(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(message.bytes.count)),
            usher_curl_set_reader(handle, readMessage, context),
            usher_curl_set_listener(handle, hearReply, context),
            usher_curl_set_debugger(handle, watchCommand, context),
            usher_curl_set_watcher(handle, askWhetherOver, context),
        ]
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    private func failure(
        _ code: CURLcode, reply: Int, said: String, exchange: SMTPExchange, _ configuration: SMTPConfiguration
    ) -> DeliveryFailure {
        let place = "Mail server \(configuration.place)"
        if exchange.lacksLogin {
            return DeliveryFailure(
                .server, "\(place): it offers no login (AUTH)\(Self.hint(configuration)), and smtp.url names a user.")
        }
        if let refusal = exchange.refusal {
            // What TLS or a login met is the configuration's fault, whatever was said last.
            let isOurs = [CURLE_LOGIN_DENIED, CURLE_USE_SSL_FAILED, CURLE_PEER_FAILED_VERIFICATION].contains(code)
            return DeliveryFailure(isOurs ? .server : exchange.cause(code: reply), "\(place): \(refusal)")
        }
        if code == CURLE_ABORTED_BY_CALLBACK {
            return DeliveryFailure(.server, "\(place): no answer in time, or the service ended.")
        }
        let words = oneLine(said)
        let reason = String(cString: curl_easy_strerror(code))
        return DeliveryFailure(
            .server, "\(place): \(words.isEmpty ? reason : "\(reason) (\(words.prefix(200)))")")
    }

    private static func hint(_ configuration: SMTPConfiguration) -> String {
        configuration.protection == .none ? " without TLS" : ""
    }
}

/// libcurl asks for the next part of the message; 0 ends it.
private func readMessage(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let exchange = Unmanaged<SMTPExchange>.fromOpaque(context).takeUnretainedValue()
    return exchange.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
}

/// libcurl reports one line of the server; any answer but its length ends the transfer.
private func hearReply(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let isGoingOn = Unmanaged<SMTPExchange>.fromOpaque(context).takeUnretainedValue()
        .hear(UnsafeRawBufferPointer(start: buffer, count: size * count))
    return isGoingOn ? size * count : 0
}

/// libcurl tells what it sends; of that only commands matter.
private func watchCommand(
    _ handle: UnsafeMutableRawPointer?, _ type: curl_infotype, _ buffer: UnsafeMutablePointer<CChar>?, _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> CInt {
    guard type == CURLINFO_HEADER_OUT, let context else { return 0 }
    Unmanaged<SMTPExchange>.fromOpaque(context).takeUnretainedValue()
        .said(UnsafeRawBufferPointer(start: buffer, count: count))
    return 0
}

/// libcurl asks whether to go on.
private func askWhetherOver(
    _ context: UnsafeMutableRawPointer?, _ downTotal: curl_off_t, _ down: curl_off_t, _ upTotal: curl_off_t,
    _ up: curl_off_t
) -> CInt {
    guard let context else { return 1 }
    return Unmanaged<SMTPExchange>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
}
