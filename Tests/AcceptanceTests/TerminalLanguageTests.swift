import Basics
import Defaults
import Foundation
import Testing

@testable import Translation

/// What everyday commands print for people, on one folder in the languages that travel in the binary.
@Suite("The language of the terminal", .timeLimit(.minutes(60)))
struct TerminalLanguageTests {
    private static let (alice, bob, carol) = ("alice@acme.example", "bob@acme.example", "carol@acme.example")

    /// An office in the middle of its work, and what is asked of it.
    private struct Story {
        let office: Office
        let instant: String
        var asked: [[String]] = []

        func run(_ arguments: [String], in language: String) async throws -> CommandLineProgram.Result {
            try await office.usher.run(arguments, environment: ["LANG": language, "USHER_NOW": instant])
        }

        /// For people, and for programs.
        func answers(
            _ arguments: [String], in language: String
        ) async throws -> (told: CommandLineProgram.Result, document: CommandLineProgram.Result) {
            (try await run(arguments, in: language), try await run(arguments + ["--json"], in: language))
        }
    }

    private static func story() async throws -> Story {
        let office = try await Office.open()
        let first = try await office.submit(alice, "prod=POW", "default=STD")
        try await office.approve(first, items: "prod=OPE", "default")
        try await office.enrol(alice)
        let (overdue, frozen) = (try await office.submit(bob, "prod=OPE"), try await office.submit(carol, "prod=STD"))
        try await office.done("workflow", "freeze", frozen, "--reason", "Vacatio")
        try await office.done("cloud", "request", "acme", "Lacus", "--reason", "x", "--as", Office.rita)
        let program = try await office.done(
            "api-account", "request", "--org", "acme", "--owner", alice, "--purpose", "Index", "--grant", "prod=STD",
            "--as", Office.rita)
        try await office.approve(try #require(program["id"].text))
        let token = try await office.usher.token(to: alice)
        office.pass(seconds: 60)
        let client = try await office.done(
            "api-account", "collect", "--token", token, "--as", alice, "--code", try await office.code(of: alice))
        office.pass(seconds: 60)
        _ = try await office.run("mfa", "verify", alice, "000000")
        try await office.done("person", "delegate", Office.rita, "--to", alice, "--until", "2027-06-01T00:00:00Z")
        let review = try await office.done("review", "start", "--org", "acme", "--reason", "Annus")
        let campaign = try #require(review["campaign"].text)
        office.pass(seconds: 60)
        try await office.done(
            "request", "approve", try #require(review["clouds"][0]["request"].text), "--item", alice, "--as",
            Office.rita, "--code", try await office.code(of: Office.rita))
        office.pass(seconds: 14 * 86_400)
        let file = try office.usher.write(
            "email,name,grants,reason\nann@acme.example,Ann,prod=STD,x\nb,Bo,nowhere=STD,x\n", to: "people.csv")
        var story = Story(office: office, instant: Date(timeIntervalSince1970: office.now).ISO8601Format())
        story.asked = [
            ["whoami"], ["org", "list"], ["org", "show", "acme"], ["cloud", "list", "nowhere"], ["person", "list"],
            ["person", "show", alice], ["person", "show", Office.marie], ["person", "sign-ins", alice],
            ["person", "sessions", alice], ["delegation", "list"], ["delegation", "list", Office.marie],
            ["request", "list"], ["request", "list", "--limit", "1"], ["request", "list", "--state", "nowhere"],
            ["request", "show", first, "--history"], ["request", "show", overdue], ["request", "show", frozen],
            ["inbox", "--as", Office.marie], ["inbox", "--as", alice], ["review", "list"],
            ["review", "show", campaign], ["api-account", "list", "--org", "acme"],
            ["api-account", "show", try #require(client["clientId"].text)], ["mfa", "status", alice],
            ["mfa", "status", bob], ["can", alice, "start-instance", "--cloud", "acme/prod"],
            ["can", alice, "delete-project", "--cloud", "acme/prod"], ["catalogue", "show"],
            ["effect", "list", "--parked"],
            ["audit", "list", "--limit", "3"], ["audit", "verify"], ["security", "list"], ["key", "status"],
            ["workflow", "migrate", "account-request", "--dry-run"],
            ["request", "submit", "--org", "acme", "--email", "d@acme.example", "--name", "D", "--reason", "x"]
                + ["--grant", "prod=STD", "--as", Office.rita, "--dry-run"],
            ["request", "submit", "--org", "acme", "--csv", file, "--as", Office.rita, "--dry-run"],
            ["inbox"], ["request", "show", "nowhere"], ["request", "approve", overdue, "--as", Office.marie],
            ["person", "suspend", "nobody@acme.example"], ["org", "add", "Acme", "--representative", "x"],
        ]
        return story
    }

    @Test("is that of what commands print for people, whole and in columns, and of nothing that programs read")
    func everyday() async throws {
        let story = try await Self.story()
        for arguments in story.asked {
            async let plain = story.answers(arguments, in: "C")
            async let german = story.answers(arguments, in: "de_DE.UTF-8")
            async let french = story.answers(arguments, in: "fr_FR.UTF-8")
            let ((english, document), others) = try await (plain, [(Language.german, german), (.french, french)])
            for (language, (told, same)) in others {
                #expect(told.code == english.code, "\(told)")
                #expect(told.output + told.error != english.output + english.error, "\(told)")
                #expect(try Self.rest(of: told, language) == [], "\(told)")
                #expect(Self.isAligned(told.output), "\(told)")
                #expect(Self.timeless(same) == Self.timeless(document) && same.code == document.code, "\(same)")
            }
        }
        try await Self.done(story)
    }

    /// What commands say they did, and the options that they name.
    private static func done(_ story: Story) async throws {
        let commands: [([String], german: String)] = [
            (["org", "add", "Beta", "--representative", "r@beta.example"], "Beta (beta) ist angelegt"),
            (["cloud", "add", "beta", "Test"], "Die Cloud Test (beta/test) ist angelegt."),
            (["org", "set", "beta", "--time-zone", "Europe/Berlin"], "(der Installation), in Europe/Berlin."),
            (["person", "suspend", alice, "--reason", "x"], "Das Konto von \(alice) ist vorübergehend gesperrt."),
            (["person", "resume", alice], "Das Konto von \(alice) ist aktiv."),
            (["person", "appoint", "o@cloud.example", "--duty", "operator"], "hat die Funktion operator (Anbieter)."),
            (["delegation", "end", Office.rita, "--to", alice], "Beendet: 1."),
            (["effect", "retry", "--all", "--reason", "x"], "Wieder aufgenommene Ausführungen: 0."),
            (["person", "password-reset", alice], "ist ein Link unterwegs"),
            (["person", "sessions", alice, "--end"], "0 Sitzungen von \(alice) sind beendet."),
            (["run-due"], "Ausführungen erledigt"), (["inbox"], "Sagen Sie mit --as EMAIL, wessen."),
            (["request", "list", "--limit", "1"], "Weiter: --after "),
            (["person", "close", alice], "ist geschlossen."),
            (["mfa", "verify", alice, "000000"], "abgelehnt: "), (["catalogue", "show", "matrix"], "Nach 900 s wird"),
            (["mail", "test", "post@cloud.example"], "Die E-Mail liegt in"),
        ]
        for (arguments, german) in commands {
            let told = try await story.run(arguments, in: "de_DE.UTF-8")
            #expect((told.output + told.error).contains(german), "\(told)")
            #expect(try Self.rest(of: told, .german) == [], "\(told)")
        }
    }

    /// Whole, but for the moment of a request that is only tried out.
    private static func timeless(_ result: CommandLineProgram.Result) -> String {
        (result.output + result.error).replacing(/"createdAt" : "[^"]*"/, with: "")
    }

    /// English words of the catalogue that are still there, of those that the language says otherwise: two or more
    /// of a sentence, labels and headings.
    private static func rest(of told: CommandLineProgram.Result, _ language: Language) throws -> [String] {
        let lines = (told.output + told.error).split(separator: "\n").map(String.init)
        let text = lines.joined(separator: "\n")
        let heading = lines.first?.components(separatedBy: "  ") ?? []
        let cells = Set(heading.map { $0.trimmingCharacters(in: .whitespaces) })
        let words = language == .german ? germanWords : frenchWords
        return try words.get().filter { piece in
            if piece.hasSuffix(":") { return lines.contains { $0.hasPrefix(piece) } }
            return piece == piece.uppercased() ? cells.contains(piece) : text.contains(piece)
        }
    }

    private static let germanWords = Result { try words(besides: .german) }
    private static let frenchWords = Result { try words(besides: .french) }

    /// English words of the catalogue that are no words of a language.
    private static func words(besides language: Language) throws -> [String] {
        let path = "templates/words/\(language.rawValue).po"
        let entries = try POFile(try #require(Defaults.text(at: path)), path: path).entries
            .filter { ["sentence", "terminal"].contains($0.context) }
        let translated = entries.flatMap(\.texts).joined(separator: "\n")
        let pieces = entries.flatMap { $0.message.split(separator: /%[1-9]/) }
            .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " .,;()")) }
            .filter { $0.contains(/[a-z]{2} [a-z]{2}/) || $0.contains(/^[A-Z][A-Za-z ]+:$|^[A-Z -]{3,}$/) }
        return Array(Set(pieces)).filter { !translated.contains($0) }
    }

    /// Below each cell of a heading begin the cells of its column, and the values of labels one below the other.
    private static func isAligned(_ output: String) -> Bool {
        let lines = output.split(separator: "\n").map(Array.init)
        guard let first = lines.first else { return true }
        let heading = String(first)
        if heading == heading.uppercased(), heading.contains("  ") {
            func isFree(_ place: Int, _ line: [Character]) -> Bool { line[place - 1] == " " && line[place - 2] == " " }
            let starts = first.indices.filter { $0 > 1 && first[$0] != " " && isFree($0, first) }
            return lines.allSatisfy { line in starts.allSatisfy { $0 >= line.count || isFree($0, line) } }
        }
        return Set(lines.compactMap { String($0).prefixMatch(of: /\p{L}+(?:[ -]\p{L}+)*\s?:\s+/)?.0.count }).count <= 1
    }
}
