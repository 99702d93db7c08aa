import CCurl
import Foundation

/// What a server answered.
struct HTTPAnswer: Sendable {
    let status: Int
    /// By name in lower case; the last of several.
    let headers: [String: String]
    let body: [UInt8]
}

/// Why nothing was answered.
struct HTTPFailure: Error {
    let reason: String
    /// Whether the certificate was the reason: then the request was not sent.
    var isAboutTrust = false
}

/// One HTTP request by libcurl, which follows no redirect: a
/// token goes where it was meant to, or nowhere.
struct HTTPTransfer {
    /// More than any document of ours holds.
    static let greatestAnswer = 256 << 20

    let method: String
    let url: String
    let headers: [(name: String, value: String)]
    let body: [UInt8]?
    /// PEM file of the only authorities that count; nil for those of the system.
    let caFile: String?
    let usesProxy: Bool
    var timeoutSeconds = 120

    /// libcurl is set up once per process, before the first
    /// handle: that call is not safe on two threads.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Blocks until the answer is whole, or time is up.
    func perform() throws(HTTPFailure) -> HTTPAnswer {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw HTTPFailure(reason: "libcurl cannot be started on this machine.")
        }
        let reception = Reception()
        var list: UnsafeMutablePointer<curl_slist>?
        // Curl would else wait for a leave to send that servers need not give.
        for line in headers.map({ "\($0.name): \($0.value)" }) + ["Expect:"] {
            list = curl_slist_append(list, line) ?? list
        }
        defer {
            curl_easy_cleanup(handle)
            curl_slist_free_all(list)
        }
        guard setConnection(handle), setMessage(handle, list, reception) else {
            throw HTTPFailure(reason: "libcurl does not know an option that HTTP needs.")
        }
        let code = withExtendedLifetime(reception) { curl_easy_perform(handle) }
        guard code == CURLE_OK else {
            throw HTTPFailure(
                reason: String(cString: curl_easy_strerror(code)),
                isAboutTrust: [CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE].contains(code))
        }
        return HTTPAnswer(
            status: usher_curl_response_code(handle), headers: reception.headers, body: reception.body)
    }

    private func setConnection(_ handle: UnsafeMutableRawPointer) -> Bool {
        var strings: [(CURLoption, String?)] = [
            (CURLOPT_URL, url), (CURLOPT_PROTOCOLS_STR, "http,https"), (CURLOPT_CUSTOMREQUEST, method),
        ]
        // With a CA file of its own, only those authorities count: the system's folder is taken back.
        if let caFile { strings += [(CURLOPT_CAINFO, caFile), (CURLOPT_CAPATH, nil)] }
        if !usesProxy { strings.append((CURLOPT_PROXY, "")) }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_TIMEOUT, timeoutSeconds), (CURLOPT_CONNECTTIMEOUT, 10), (CURLOPT_NOSIGNAL, 1),
        ]
        return strings.allSatisfy { usher_curl_set_string(handle, $0.0, $0.1) == CURLE_OK }
            && numbers.allSatisfy { usher_curl_set_long(handle, $0.0, $0.1) == CURLE_OK }
    }

    private func setMessage(
        _ handle: UnsafeMutableRawPointer, _ list: UnsafeMutablePointer<curl_slist>?, _ reception: Reception
    ) -> Bool {
        let context = Unmanaged.passUnretained(reception).toOpaque()
        let codes = [
            usher_curl_set_list(handle, CURLOPT_HTTPHEADER, list),
            usher_curl_set_writer(handle, takeBody, context), usher_curl_set_listener(handle, takeHeader, context),
        ]
        guard codes.allSatisfy({ $0 == CURLE_OK }), let body else { return codes.allSatisfy { $0 == CURLE_OK } }
        // The size first: curl copies that many bytes, zeros among them.
        return usher_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)) == CURLE_OK
            && (body + [0]).withUnsafeBytes {
                usher_curl_set_string(
                    handle, CURLOPT_COPYPOSTFIELDS, $0.bindMemory(to: CChar.self).baseAddress) == CURLE_OK
            }
    }
}

/// What comes in, for the time of one request.
private final class Reception {
    private(set) var headers: [String: String] = [:]
    private(set) var body: [UInt8] = []

    /// - Returns: false to give up.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= HTTPTransfer.greatestAnswer else { return false }
        body += bytes
        return true
    }

    func hear(_ line: String) {
        if line.hasPrefix("HTTP/") { headers = [:] }  // The answer of a proxy, or of `100 Continue`, came before.
        let sides = line.split(separator: ":", maxSplits: 1)
        guard sides.count == 2 else { return }
        headers[sides[0].lowercased()] = sides[1].trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// libcurl hands over a part of the body; any answer but its length ends the transfer.
private func takeBody(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let reception = Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
    return reception.take(UnsafeRawBufferPointer(start: buffer, count: size * count)) ? size * count : 0
}

/// libcurl hands over one line of the head.
private func takeHeader(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
    Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue().hear(String(decoding: bytes, as: UTF8.self))
    return size * count
}
