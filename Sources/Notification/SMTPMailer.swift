import Dispatch
package import Onboarding
import Synchronization

/// Hands each mail to a server by SMTP (RFC 5321), with libcurl.
///
/// At least once: when the connection breaks after the server took the message and before it said so, the retry sends it
/// again, with the same Message-ID.
package struct SMTPMailer: Mailer {
    private let configuration: SMTPConfiguration
    private let templates: MailTemplates
    private let lanes: Lanes

    /// - Parameter connections: how many deliveries run at the same time, each over a connection that it keeps.
    package init(_ configuration: SMTPConfiguration, templates: MailTemplates, connections: Int = 4) {
        precondition(connections > 0)
        self.configuration = configuration
        self.templates = templates
        lanes = Lanes(count: connections)
    }

    /// - Throws: a permanent failure when the mail cannot be composed or the server refuses it for good (5xx); a passing
    ///   one for 4xx, for all that the network does, and for TLS and AUTH, which the operator can mend.
    package func deliver(_ mail: Mail) async throws(DeliveryFailure) {
        let message = try MIMEMessage.composed(mail, templates: templates, from: configuration.sender)
        let lane = lanes.next()
        let result: Result<Void, DeliveryFailure> = await withCheckedContinuation { continuation in
            lane.queue.async {
                continuation.resume(
                    returning: Result { () throws(DeliveryFailure) in
                        try lane.session.send(message, configuration)
                    })
            }
        }
        try result.get()
    }
}

/// A fixed number of threads at most, since curl blocks; each lane is one connection, used by one delivery at a time.
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

    func next() -> Lane {
        turn.withLock { turn in
            turn = (turn + 1) % lanes.count
            return lanes[turn]
        }
    }
}
