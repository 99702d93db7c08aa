import Basics
import CCurl
import Foundation
import Onboarding

/// One libcurl handle with the connection that it keeps.
///
/// - Precondition: `send` is called by one thread at a time.
final class SMTPSession: @unchecked Sendable {
    // Sendable: the handle is touched only inside `send`, which the owner's serial queue runs, and in `deinit`.
    private let handle: UnsafeMutableRawPointer?

    /// libcurl is set up once per process, before the first handle: that call is not safe on two threads.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init() { handle = Self.isReady ? curl_easy_init() : nil }

    deinit { curl_easy_cleanup(handle) }

    /// Blocks until the server has taken the message, refused it, or time is up.
    func send(_ message: MIMEMessage, _ configuration: SMTPConfiguration) throws(DeliveryFailure) {
        guard let handle else {
            throw DeliveryFailure(isPermanent: false, message: "libcurl cannot be started on this machine.")
        }
        // Forgets the options of the last message, among them the password, and keeps the connection.
        curl_easy_reset(handle)
        let exchange = SMTPExchange(message.bytes)
        let recipients = curl_slist_append(nil, message.recipient.text)
        defer {
            curl_easy_reset(handle)
            curl_slist_free_all(recipients)
        }
        let isSet =
            setConnection(handle, configuration) && setLogin(handle, configuration)
            && recipients != nil && setMessage(handle, message, exchange, recipients)
        guard isSet else {
            throw DeliveryFailure(isPermanent: false, message: "libcurl does not know an option that SMTP needs.")
        }
        let code = withExtendedLifetime(exchange) { curl_easy_perform(handle) }
        if code != CURLE_OK {
            throw failure(code, reply: usher_curl_response_code(handle), exchange: exchange, configuration)
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
        _ handle: UnsafeMutableRawPointer, _ message: MIMEMessage, _ exchange: SMTPExchange,
        _ recipients: UnsafeMutablePointer<curl_slist>?
    ) -> Bool {
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        let codes = [
            usher_curl_set_string(handle, CURLOPT_MAIL_FROM, message.sender.address.text),
            usher_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients),
            usher_curl_set_long(handle, CURLOPT_UPLOAD, 1),
            usher_curl_set_size(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(message.bytes.count)),
            usher_curl_set_reader(handle, readMessage, context),
            usher_curl_set_listener(handle, hearReply, context),
        ]
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    private func failure(
        _ code: CURLcode, reply: Int, exchange: SMTPExchange, _ configuration: SMTPConfiguration
    ) -> DeliveryFailure {
        // 53x is about logging in (RFC 4954, section 6): the configuration's fault, not the message's.
        let isAboutLogin = code == CURLE_LOGIN_DENIED || (530..<540).contains(reply)
        let isAboutTLS = code == CURLE_USE_SSL_FAILED || code == CURLE_PEER_FAILED_VERIFICATION
        let isPermanent = (500..<600).contains(reply) && !isAboutLogin && !isAboutTLS
        let reason = exchange.refusal ?? String(cString: curl_easy_strerror(code))
        return DeliveryFailure(
            isPermanent: isPermanent, message: "Mail server \(configuration.host):\(configuration.port): \(reason)")
    }
}

/// What goes up to the server and what it says, for the time of one message.
private final class SMTPExchange {
    private var rest: ArraySlice<UInt8>
    /// The server's last reply, if it was a refusal (4xx, 5xx); printable and at most 200 characters.
    private(set) var refusal: String?

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, rest.count)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }

    func hear(_ line: UnsafeRawBufferPointer) {
        let text = oneLine(String(decoding: line, as: UTF8.self))
        if text.hasPrefix("4") || text.hasPrefix("5") {
            refusal = text.prefix(200).trimmingCharacters(in: .whitespaces)
        } else if !text.hasPrefix("221") {
            // Something else went well since. The farewell (221) is what libcurl asks for after a refusal.
            refusal = nil
        }
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

/// libcurl reports one line of the server; any answer but its length would end the transfer.
private func hearReply(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    Unmanaged<SMTPExchange>.fromOpaque(context).takeUnretainedValue()
        .hear(UnsafeRawBufferPointer(start: buffer, count: size * count))
    return size * count
}
