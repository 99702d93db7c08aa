import Basics
import Foundation
import Notification
import Records
import Scratch
import Testing
import Translation

/// The package's own folder, from where this file was compiled.
let packageFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// Programs that are not ours, which say what our messages are worth.
enum Tool {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static let support = packageFolder.appending(path: "Tests/NotificationTests/Support")

    /// A Python that has aiosmtpd: `USHER_TEST_PYTHON`, else the virtual environment that `make setup` makes.
    static func python() throws -> URL {
        let named = ProcessInfo.processInfo.environment["USHER_TEST_PYTHON"]
        let path = named ?? packageFolder.appending(path: ".build/venv/bin/python3").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(
                description: """
                    No Python at \(path). Run `make setup`, or: python3 -m venv .build/venv \
                    && .build/venv/bin/pip install aiosmtpd. USHER_TEST_PYTHON names another one.
                    """)
        }
        return URL(filePath: path)
    }

    /// Runs to the end and returns standard output.
    @discardableResult
    static func run(_ program: URL, _ arguments: [String], isQuiet: Bool = false) throws -> Data {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        if isQuiet { process.standardError = FileHandle.nullDevice }
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Missing(
                description: "\(program.path) \(arguments.first ?? "") ended with \(process.terminationStatus)")
        }
        return data
    }

    /// Each `.eml` file of a folder as Python's e-mail package reads it, in the order of names.
    static func readMail(in folder: URL) throws -> [ReadMail] {
        let data = try run(try python(), [support.appending(path: "read_mail.py").path, folder.path])
        return try JSONDecoder().decode([ReadMail].self, from: data)
    }
}

/// What `read_mail.py` prints of one message.
struct ReadMail: Decodable {
    let file, toName, toAddress, fromName, fromAddress, subject, text, html, htmlWords: String
    let headers, htmlLinks: [[String]]
    let types, htmlFaults, htmlTags, defects: [String]
    let milliseconds, longestLine: Int
    let isASCII, hasBareLineEnds, endsLine: Bool

    func header(_ name: String) -> String? { headers.first { $0[0] == name }?[1] }
}

extension Translations {
    static let shipped: Translations = {
        let folder = packageFolder.appending(path: "templates/words")
        let sources = Language.shipped.compactMap { language -> (path: String, text: String)? in
            let name = "\(language.rawValue).po"
            let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
            return text.map { ("words/\(name)", $0) }
        }
        guard let translations = try? Translations(sources) else { preconditionFailure("a catalogue is malformed") }
        return translations
    }()
}

extension MailTemplates {
    /// What the product ships.
    static let ofProduct = MailTemplates(.shipped) { path in
        // A file that is not there is what nil means here.
        try? String(contentsOf: packageFolder.appending(path: "templates/\(path)"), encoding: .utf8)
    }

    /// Files given by the test, by name without folder and suffix.
    static func of(_ files: [String: String]) -> MailTemplates {
        MailTemplates(.shipped) { path in
            files.first { "mail/en/\($0.key).mustache" == path }?.value
        }
    }
}

extension Mail {
    static let fullFields: [String: MailField] = [
        "product": .text("Usher"), "organization": .text("Acme Ltd"), "requestId": .text("01hf0000000000000000000000"),
        "personName": .text("Jane Doe"), "personEmail": .text("jane@example.com"),
        "requesterName": .text("Ron Smith"), "requesterEmail": .text("ron@example.com"),
        "recipientName": .text("Jane"), "reason": .text("New in the team.\nStarts on Monday."),
        "until": .text("31 December 2026"), "link": .text("https://usher.example.com/welcome#TOKEN"),
        "home": .text("https://usher.example.com/"),
        "token": .text("TOKEN"), "expiresAt": .text("30 November 2026, 10:30 CET"),
        "dueAt": .text("27 November 2026"), "comment": .text("Why not Standard?"), "state": .text("approval"),
        "actorName": .text("Max Power"), "newCloud": .text("Data lake"), "newCloudSlug": .text("lake"),
        "cloud": .text("production"), "waitingCount": .text("12"),
        "hasAccess": .flag(true), "replacedName": .text("Rose Martin"), "asRepresentative": .flag(true),
        "newAddress": .text("jane@new.example"), "addressCode": .text("CODE"),
        "standsInFor": .text("Una Bell"), "from": .text("1 December 2026 at 10:30"),
        "program": .text("01hf000000000000000program"), "programPurpose": .text("Nightly inventory"),
        "formerOwner": .text("Una Bell"),
        "hasItems": .flag(true), "isHolder": .flag(true),
        "items": .list([
            [
                "cloud": .text("production"), "profile": .text("STD"), "profileName": .text("Standard"),
                "asked": .text("OPE"), "lowered": .flag(true), "refused": .flag(false),
                "itemPerson": .text("Jo Doe <jo@example.com>"), "confirmed": .flag(true),
                "decidedBy": .text("Ron Smith <ron@example.com>"),
            ],
            [
                "cloud": .text("archive"), "profile": .text("OPE"), "profileName": .text("Operator"),
                "asked": .text("OPE"), "lowered": .flag(false), "refused": .flag(true),
                "itemPerson": .text("Al Doe <al@example.com>"), "bySilence": .flag(true),
            ],
        ]),
    ]

    static func sample(
        key: String = "mail:1", to address: String = "jane@example.com", name: String = "Jane Doe",
        language: Language = .english, template: String = "welcome", fields: [String: MailField] = fullFields,
        at createdAt: Timestamp = Timestamp(seconds: 1_795_426_200)
    ) throws -> Mail {
        Mail(
            key: key, recipient: try EmailAddress(address), recipientName: name, language: language,
            template: template, fields: fields, createdAt: createdAt)
    }
}

extension Mailbox {
    static func usher() throws -> Mailbox {
        Mailbox(name: "Usher", address: try EmailAddress("usher@cloud.example"))
    }
}
