import Foundation
import Testing

/// What an operator does who adds a language, as docs/languages.md says: a file, and nothing built.
@Suite("A language of the operator's", .timeLimit(.minutes(60)))
struct LanguageTests {
    private static let catalogue = #"""
        msgid ""
        msgstr ""
        "Language: it\n"
        "Content-Type: text/plain; charset=UTF-8\n"
        "Plural-Forms: nplurals=2; plural=(n != 1);\n"

        msgid "Sign in"
        msgstr "Accesso"

        msgid "Password"
        msgstr "Parola d’ordine"

        msgctxt "sentence"
        msgid "There is no such page."
        msgstr "Questa pagina non esiste."
        """#

    private func get(_ address: String, _ language: String, _ usher: CommandLineProgram) async throws -> String {
        try await usher.output(of: "/usr/bin/curl", ["-s", "-H", "Accept-Language: \(language)", address])
    }

    @Test("is a file: its pages are served, the rest is in English, and it is chosen like any other")
    func italian() async throws {
        let usher = try CommandLineProgram()
        try await usher.initialize()
        try usher.write(Self.catalogue, to: "data/custom/templates/words/it.po")
        let appointed = try await usher.run(
            "person", "appoint", "anna@cloud.example", "--name", "Anna Bianchi", "--duty", "delivery_manager",
            "--locale", "it")
        #expect(appointed.code == 0, "\(appointed)")
        let shown = try await usher.run("person", "show", "anna@cloud.example", "--json")
        #expect(try shown.document()["locale"] == "it", "\(shown)")
        let unknown = try await usher.run(
            "person", "appoint", "ove@cloud.example", "--duty", "delivery_manager", "--locale", "sv")
        #expect(unknown.code == 1 && unknown.error.contains("choose one of en, de, fr, it."), "\(unknown)")
        // Nobody has written this mail in Italian.
        let mail = try await usher.run("mail", "preview", "invitation", "--locale", "it")
        #expect(mail.code == 0 && mail.output.contains("Hello Alice Martin"), "\(mail)")
        let folder = "data/custom/templates/mail/it"
        try usher.write("Subject: Benvenuta\n\nCiao {{recipientName}}.\n", to: "\(folder)/test.txt.mustache")
        try usher.write("<p>Ciao {{recipientName}}.</p>\n", to: "\(folder)/test.html.mustache")
        #expect(try await usher.run("mail", "preview", "test", "--locale", "it").output.contains("Ciao Alice Martin."))

        // What an operator wrote for a version before is not passed over in silence.
        #expect(try await !usher.run("doctor").output.contains("any more"))
        try usher.write("state.active = En service\n", to: "data/custom/templates/pages/fr/words.txt")
        let doctor = try await usher.run("doctor")
        #expect(doctor.output.contains("Nothing reads templates/pages/fr/words.txt any more"), "\(doctor)")

        let served = ServedUsher(usher)
        let address = try await served.address(era: 0, environment: [:], at: "2026-11-23T08:00:00Z") {}
        let page = try await get("\(address)/sign-in", "it-IT, en;q=0.5", usher)
        #expect(page.contains("<html lang=\"it\">") && page.contains("<title>Accesso"), "\(page)")
        #expect(page.contains("Parola d’ordine") && page.contains("I forgot my password"))
        #expect(try await get("\(address)/nowhere", "it", usher).contains("Questa pagina non esiste."))
        #expect(try await get("\(address)/sign-in", "de", usher).contains("<title>Anmeldung"))
        #expect(try await get("\(address)/sign-in", "sv, fr;q=0.1", usher).contains("<title>Connexion"))
        await served.stop()
    }

    @Test("of the terminal is that of refusals, and of nothing that scripts read")
    func terminal() async throws {
        let usher = try CommandLineProgram()
        try await usher.initialize()
        let arguments = ["person", "show", "nobody@cloud.example"]
        let plain = try await usher.run(arguments)
        #expect(plain.error.contains("There is no person nobody@cloud.example."), "\(plain)")
        let german = try await usher.run(arguments, environment: ["LANG": "de_DE.UTF-8"])
        #expect(german.error.contains("„nobody@cloud.example“ gibt es nicht."), "\(german)")
        #expect(german.code == plain.code)
        let json = try await usher.run(arguments + ["--json"])
        let french = try await usher.run(arguments + ["--json"], environment: ["LC_ALL": "fr_FR.UTF-8"])
        #expect(french.error == json.error)
        #expect(try await usher.run(arguments, environment: ["LC_ALL": "C", "LANG": "de_DE"]).error == plain.error)
    }

    @Test("that brings markup into a page keeps the service from starting, and it says where")
    func refused() async throws {
        let usher = try CommandLineProgram()
        try await usher.initialize()
        try usher.write(
            Self.catalogue.replacing("Accesso", with: "<script>alert(1)</script>"),
            to: "data/custom/templates/words/it.po")
        let defect = "words/it.po:7: its translation has"
        let served = try await usher.run("serve", "--listen", "127.0.0.1:0")
        #expect(served.code != 0 && served.error.contains(defect), "\(served)")
        let judged = try await usher.run("doctor")
        #expect(judged.code != 0 && judged.output.contains(defect), "\(judged)")
    }
}
