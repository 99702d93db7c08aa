/// The port through which mail leaves.
///
/// Delivering the same `key` again is harmless.
public protocol Mailer: Sendable {
    /// The server that everything is handed over to, as `host:port`;
    /// nil where nobody else has to be waited for.
    var server: String? { get }
    /// The longest that one delivery takes, in seconds: a claim has to outlast it.
    var longestTrySeconds: Int64 { get }
    /// Deliveries that may run at the same time.
    var width: Int { get }
    /// Returns when the message is safe with the next hop (a server took it, or a file is on disk).
    ///
    /// A task that is cancelled gets its answer within a second or two: a
    /// failure of `server`, unless the mail had left.
    func deliver(_ mail: Mail) async throws(DeliveryFailure)
}

extension Mailer {
    public var server: String? { nil }
    public var longestTrySeconds: Int64 { 10 }
    public var width: Int { 4 }
}
