import Basics
import CCurl
import Dispatch
public import Records

/// Tells applications by HTTP that a sign-in at them has ended
/// (OpenID Connect Back-Channel Logout 1.0, section 2.5), with libcurl.
public struct LogoutCaller: LogoutNotifier {
    /// Threads that curl may block: as many as calls that go on at once.
    private let queue = DispatchQueue(label: "usher.logout", attributes: .concurrent)
    private static let timeoutSeconds = 5

    public init() {}

    public func notify(_ address: String, logoutToken: String) async throws(DeliveryFailure) {
        let body = "logout_token=\(logoutToken.percentEncoded)"
        let result: Result<Int, DeliveryFailure> = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(
                    returning: Result { () throws(DeliveryFailure) in try Self.post(body, to: address) })
            }
        }
        switch try result.get() {
        case 200..<300: return
        // It says that it did not do it (section 2.8); somebody may mend that, so it is asked again.
        case let status: throw DeliveryFailure(.later, "The application answered with the status \(status).")
        }
    }

    /// - Returns: the status of the answer; redirects are not followed.
    private static func post(_ body: String, to address: String) throws(DeliveryFailure) -> Int {
        guard SMTPSession.isReady, let handle = curl_easy_init() else {
            throw DeliveryFailure(.later, "libcurl cannot be started on this machine.")
        }
        defer { curl_easy_cleanup(handle) }
        let strings: [(CURLoption, String?)] = [
            (CURLOPT_URL, address), (CURLOPT_PROTOCOLS_STR, "http,https"), (CURLOPT_COPYPOSTFIELDS, body),
            (CURLOPT_PROXY, ""), (CURLOPT_USERAGENT, "Usher"),
        ]
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), (CURLOPT_TIMEOUT, timeoutSeconds),
            (CURLOPT_CONNECTTIMEOUT, timeoutSeconds), (CURLOPT_QUICK_EXIT, 1), (CURLOPT_NOSIGNAL, 1),
        ]
        // What it answers beside the status is no matter, and is not kept.
        let ignore: curl_write_callback = { _, size, count, _ in size * count }
        let isSet =
            strings.allSatisfy { usher_curl_set_string(handle, $0.0, $0.1) == CURLE_OK }
            && numbers.allSatisfy { usher_curl_set_long(handle, $0.0, $0.1) == CURLE_OK }
            && usher_curl_set_writer(handle, ignore, nil) == CURLE_OK
        guard isSet else { throw DeliveryFailure(.later, "libcurl does not know an option that HTTP needs.") }
        let code = curl_easy_perform(handle)
        guard code == CURLE_OK else {
            throw DeliveryFailure(.later, "The application is not there: \(String(cString: curl_easy_strerror(code))).")
        }
        return usher_curl_response_code(handle)
    }
}
