import Basics
import Foundation
import Notification
import Records
import Scratch
import Testing

/// Every shipped mail, written to a folder and read back by Python's e-mail package.
@Suite("Shipped mails", .timeLimit(.minutes(60)))
struct ShippedMailTests {
    private static let hostile = "<script>alert(1)</script>\r\nBcc: eve@example.com 🦊é\u{0}"

    private static func hostileFields(_ text: String) -> [String: MailField] {
        func harm(_ field: MailField) -> MailField {
            switch field {
            case .text: .text(text)
            case .flag: field
            case .list(let rows): .list(rows.map { $0.mapValues(harm) })
            }
        }
        return Mail.fullFields.mapValues(harm)
    }

    /// - Returns: the rendered and the read mail, pair by pair.
    private func deliverAll(
        _ fields: [String: MailField], of templates: [String] = MailTemplates.shipped
    ) async throws -> [(
        mail: Mail, rendered: RenderedMail, read: ReadMail
    )] {
        let folder = try TestFolder()
        let mailer = FolderMailer(folder: folder.url, templates: .ofProduct, sender: try .usher())
        var sent: [(Mail, RenderedMail)] = []
        for (index, template) in templates.enumerated() {
            for (place, language) in Language.shipped.enumerated() {
                let time = Timestamp(seconds: 1_795_426_200 + Int64(Language.shipped.count * index + place))
                let mail = try Mail.sample(
                    key: "\(template):\(language)", name: "Zoë \"Z\" Müller-Ångström", language: language,
                    template: template, fields: fields, at: time)
                try await mailer.deliver(mail)
                sent.append((mail, try MailTemplates.ofProduct.render(mail)))
            }
        }
        let read = try Tool.readMail(in: folder.url)
        try #require(read.count == sent.count && read.count == Language.shipped.count * templates.count)
        return zip(sent, read).map { (mail: $0.0, rendered: $0.1, read: $1) }
    }

    private func expectFaithful(_ mail: Mail, _ rendered: RenderedMail, _ read: ReadMail) {
        let name = "\(mail.template) \(mail.language)"
        #expect(read.defects == [], "\(name)")
        #expect(read.subject == rendered.subject, "\(name)")
        #expect(read.text == rendered.text, "\(name)")
        #expect(read.html == rendered.html, "\(name)")
        #expect(read.toName == mail.recipientName && read.toAddress == mail.recipient.text)
        #expect(read.fromName == "Usher" && read.fromAddress == "usher@cloud.example")
        #expect(read.milliseconds == Int(mail.createdAt.milliseconds))
        #expect(read.types == ["multipart/alternative", "text/plain", "text/html"])
        #expect(read.header("Content-Language") == mail.language.rawValue)
        #expect(read.header("Auto-Submitted") == "auto-generated")
        #expect(read.isASCII && !read.hasBareLineEnds && read.endsLine && read.longestLine <= 78, "\(name)")
        #expect(read.htmlFaults == [], "\(name)")
        #expect(!read.htmlTags.contains("script") && !read.htmlTags.contains("img") && !read.htmlTags.contains("table"))
        #expect(read.html.contains("<html lang=\"\(mail.language.rawValue)\">"))
        #expect(!read.text.contains("{{") && !read.html.contains("{{"), "\(name)")
    }

    @Test("are read as they were meant, with every field filled in")
    func full() async throws {
        for (mail, rendered, read) in try await deliverAll(Mail.fullFields) {
            expectFaithful(mail, rendered, read)
            #expect(!read.text.contains("&#39;") && !read.text.contains("&quot;"))
            let link = Self.link(in: mail.template)
            #expect(read.htmlLinks == (link.map { [["a", $0]] } ?? []), "\(mail.template)")
            #expect(link.map { read.text.contains("\n\($0)\n") } ?? !read.text.contains("https://"))
        }
    }

    @Test("ask for a whole file without naming the first of its people")
    func file() async throws {
        let file = Mail.fullFields.merging(["inFile": .flag(true)]) { $1 }
        for (mail, rendered, read) in try await deliverAll(file) where mail.template.hasPrefix("approval-") {
            expectFaithful(mail, rendered, read)
            let file: [Language: String] = [.english: "a file", .french: "un fichier", .german: "einer Datei"]
            #expect(read.subject.contains(try #require(file[mail.language])), "\(read.subject)")
            #expect(read.text.contains("usher inbox") && !read.text.contains("Jane Doe"))
            #expect(read.htmlLinks == [["a", "https://usher.example.com/welcome#TOKEN"]])
        }
    }

    /// Accounts of programs have no page; a welcome leads to the front door.
    private static func link(in template: String) -> String? {
        switch template {
        case "api-account-orphaned", "api-secret-ending", "program-owner-changed",
            "address-changed", "audit-head":
            nil
        case "welcome": "https://usher.example.com/"
        default: "https://usher.example.com/welcome#TOKEN"
        }
    }

    @Test("are read as they were meant, with no field at all")
    func empty() async throws {
        let templates = MailTemplates.shipped.filter { !Self.needingToken.contains($0) }
        for (mail, rendered, read) in try await deliverAll([:], of: templates) {
            expectFaithful(mail, rendered, read)
            #expect(read.htmlLinks == [])
        }
    }

    /// Whose reader is given a link, or a code for the terminal, of their own.
    private static let needingToken: Set = [
        "api-account-ready", "enrolment-reminder", "invitation", "invitation-reminder", "reset-invitation",
    ]

    @Test("that tell to open a link are not sent without one", arguments: Language.shipped)
    func linkless(language: Language) async throws {
        let folder = try TestFolder()
        let mailer = FolderMailer(folder: folder.url, templates: .ofProduct, sender: try .usher())
        var void: Set<String> = []
        for template in MailTemplates.shipped {
            var fields = Mail.fullFields
            for name in ["token", "link"] { fields[name] = nil }
            let mail = try Mail.sample(language: language, template: template, fields: fields)
            do throws(DeliveryFailure) { try await mailer.deliver(mail) } catch {
                #expect(error.cause == .void && !error.isPermanent, "\(error)")
                void.insert(template)
            }
        }
        #expect(void == Self.needingToken)
    }

    @Test("carry hostile values as mere words: markup, line breaks, NUL, emoji")
    func hostile() async throws {
        for (mail, rendered, read) in try await deliverAll(Self.hostileFields(Self.hostile)) {
            expectFaithful(mail, rendered, read)
            #expect(read.headers.map { $0[0] }.allSatisfy { $0 != "Bcc" })
            #expect(read.htmlWords.contains("<script>alert(1)</script>"))
            #expect(!read.text.contains("\u{0}") && !read.html.contains("\u{0}"))
        }
    }

    @Test("carry values of 10,000 characters")
    func long() async throws {
        let fields = Self.hostileFields(String(repeating: "à", count: 10_000))
        for (mail, rendered, read) in try await deliverAll(fields, of: ["approval-asked", "invitation", "refused"]) {
            expectFaithful(mail, rendered, read)
            #expect(rendered.text.count > 10_000)
        }
    }

    @Test("give the invitation's link, its code and the command, and say which cloud was lowered or refused")
    func content() throws {
        let invitation = try MailTemplates.ofProduct.render(try Mail.sample(template: "invitation"))
        for part in ["https://usher.example.com/welcome#TOKEN", "  TOKEN\n", "usher enrol"] {
            #expect(invitation.text.contains(part))
        }
        let welcome = try MailTemplates.ofProduct.render(try Mail.sample(language: .french))
        let rows = [
            "  - production\u{A0}: Standard (STD) (demandé\u{A0}: OPE)",
            "  - archive\u{A0}: refusé (demandé\u{A0}: OPE)",
        ]
        #expect(welcome.text.contains("\n\n" + rows.joined(separator: "\n") + "\n\n"))
    }

    /// What the operator appoints: no clouds, and nobody with an address who asked.
    private static let appointment = Mail.fullFields.merging([
        "organization": .text("Usher"), "requesterName": .text("Usher"), "requesterEmail": .text(""),
        "items": .list([]), "hasItems": .flag(false), "newCloud": .text(""),
    ]) { $1 }

    /// The others belong to decisions cloud by cloud.
    private static let sentWithoutItems = MailTemplates.shipped.filter {
        ![
            "access-asked", "access-ended", "access-ending", "api-account-asked", "approval-asked", "cloud-added",
            "cloud-asked", "cloud-taken",
            "profile-changed", "question",
            "question-reminder",
        ].contains($0)
    }

    @Test("announce no list and show no empty brackets where nothing is granted and the operator asked")
    func withoutItems() async throws {
        for isHolder in [true, false] {
            let fields = Self.appointment.merging(["isHolder": .flag(isHolder)]) { $1 }
            for (mail, rendered, read) in try await deliverAll(fields, of: Self.sentWithoutItems) {
                expectFaithful(mail, rendered, read)
                let name = "\(mail.template) \(mail.language)"
                #expect(!read.text.contains("()") && !read.htmlTags.contains("ul"), "\(name)")
                #expect(!read.text.contains("cloud") && !read.text.contains("Usher (Usher)"), "\(name)")
            }
        }
    }

    @Test(
        "say you to the holder and name the holder to others",
        arguments: ["welcome", "profile-changed", "reset-done", "account-closed"])
    func person(template: String) throws {
        for (language, yours) in [(Language.english, "Your "), (.french, "Vo"), (.german, "Ihr")] {
            let toHolder = try MailTemplates.ofProduct.render(try Mail.sample(language: language, template: template))
            #expect(toHolder.subject.hasPrefix(yours) && !toHolder.text.contains("Jane Doe"))
            let fields = Mail.fullFields.merging(["isHolder": .flag(false)]) { $1 }
            let toOther = try MailTemplates.ofProduct.render(
                try Mail.sample(language: language, template: template, fields: fields))
            #expect(toOther.subject.contains("Jane Doe") && toOther.text.contains("Jane Doe"))
        }
    }
}
