import Basics
import CCurl
import Dispatch
import Foundation
public import Onboarding
public import Records

/// What blocks is done here, one after the other, away from the cooperative threads.
private let queue = DispatchQueue(label: "usher.heads")

private func blocking(
    _ body: @escaping @Sendable () throws(DeliveryFailure) -> Void
) async throws(DeliveryFailure) {
    let result: Result<Void, DeliveryFailure> = await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: Result { () throws(DeliveryFailure) in try body() }) }
    }
    try result.get()
}

extension DeliveryFailure {
    /// The system's words for what just went wrong.
    fileprivate static var ofSystem: DeliveryFailure {
        DeliveryFailure(isPermanent: false, message: String(cString: strerror(errno)))
    }
}

/// Appends each head as a line of JSON to a file: on another machine's
/// disk, or one that can only be written to.
public struct HeadFile: HeadOutlet {
    public let name: String
    public let pauseSeconds: Int64 = 0

    public init(path: String) { name = path }

    public func send(_ head: AuditHead) async throws(DeliveryFailure) {
        let (path, line) = (name, Array((head.line + "\n").utf8))
        try await blocking { () throws(DeliveryFailure) in
            // Not waiting for a reader, where somebody set up a pipe.
            let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
            guard file >= 0 else { throw .ofSystem }
            defer { close(file) }
            // One call: lines of two processes do not mix. What
            // is no file, a pipe say, cannot be flushed.
            guard write(file, line, line.count) == line.count, fsync(file) == 0 || errno == EINVAL else {
                throw .ofSystem
            }
        }
    }
}

/// Sends each head as a message of RFC 5424, with the head as JSON in its text.
public struct HeadSyslog: HeadOutlet {
    private let address: SyslogAddress
    public let pauseSeconds: Int64 = 0

    public init(address: SyslogAddress) { self.address = address }

    public var name: String { address.text }

    public func send(_ head: AuditHead) async throws(DeliveryFailure) {
        let message = SyslogMessage(
            severity: .notice, at: head.at, kind: "audit-head",
            data: [("sequence", "\(head.sequence)"), ("hash", head.json["hash"].text ?? "")], text: head.line)
        let address = address
        try await blocking { () throws(DeliveryFailure) in try address.send(message.line(from: Self.host)) }
    }

    private static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "-" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Posts each head as JSON; any answer from 200 to 299 is a yes, and no redirect is followed.
public struct HeadPost: HeadOutlet {
    private let url: String
    private let caFile: String?
    public let pauseSeconds: Int64 = 0

    public init(url: String, caFile: String?) {
        self.url = url
        self.caFile = caFile
    }

    /// Without user and password.
    public var name: String { url.replacing(/:\/\/[^\/@]*@/, with: "://") }

    public func send(_ head: AuditHead) async throws(DeliveryFailure) {
        let (url, caFile, body) = (url, caFile, head.line)
        try await blocking { () throws(DeliveryFailure) in try Self.post(body, to: url, caFile) }
    }

    /// libcurl is set up once per process, before the first
    /// handle: that call is not safe on two threads.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private static func post(_ body: String, to url: String, _ caFile: String?) throws(DeliveryFailure) {
        guard isReady, let handle = curl_easy_init() else {
            throw DeliveryFailure(isPermanent: false, message: "libcurl cannot be started on this machine.")
        }
        let headers = curl_slist_append(curl_slist_append(nil, "Content-Type: application/json"), "Expect:")
        defer {
            curl_easy_cleanup(handle)
            curl_slist_free_all(headers)
        }
        var strings: [(CURLoption, String?)] = [
            (CURLOPT_URL, url), (CURLOPT_PROTOCOLS_STR, "http,https"), (CURLOPT_COPYPOSTFIELDS, body),
        ]
        if let caFile { strings += [(CURLOPT_CAINFO, caFile), (CURLOPT_CAPATH, nil)] }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_TIMEOUT, 10),
            (CURLOPT_CONNECTTIMEOUT, 5), (CURLOPT_NOSIGNAL, 1),
        ]
        let isSet =
            strings.allSatisfy { usher_curl_set_string(handle, $0.0, $0.1) == CURLE_OK }
            && numbers.allSatisfy { usher_curl_set_long(handle, $0.0, $0.1) == CURLE_OK }
            && usher_curl_set_list(handle, CURLOPT_HTTPHEADER, headers) == CURLE_OK
            && usher_curl_set_writer(handle, dropAnswer, nil) == CURLE_OK
        guard isSet else {
            throw DeliveryFailure(isPermanent: false, message: "libcurl does not know an option that HTTP needs.")
        }
        let code = curl_easy_perform(handle)
        guard code == CURLE_OK else {
            throw DeliveryFailure(isPermanent: false, message: String(cString: curl_easy_strerror(code)))
        }
        let status = usher_curl_response_code(handle)
        guard (200..<300).contains(status) else {
            throw DeliveryFailure(isPermanent: false, message: "it answered \(status)")
        }
    }
}

/// What a collector has to say is of no interest, and must not be printed.
private func dropAnswer(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int { size * count }
