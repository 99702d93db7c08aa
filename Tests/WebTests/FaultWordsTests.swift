import Basics
import Foundation
import Testing
import Web

@Suite("Faults in the reader's language")
struct FaultWordsTests {
    /// Sources whose sentences no page shows: what operators read in a terminal, and notes of histories.
    private static let unseen: Set = [
        "Administration.swift", "Appointments.swift", "AuditReading.swift", "AuditSigning.swift", "AuditSigner.swift",
        "AuditTrail.swift",
        "AuditVerification.swift", "OperationStore.swift", "SecurityRecorder.swift", "CloudRequests+Notes.swift",
        "DefinitionLibrary.swift", "KeyChecks.swift", "KeyRing.swift", "Soundness.swift", "StorageFacts.swift",
        "LocalEffects.swift", "PageTemplates.swift",
        "PasswordHasher.swift", "Rehearsals.swift", "Replay.swift", "Worker.swift", "FaultWords.swift", "Metrics.swift",
        "DueWorker.swift", "WebServer.swift", "MetricsRoutes.swift", "Certificates.swift", "TrustedProxies.swift",
        "Words.swift", "Vacancies.swift", "VacancyWatch.swift",
    ]
    /// Sentences of histories, and of what cannot be asked for by a page.
    private static let notFaults: Set = [
        "Recorded by staff for the organization.", "The account is closed.", "% (%)",
        "The request % does not say which cloud to add.", "The request % does not say what it leaves.",
        "The request % does not say which program to give.",
        "The request % does not say which address to give.",
    ]

    private var sources: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources")
    }

    /// Every literal that is a sentence, with % for what is inserted.
    private func sentences(in file: URL) throws -> [String] {
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.split(separator: "\n").flatMap { line -> [String] in
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.hasPrefix("//") else { return [] }
            return literals(in: line).filter { $0.contains(/^[A-Z%].* .*[.?!)]$/) }
        }
    }

    private func literals(in line: String) -> [String] {
        var found: [String] = []
        var current: String?
        var depth = 0
        var rest = Substring(line)
        while let next = rest.popFirst() {
            if depth > 0 {
                if next == "(" { depth += 1 } else if next == ")" { depth -= 1 }
            } else if next == "\"" {
                if let literal = current { found.append(literal) }
                current = current == nil ? "" : nil
            } else if next == "\\", current != nil {
                if rest.first == "(" {
                    current? += "%"
                    depth = 1
                    rest.removeFirst()
                } else if let escaped = rest.popFirst() {
                    current?.append(escaped)
                }
            } else {
                current?.append(next)
            }
        }
        return found
    }

    @Test("every sentence that a page may show has its French")
    func complete() throws {
        let words = try FaultWords(Site.templates)
        var count = 0
        for room in ["Onboarding", "Spreadsheet", "Web"] {
            let folder = sources.appending(path: room)
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            where name.hasSuffix(".swift") && !Self.unseen.contains(name) {
                for sentence in try sentences(in: folder.appending(path: name)) where !Self.notFaults.contains(sentence)
                {
                    count += 1
                    #expect(
                        words.translation(of: sentence, in: .french) != nil,
                        "\(name): put into templates/pages/fr/faults.txt: \(sentence)")
                }
            }
        }
        #expect(count > 80)
    }

    @Test("no page names an option of the command line")
    func noOptions() throws {
        let words = try FaultWords(Site.templates)
        for name in try FileManager.default.contentsOfDirectory(atPath: sources.appending(path: "Onboarding").path)
        where !Self.unseen.contains(name) {
            for sentence in try sentences(in: sources.appending(path: "Onboarding/\(name)"))
            where sentence.contains("--") {
                for language in Language.allCases {
                    let shown = words.translation(of: sentence, in: language) ?? sentence
                    #expect(!shown.contains("--"), "\(name), \(language): \(shown)")
                }
            }
        }
    }

    @Test("values stand where the other language wants them, and are put into it too")
    func values() throws {
        let words = try FaultWords([
            (
                "pages/fr/faults.txt",
                "# A comment\nThere is no % %.\n« %2 » manque : %1.\n\nA password needs %.\nIl faut %1.\n"
                    + "at least % characters\nau moins %1 caractères\n"
            )
        ])
        #expect(
            words.translation(of: "There is no cloud %2 of mine.", in: .french)
                == "«\u{A0}%2 of mine\u{A0}» manque\u{A0}: cloud.")
        #expect(
            words.translation(of: "A password needs at least 8 characters.", in: .french)
                == "Il faut au moins 8 caractères.")
        #expect(words.translation(of: "Another sentence.", in: .french) == nil)
        #expect(throws: Fault.self) { try FaultWords([("pages/fr/faults.txt", "One line.\n")]) }
    }

    @Test("a form that is refused says so in the language of the page")
    func onThePage() async throws {
        let site = try await Site()
        let browser = site.browser(language: "fr")
        _ = try await browser.get("/sign-in")
        let refused = try await browser.submit("/sign-in", ["email": "nobody@acme.example", "password": "x"])
        #expect(refused.text.contains("ne vont pas ensemble"))
        let missing = try await browser.get("/nowhere")
        #expect(missing.text.contains("Cette page n’existe pas."))
    }
}
