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
            abstract: "Send a test mail as every mail is sent: by SMTP, or into the mail folder.",
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
            abstract: "Show a mail template filled in with an example. Needs no data folder.",
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
            if html { return Output.line(rendered.html) }
            Output.line("Subject: \(rendered.subject)\n\n\(rendered.text)")
        }
    }
}

extension Mail {
    /// Every field that a template may show, filled in with something plausible.
    fileprivate static func example(_ template: String, _ language: Language, product: String) throws -> Mail {
        let dates = ReaderDates(language, .gmt)
        let end = Timestamp(seconds: 1_796_034_600)
        let day = dates.day(end)
        let reasons: [Language: String] = [
            .french: "Renfort de l’équipe de nuit.", .german: "Verstärkt die Nachtschicht.",
        ]
        let purposes: [Language: String] = [.french: "Inventaire nocturne", .german: "Nächtliche Inventur"]
        let comments: [Language: String] = [
            .french: "Merci de préciser le nuage.", .german: "Welche Cloud ist gemeint?",
        ]
        let token = String(repeating: "0123456789abcdef", count: 4)
        return Mail(
            key: "preview", recipient: try EmailAddress("alice@acme.example"), recipientName: "Alice Martin",
            language: language, template: template,
            fields: [
                "product": .text(product), "organization": .text("Acme Health"),
                "requestId": .text("01kb4q2f00example000000000"), "personName": .text("Alice Martin"),
                "personEmail": .text("alice@acme.example"), "requesterName": .text("Rita Moreau"),
                "requesterEmail": .text("rita@acme.example"), "recipientName": .text("Alice Martin"),
                "actorName": .text("Marie Durand"),
                "reason": .text(reasons[language] ?? "Joins the night shift."),
                "comment": .text(comments[language] ?? "Which cloud is meant?"),
                "until": .text(day), "dueAt": .text(day),
                "expiresAt": .text(dates.moment(end)),
                "link": .text("https://usher.example/welcome#\(token)"), "token": .text(token),
                "home": .text("https://usher.example/"),
                // Whichever of the two a mail speaks of: of a cloud only where it is about one.
                "newCloud": .text(template.hasPrefix("cloud-") ? "Data lake" : ""), "newCloudSlug": .text("lake"),
                "replacedName": .text("Rita Moreau"), "cloud": .text("Production"), "waitingCount": .text("12"),
                "asRepresentative": .flag(true), "newAddress": .text("alice@health.example"),
                "addressCode": .text(token), "program": .text("01kb4q2f00program000000000"),
                "programPurpose": .text(purposes[language] ?? "Nightly inventory"),
                "formerOwner": .text("Rita Moreau"), "state": .text("example"),
                "hasItems": .flag(true), "isHolder": .flag(true),
                "items": .list([
                    exampleRow("Production", "POW", "OPE", "Operator"), exampleRow("Default", "STD", "STD", "Standard"),
                    exampleRow("Archive", "OPE", "OPE", "Operator", refused: true),
                ]),
            ], createdAt: Timestamp(seconds: 1_795_426_200))
    }

    private static func exampleRow(
        _ cloud: String, _ asked: String, _ profile: String, _ name: String, refused: Bool = false
    ) -> [String: MailField] {
        [
            "cloud": .text(cloud), "asked": .text(asked), "profile": .text(profile), "profileName": .text(name),
            "lowered": .flag(asked != profile), "refused": .flag(refused),
            // A row of an access review reads these instead.
            "itemPerson": .text("Hugo Petit <hugo@acme.example>"), "confirmed": .flag(!refused),
            "withdrawn": .flag(refused), "decidedBy": .text("Rita Moreau <rita@acme.example>"),
        ]
    }
}
