/// Why a message did not leave.
public struct DeliveryFailure: Error, Hashable {
    /// Whom or what the failure is about, which decides what becomes of the mail.
    public enum Cause: String, Sendable, CaseIterable {
        /// The connection, TLS, the greeting, the login or the
        /// sender: no other mail would fare better.
        case server
        /// The server asks to come again later with this mail; others may pass.
        case later
        /// This reader's address is refused for good.
        case recipient
        /// This message is refused for good, by the server or before it could be composed.
        case content
        /// There is nothing to send: what the message asks for is not there any more.
        case void
    }

    public let cause: Cause
    /// One sentence for the operator; holds no secret and no content of the mail.
    public let message: String

    public init(_ cause: Cause, _ message: String) {
        self.cause = cause
        self.message = message
    }

    public init(isPermanent: Bool, message: String) {
        self.init(isPermanent ? .content : .server, message)
    }

    /// Whether trying the same message again is useless: it would be refused the same way.
    public var isPermanent: Bool { cause == .recipient || cause == .content }
}
