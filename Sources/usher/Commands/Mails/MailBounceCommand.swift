import ArgumentParser
import Basics
import Foundation
import Notification
import Onboarding

extension MailCommands {
    /// `usher mail bounce`: for the mail server to call with what comes back to `mail.bounce`.
    struct Bounce: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "bounce",
            abstract: "Read a mail that came back (RFC 3464) from standard input, and tell whoever can mend it.",
            discussion: """
                What is about no mail of ours is refused; a report of a delay, and one that was \
                read before, change nothing.

                Example, in /etc/aliases of a Postfix, for the address in mail.bounce:
                  usher-bounces: "|/usr/local/bin/usher mail bounce --data /var/lib/usher/data"
                """)

        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let report = try Self.report()
            guard let returned = Onboarding.Return(report) else {
                return try told(nil, report.readers.first?.action ?? "")
            }
            let key = try await App.run(in: folder) { app in
                let key = try await app.onboarding.returnMail(returned)
                _ = try await app.onboarding.performDue()
                return key
            }
            try told(key, "failed")
        }

        private static func report() throws -> DeliveryReport {
            let bytes = try FileHandle.standardInput.read(upToCount: DeliveryReport.greatestBytes + 1) ?? Data()
            do throws(DeliveryReport.Refusal) { return try DeliveryReport(Array(bytes)) } catch {
                let sentence: Sentence =
                    switch error {
                    case .tooLong: "The message has more than \(DeliveryReport.greatestBytes) bytes."
                    case .noReport: "The message is no report about a delivery (multipart/report, RFC 3464)."
                    case .noOriginal: "The report does not name the message that it is about."
                    }
                throw Fault.invalid("message", "no_report", sentence)
            }
        }

        private func told(_ key: String?, _ action: String) throws {
            if folder.json {
                return Output.json(["effect": JSON(key), "action": .string(action)])
            }
            Output.line(
                key.map { "Could not be delivered: \($0)" } ?? "Nothing has changed: the mail is \(word: action).")
        }
    }
}
