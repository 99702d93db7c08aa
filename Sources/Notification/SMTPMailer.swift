import Dispatch
public import Records
import Synchronization

/// Hands each mail to a server by SMTP (RFC 5321), with libcurl.
///
/// At least once: when the connection breaks after the server took the message and before it
/// said so, the retry sends it again, with the same Message-ID.
public struct SMTPMailer: Mailer {
    private let configuration: SMTPConfiguration
    private let templates: MailTemplates
    private let lanes: Lanes

    /// - Parameter connections: how many deliveries run at the same
    ///   time, each over a connection that it keeps.
    public init(_ configuration: SMTPConfiguration, templates: MailTemplates, connections: Int = 4) {
        precondition(connections > 0)
        self.configuration = configuration
        self.templates = templates
        lanes = Lanes(count: connections)
    }

    public var server: String? { configuration.place }
    /// A second for what libcurl notices late, and one for the farewell.
    public var longestTrySeconds: Int64 { Int64(configuration.timeoutSeconds) + 3 }
    public var width: Int { lanes.count }

    /// - Throws: what the failure is about: this reader and this
    ///   message only where the server says so.
    public func deliver(_ mail: Mail) async throws(DeliveryFailure) {
        let message = try MIMEMessage.composed(
            mail, templates: templates, from: configuration.sender, answersTo: configuration.answersTo)
        let lane = lanes.next()
        let cancellation = SMTPCancellation()
        let result: Result<Void, DeliveryFailure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                lane.queue.async {
                    continuation.resume(
                        returning: Result { () throws(DeliveryFailure) in
                            guard !cancellation.isSet else { throw DeliveryFailure(.server, "The service ended.") }
                            try lane.session.send(message, configuration, cancellation)
                        })
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
        try result.get()
    }
}

/// A fixed number of threads at most, since curl blocks; each lane is one
/// connection, used by one delivery at a time.
private final class Lanes: Sendable {
    struct Lane: Sendable {
        let queue: DispatchQueue
        let session: SMTPSession
    }

    private let lanes: [Lane]
    private let turn = Mutex(0)

    init(count: Int) {
        lanes = (0..<count).map { Lane(queue: DispatchQueue(label: "usher.mail.smtp.\($0)"), session: SMTPSession()) }
    }

    var count: Int { lanes.count }

    func next() -> Lane {
        turn.withLock { turn in
            turn = (turn + 1) % lanes.count
            return lanes[turn]
        }
    }
}
