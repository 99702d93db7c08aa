import ArgumentParser
import Basics
import Foundation
import Notification
import Onboarding
import Records

/// `usher mail …`: whether mail leaves, and what it looks like.
struct MailCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "Send a test mail; show what a template looks like; read what came back.",
        discussion: "Example:\n  usher mail test postmaster@example.com",
        subcommands: [Test.self, Preview.self, Bounce.self])

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Send a test mail as every mail is sent: by SMTP, or into the mail folder.",
            discussion: "Example:\n  usher mail test postmaster@example.com --locale fr")

        @Argument(help: "E-mail address.") var address: String
        @Option(help: "Language: en, fr, de, or another that the installation has.") var locale = "en"
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let recipient = try EmailAddress(address, field: "email")
            let locale = locale
            // A setting that keeps mail waiting is what this command is asked for.
            try await App.run(in: folder, for: App.usual.union([.mail])) { app in
                let now = app.onboarding.world.now()
                let language = try InstalledFiles(settings: app.settings, overlay: app.overlay).language(locale)
                let mail = Mail(
                    // With the time, so that each test is a mail
                    // of its own and no repeat of the last one.
                    key: "test/\(recipient.key)/\(now.milliseconds)", recipient: recipient,
                    recipientName: "", language: language, template: "test",
                    fields: [
                        "product": .text(app.settings["product"]), "link": .text(app.settings["base-url"]),
                        "personEmail": .text(recipient.text),
                    ],
                    createdAt: now)
                do throws(DeliveryFailure) { try await app.onboarding.mailer.deliver(mail) } catch {
                    throw Fault(error.isPermanent ? .invalid : .unavailable, "The mail did not leave: \(error.message)")
                }
                try report(recipient, app)
            }
        }

        private func report(_ recipient: EmailAddress, _ app: App) throws {
            let isFiled = app.settings.optional("smtp.url") == nil
            if folder.json {
                return Output.json([
                    "delivered": true, "recipient": .string(recipient.text), "via": isFiled ? "folder" : "smtp",
                    "folder": JSON(isFiled ? app.folder.mail : nil),
                ])
            }
            Output.line(
                isFiled
                    ? "No SMTP server is configured: the mail lies in \(app.folder.mail)."
                    : "The mail server took the mail for \(recipient).")
        }
    }

    struct Preview: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "preview", abstract: "Show a mail template filled in with an example. Needs no data folder.",
            discussion: """
                Templates: \(MailTemplates.shipped.joined(separator: ", ")).

                Example:
                  usher mail preview invitation --locale fr
                """)

        @Argument(help: "Name of the template.") var template: String
        @Option(help: "Language: en, fr, de, or another that the installation has.") var locale = "en"
        @Flag(help: "The HTML in place of the plain text.") var html = false
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let files = try await InstalledFiles.load(folder)
            let language = try files.language(locale)
            let mail = try Mail.example(template, language, product: files.settings["product"])
            let rendered: RenderedMail
            do throws(MailRefusal) { rendered = try files.templates.render(mail) } catch {
                switch error {
                case .missingTemplate: throw Fault(.notFound, Sentence(error.description))
                default: throw Fault.invalid("template", "malformed", Sentence(error.description))
                }
            }
            if folder.json {
                return Output.json([
                    "template": .string(template), "locale": .string(language.rawValue),
                    "subject": .string(rendered.subject), "text": .string(rendered.text),
                    "html": .string(rendered.html),
                ])
            }
            if html { return Output.text(rendered.html) }
            Output.text("Subject: \(rendered.subject)\n\n\(rendered.text)")
        }
    }
}
