import Basics
import Dispatch
public import Foundation
public import Records

/// Leaves each mail as an `.eml` file in a folder, for
/// installations without a mail server, and for tests.
///
/// A file is there whole or not at all, and stays after power loss once `deliver` has
/// returned. The name begins with the time the mail was ordered, so that a listing is in
/// order, and ends in the hash of its key: a repeat finds the file.
public struct FolderMailer: Mailer {
    private let folder: URL
    private let templates: MailTemplates
    private let sender: Mailbox
    private let answersTo: Mailbox?
    // Files are written one after the other, away from the cooperative threads: fsync blocks.
    private let queue = DispatchQueue(label: "usher.mail.folder")

    /// - Parameter folder: made at the first mail, for its owner only,
    ///   when it does not exist; its parent must.
    public init(folder: URL, templates: MailTemplates, sender: Mailbox, answersTo: Mailbox? = nil) {
        self.folder = folder
        self.templates = templates
        self.sender = sender
        self.answersTo = answersTo
    }

    /// - Throws: a permanent failure when the mail cannot be composed, a passing
    ///   one when the folder cannot be written.
    public func deliver(_ mail: Mail) async throws(DeliveryFailure) {
        let result: Result<Void, DeliveryFailure> = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(
                    returning: Result { () throws(DeliveryFailure) in
                        let message = try MIMEMessage.composed(
                            mail, templates: templates, from: sender, answersTo: answersTo)
                        try file(message, as: try Self.fileName(of: mail))
                    })
            }
        }
        try result.get()
    }

    /// The file that a mail becomes: `20261123T093000000Z-0123456789abcdef0123456789abcdef.eml`.
    public static func fileName(of mail: Mail) throws(DeliveryFailure) -> String {
        let time = mail.createdAt.civil
        let milliseconds = mail.createdAt.milliseconds - mail.createdAt.seconds * 1000
        let day = padded(time.year, 4) + padded(time.month, 2) + padded(time.day, 2)
        let clock = padded(time.hour, 2) + padded(time.minute, 2) + padded(time.second, 2)
        do {
            return "\(day)T\(clock)\(padded(Int(milliseconds), 3))Z-\(try MIMEMessage.hash(of: mail.key)).eml"
        } catch {
            throw DeliveryFailure(isPermanent: false, message: error.description)
        }
    }

    private func file(_ message: MIMEMessage, as name: String) throws(DeliveryFailure) {
        do {
            try AtomicFile.write(message.bytes, named: name, in: folder.path)
        } catch {
            throw DeliveryFailure(
                isPermanent: false, message: "The mail folder cannot be written (\(error.step): \(error.reason)).")
        }
    }
}

extension MIMEMessage {
    /// Renders and composes, as every mailer does; whatever is refused here would be refused again.
    static func composed(
        _ mail: Mail, templates: MailTemplates, from sender: Mailbox, answersTo: Mailbox? = nil
    ) throws(DeliveryFailure) -> MIMEMessage {
        do {
            return try MIMEMessage(mail, rendered: templates.render(mail), from: sender, answersTo: answersTo)
        } catch MailRefusal.noLink(let path) {
            throw DeliveryFailure(.void, MailRefusal.noLink(path: path).description)
        } catch {
            throw DeliveryFailure(isPermanent: true, message: error.description)
        }
    }
}
