import Basics
import Foundation
import Notification
import Records

extension Settings {
    /// The mail server; nil where mails become files.
    ///
    /// - Throws: `Fault` with every setting of mail that does not fit the others.
    func smtp() throws(Fault) -> SMTPConfiguration? {
        let sender = try Mailbox(parsing: self["mail.from"])
        guard let url = optional("smtp.url") else { return nil }
        return try SMTPConfiguration(
            url: url, password: try password(),
            caFile: optional("smtp.ca-file"), from: sender,
            startTLS: optional("smtp.starttls").flatMap(SMTPConfiguration.Protection.init),
            timeoutSeconds: Int(self["smtp.timeout"]) ?? 60, greeting: optional("smtp.helo"),
            answersTo: try answersTo(), bounces: try bounces())
    }

    private func password() throws(Fault) -> Secret? {
        let setting = "smtp.password-file"
        guard let path = optional(setting) else { return nil }
        return try Self.password(inFile: path, setting)
    }

    /// Where answers go; nil for the sender.
    func answersTo() throws(Fault) -> Mailbox? {
        guard let text = optional("mail.reply-to") else { return nil }
        return try Mailbox(parsing: text, setting: "mail.reply-to")
    }

    private func bounces() throws(Fault) -> EmailAddress? {
        guard let text = optional("mail.bounce") else { return nil }
        do { return try EmailAddress(text) } catch {
            throw .invalid("mail.bounce", "malformed_address", "The setting mail.bounce must be an address.")
        }
    }

    /// Of `5d` or `12h`, from an hour to thirty days; nil for anything else.
    static func patienceSeconds(_ text: String) -> Int64? {
        let digits = text.dropLast()
        guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int64(digits)
        else { return nil }
        let unit: Int64? = text.last == "d" ? 86_400 : text.last == "h" ? 3_600 : nil
        return unit.map { $0 * number }.flatMap { (3_600...30 * 86_400).contains($0) ? $0 : nil }
    }

    /// - Parameter setting: which names the file.
    static func password(inFile path: String, _ setting: String) throws(Fault) -> Secret {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Fault.invalid(setting, "unreadable", "The file \(path) cannot be read.")
        }
        return Secret(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines))
    }

    /// The parts of a list by commas.
    static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}

/// Stands for a mail server that nobody can be told to ask: every mail waits, with the reason.
struct StandstillMailer: Mailer {
    let why: String

    func deliver(_ mail: Mail) async throws(DeliveryFailure) {
        throw DeliveryFailure(.server, why)
    }
}
