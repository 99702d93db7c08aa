import Foundation
import Testing

@Suite("Settings", .timeLimit(.minutes(60)))
struct SettingTests {
    /// Every setting, as the program itself lists them.
    private func settings(_ usher: CommandLineProgram) async throws -> [Document] {
        try await usher.run("config", "show", "--json").document()["items"].items
    }

    /// What no setting can be, and those that may be it all the same.
    private static let bad: [(value: String, allowed: Set<String>)] = [
        (
            "",
            [
                "trusted-proxies", "tls.certificate", "tls.key", "metrics.listen", "smtp.url", "smtp.password-file",
                "smtp.ca-file", "smtp.starttls", "smtp.helo", "mail.reply-to", "mail.bounce", "password.breached-file",
                "custom", "audit.heads", "database.url", "database.password-file", "webhooks.ca-file",
                "authzen.access-requests",
            ]
        ),
        // A list without a word in it is an empty one.
        ("   ", ["trusted-proxies", "audit.heads"]),
        ("a\tb\u{7}", []), ("\u{1B}[31m", []), (String(repeating: "A", count: 5_000), []), ("-1", []), ("1e9", []),
        ("http://[", []), ("a:b:c", []), ("/nowhere/at/all", ["audit.heads"]), ("{{x}}:", []),
    ]

    @Test("refuses what a setting cannot be, whichever it is, by its name and with where it came from")
    func refuses() async throws {
        let usher = try CommandLineProgram()
        let known = try await settings(usher)
        #expect(known.count >= 22)
        for (value, allowed) in Self.bad {
            // Together, since one at a time would be slow; but for the folder that says which calendars there are.
            var listed: [Document] = []
            for names in [known.filter { $0["key"] != "custom" }, known.filter { $0["key"] == "custom" }] {
                let keys = names.compactMap { $0["key"].text }
                let environment = Dictionary(names.map { ($0["environment"].text ?? "", value) }) { first, _ in first }
                // The harness leaves empty variables out, so these stand in the file.
                let file = keys.map { "\($0): ''" }.joined(separator: "\n")
                try usher.write(value.isEmpty ? file : "", to: "data/usher.yaml")
                listed += try await usher.run("config", "show", "--json", environment: environment).document()["items"]
                    .items.filter { keys.contains($0["key"].text ?? "") }
            }
            for setting in listed {
                let name = try #require(setting["key"].text)
                // A name may well be that.
                if name == "product", ["-1", "1e9", "/nowhere/at/all"].contains(value) { continue }
                let problem = setting["problem"].text
                if allowed.contains(name) {
                    #expect(problem == nil || problem?.contains(name) == true, "\(name) \(value.prefix(20))")
                    continue
                }
                #expect(
                    problem?.contains("The setting \(name) (") == true, "\(name) is \(value.prefix(20)): \(setting)")
                #expect(problem?.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
            }
        }
    }

    @Test("refuses a list, a map, a value given twice and a file that is no text, by name")
    func refusesShapes() async throws {
        let usher = try CommandLineProgram()
        for setting in try await settings(usher) {
            let name = try #require(setting["key"].text)
            try usher.write("\(name): [a, b]\n", to: "data/usher.yaml")
            let list = try await usher.run("config", "show", "--json")
            let problems = try list.document()["items"].items.filter { $0["problem"].text != nil }
            #expect(list.code == 1 && problems.compactMap { $0["key"].text }.contains(name), "\(name): \(list)")
        }
        try usher.write("smtp:\n  url: smtp://a\nsmtp.url: smtp://b\n", to: "data/usher.yaml")
        #expect(try await usher.run("config", "show").error.contains("smtp.url"))
        for text in ["a: [", "\u{0}", "product"] {
            try usher.write(text, to: "data/usher.yaml")
            #expect(try await usher.run("config", "show").code != 0, "\(text)")
        }
    }

    @Test("names the setting that was meant, in the file and in the environment, and leaves others' variables alone")
    func suggests() async throws {
        let usher = try CommandLineProgram()
        try usher.write("smtp:\n  ulr: smtp://mail\nprodcut: Acme\n", to: "data/usher.yaml")
        let told = try await usher.run("config", "show", environment: ["USHER_TIME_ZOEN": "UTC", "USHER_PORT": "1"])
        #expect(told.code == 1)
        for hint in ["Did you mean smtp.url?", "Did you mean product?", "Did you mean USHER_TIME_ZONE?"] {
            #expect(told.error.contains(hint), "\(told)")
        }
        #expect(!told.error.contains("USHER_PORT"))
    }

    /// Ways to break what only mail needs.
    private static let broken: [[String: String]] = [
        ["USHER_SMTP_URL": "smtp://mail.example.com", "USHER_SMTP_PASSWORD_FILE": "/nowhere"],
        ["USHER_SMTP_URL": "mail.example.com"], ["USHER_SMTP_STARTTLS": "perhaps"], ["USHER_MAIL_FROM": "nobody"],
        ["USHER_SMTP_CA_FILE": "/nowhere"], ["USHER_SMTP_ULR": "smtp://mail.example.com"],
        ["USHER_SMTP_URL": "smtp://user@mail.example.com"],
    ]

    @Test("stop mail and nothing else, where they are of mail", arguments: broken)
    func failsAlone(environment: [String: String]) async throws {
        let office = try await Office.open()
        let before = try await office.run("can", Office.rita, "start-instance", "--cloud", "acme/prod").code
        office.configure(environment)
        #expect(try await office.run("can", Office.rita, "start-instance", "--cloud", "acme/prod").code == before)
        for command in [["person", "list"], ["audit", "verify"], ["request", "list"]] {
            #expect(try await office.run(command).code == 0, "\(command)")
        }
        let doctor = try await office.run("doctor", "--json")
        let failed = try doctor.document()["items"].items.filter { $0["ok"] == false }.compactMap { $0["check"].text }
        #expect(doctor.code == 1 && failed.sorted() == ["configuration", "mail"], "\(doctor)")
        #expect(try await office.run("mail", "test", "a@example.com").code == 5)
        // What waits says why, and goes out once it can.
        _ = try await office.submit(MainJobTests.alice, "prod=OPE")
        let waiting = try await office.done("effect", "list")["items"].items.filter { $0["state"] == "due" }
        #expect(waiting.count == 1 && waiting.first?["error"].text?.contains("etting") == true, "\(waiting)")
    }

    @Test(
        "never read like a denial, whatever is wrong",
        arguments: [
            ["USHER_PRODUCT": "Acme: Access"], ["USHER_TOTP_DIGITS": "7"], ["USHER_TIME_ZONE": "Europe/Pari"],
            ["USHER_CUSTOM": "/nowhere"], ["USHER_PRODCUT": "x"], ["USHER_CALENDAR": "defualt"],
            ["USHER_PASSWORD_COST": "19"], ["USHER_LOG_LEVEL": "loud"], ["USHER_TLS_KEY": "/nowhere"],
        ])
    func deniesNothing(environment: [String: String]) async throws {
        let office = try await Office.open()
        let before = try await office.run("can", Office.rita, "start-instance", "--cloud", "acme/prod")
        office.configure(environment)
        let now = try await office.run("can", Office.rita, "start-instance", "--cloud", "acme/prod")
        #expect(now.code == before.code && now.output == before.output || now.code == 5, "\(now)")
        let isServing = environment.keys.contains { $0.hasPrefix("USHER_LOG") || $0.hasPrefix("USHER_TLS") }
        let change = try await office.run("person", "suspend", Office.rita)
        #expect(isServing ? change.code == 0 : change.code == 5, "\(change)")
        #expect(try await office.run("doctor").code == 1)
    }

    @Test("take only product names of which an authenticator can be told: pyotp reads each back")
    func namesProducts() async throws {
        let usher = try CommandLineProgram()
        let names = [
            "Usher", "Acme Access", "Café & Thé", "A", "100 %", "a+b=c?d#e/f", "Ünïcødé", "名前のサービス", "a'b\"c", "x@y",
            String(repeating: "A", count: 120), String(repeating: "É", count: 60), "e\u{301}", "{{name}}", "<b>x</b>",
        ]
        let account = String(repeating: "a+", count: 32) + "@" + String(repeating: "b", count: 60) + ".example.com"
        var uris: [String] = []
        for name in names {
            let shown = try await usher.run("config", "show", environment: ["USHER_PRODUCT": name])
            #expect(shown.code == 0 && shown.error.isEmpty, "\(name): \(shown)")
            let uri = try await usher.run(
                "otp", "uri", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "--issuer", name, "--account", account)
            #expect(uri.code == 0, "\(uri)")
            uris.append(uri.output.trimmingCharacters(in: .newlines))
            #expect(try await usher.run("otp", "qr", uris.last ?? "", "--format", "svg").code == 0, "\(name)")
        }
        let read = try await usher.python(
            "import pyotp,sys\nfor u in sys.argv[1:]: print(pyotp.parse_uri(u).issuer)", uris)
        #expect(read.split(separator: "\n").map(String.init) == names)
        for name in [
            "Acme: Access", "https://a.example", ":\u{301}x", "---", String(repeating: "A", count: 121), " A",
            "a\u{202E}b",
        ] {
            let shown = try await usher.run("config", "show", environment: ["USHER_PRODUCT": name])
            #expect(shown.error.contains("The setting product (environment USHER_PRODUCT)"), "\(shown)")
        }
    }

    @Test("that init cannot use leave no folder behind")
    func refusesAtInit() async throws {
        let usher = try CommandLineProgram()
        let result = try await usher.run(
            "init", "--manager", "marie@cloud.example", environment: ["USHER_PRODUCT": "Acme: Access"])
        #expect(
            result.code == 5 && result.error.contains("The setting product (environment USHER_PRODUCT)"), "\(result)")
        #expect(!FileManager.default.fileExists(atPath: usher.data.path))
    }

    @Test("that are files count only where they can be read, and a password only where not everybody can")
    func readsFiles() async throws {
        let usher = try CommandLineProgram()
        func problem(_ name: String, _ path: String) async throws -> String? {
            let variable = "USHER_" + name.replacing(".", with: "_").replacing("-", with: "_").uppercased()
            let items = try await usher.run("config", "show", "--json", environment: [variable: path])
                .document()["items"].items
            return items.first { $0["key"].text == name }?["problem"].text
        }
        let breached = try usher.write(String(repeating: "A", count: 40) + ":3\n", to: "breached")
        #expect(try await problem("password.breached-file", breached) == nil)
        let words = try usher.write("password\n123456\n", to: "words")
        #expect(try await problem("password.breached-file", words)?.contains("SHA-1") == true)
        #expect(try await problem("password.breached-file", usher.folder.path)?.contains("not a file") == true)
        let secret = try usher.write("two\nlines\n", to: "secret")
        #expect(try await problem("smtp.password-file", secret)?.contains("more than one line") == true)
        let empty = try usher.write("", to: "empty")
        #expect(try await problem("smtp.password-file", empty)?.contains("empty") == true)
        #expect(try await problem("custom", breached)?.contains("no such folder") == true)
    }
}
