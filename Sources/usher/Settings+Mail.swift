import Basics
import Foundation
import Notification
import Onboarding

extension Settings {
    /// The mail server; nil where mails become files.
    ///
    /// - Throws: `Fault` with every setting of mail that does not fit the others.
    func smtp() throws(Fault) -> SMTPConfiguration? {
        let sender = try Mailbox(parsing: self["mail.from"])
        guard let url = optional("smtp.url") else { return nil }
        return try SMTPConfiguration(
            url: url, password: try optional("smtp.password-file").map(Self.password(inFile:)),
            caFile: optional("smtp.ca-file"), from: sender,
            startTLS: optional("smtp.starttls").flatMap(SMTPConfiguration.Protection.init))
    }

    private static func password(inFile path: String) throws(Fault) -> Secret {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Fault.invalid("smtp.password-file", "unreadable", "The file \(path) cannot be read.")
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
        throw DeliveryFailure(isPermanent: false, message: why)
    }
}
