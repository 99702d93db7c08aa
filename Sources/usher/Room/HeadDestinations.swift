import Basics
import Foundation
import Notification
import Onboarding
import Records

/// The setting `audit.heads`: where signed heads of the audit trail are sent.
enum HeadDestinations {
    /// - Throws: `Fault.Code.invalid` naming what is no destination.
    static func read(_ settings: Settings, mailer: any Mailer) throws -> [any HeadOutlet] {
        try Settings.list(settings["audit.heads"]).map { try outlet($0, settings, mailer) }
    }

    /// Whether heads can be sent there: a path, an address, a syslog or a URL.
    static func isDestination(_ text: String) -> Bool {
        if text.hasPrefix("/") { return true }
        if text.hasPrefix("mailto:") { return (try? EmailAddress(String(text.dropFirst(7)))) != nil }
        if text.hasPrefix("syslog:") { return SyslogAddress(text) != nil }
        guard let url = URL(string: text) else { return false }
        return ["http", "https"].contains(url.scheme ?? "") && url.host()?.isEmpty == false
    }

    private static func outlet(_ text: String, _ settings: Settings, _ mailer: any Mailer) throws -> any HeadOutlet {
        if text.hasPrefix("/") { return HeadFile(path: text) }
        if text.hasPrefix("mailto:"), let address = try? EmailAddress(String(text.dropFirst(7))) {
            return HeadMail(recipient: address, mailer: mailer, product: settings["product"])
        }
        if text.hasPrefix("syslog:"), let address = SyslogAddress(text) { return HeadSyslog(address: address) }
        if let url = URL(string: text), ["http", "https"].contains(url.scheme ?? ""), url.host()?.isEmpty == false {
            return HeadPost(url: text, caFile: settings.optional("smtp.ca-file"))
        }
        throw Fault.invalid(
            "audit.heads", "unknown",
            "The setting audit.heads takes a path, mailto:ADDRESS, syslog://HOST:PORT, syslog:/dev/log or a URL, by "
                + "commas; not \(text.replacing(/:\/\/.*@/, with: "://•••@")).")
    }
}

/// One mail a day at most: heads are told by whichever is the newest.
private struct HeadMail: HeadOutlet {
    let recipient: EmailAddress
    let mailer: any Mailer
    let product: String

    var name: String { "mailto:\(recipient.text)" }
    var pauseSeconds: Int64 { 86_400 }

    func send(_ head: AuditHead) async throws(DeliveryFailure) {
        let mail = Mail(
            key: "audit-head/\(recipient.key)/\(head.sequence)", recipient: recipient, recipientName: "",
            language: .english, template: "audit-head",
            fields: [
                "product": .text(product), "recipientName": .text(recipient.text), "personEmail": .text(recipient.text),
                "state": .text("\(head.sequence)"),
                "token": .text(head.line), "until": .text(head.at.iso8601),
            ], createdAt: head.at)
        try await Self.hurried { () async throws(DeliveryFailure) in try await mailer.deliver(mail) }
    }

    /// What a command, or the end of a service, waits for a mail
    /// server; the head goes out with a later one.
    private static var hurry: Duration { .seconds(5) }

    private static func hurried(
        _ body: @escaping @Sendable () async throws(DeliveryFailure) -> Void
    ) async throws(DeliveryFailure) {
        let delivery = Task { () -> DeliveryFailure? in
            do throws(DeliveryFailure) { try await body() } catch { return error }
            return nil
        }
        let clock = Task {
            try? await Task.sleep(for: hurry)  // Cut short is how it ends, when the mail was quicker.
            delivery.cancel()
        }
        let failure = await withTaskCancellationHandler {
            await delivery.value
        } onCancel: {
            delivery.cancel()
        }
        clock.cancel()
        if let failure { throw failure }
    }
}
