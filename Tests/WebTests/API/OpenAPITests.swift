import Basics
import Defaults
import Directory
import Foundation
import Onboarding
import Records
import Scratch
import TestSupport
import Testing
import Web

@Suite("API: document", .timeLimit(.minutes(60)))
struct OpenAPITests {
    private static let methods: Set<String> = ["get", "put", "post", "delete", "patch", "head", "options", "trace"]

    @Test("names every route of the server, and no other")
    func routes() async throws {
        let site = try await Site(try TestInstallation())
        let answer = try await site.program().get("/openapi.json")
        let served = Set(
            site.routes.filter { $0.path.hasPrefix("/api/") }.map { "\($0.method) \($0.path.dropFirst(7))" })
        let named = try answer.json["paths"].members.flatMap { path, operations in
            try operations.members.keys.filter { Self.methods.contains($0) }.map { "\($0.uppercased()) \(path)" }
        }
        #expect(served.count > 40)
        #expect(served.subtracting(named).sorted() == [])
        #expect(Set(named).subtracting(served).sorted() == [])
    }

    @Test("is served as it ships, and as JSON of the same content, to whoever asks")
    func served() async throws {
        let site = try await Site(try TestInstallation())
        let yaml = try await site.program().get("/openapi.yaml")
        #expect(yaml.status == 200)
        #expect(yaml.text == Defaults.text(at: "api/openapi.yaml"))
        let json = try await site.program().get("/openapi.json")
        #expect(json.headers["content-type"] == "application/json")
        #expect(try json.json["openapi"] == "3.1.0")
        #expect(try json.json["info"]["version"] == "1")
        #expect(try json.json["components"]["parameters"]["limit"]["schema"]["maximum"] == 1000)
    }

    /// Words that the service knows, as documents say them.
    private static let vocabularies: [[String]] = [
        Scope.allCases.map(\.rawValue), GrantType.allCases.map(\.rawValue), Duty.allCases.map(\.rawValue),
        SecurityEvent.Kind.allCases.map(\.rawValue), AccountState.allCases.map(\.rawValue),
        Decision.Verdict.allCases.map(\.rawValue), Explanation.Change.Kind.allCases.map(\.rawValue),
        Resource.Status.allCases.map(\.rawValue), Application.Kind.allCases.map(\.rawValue),
        Webhook.State.allCases.map(\.rawValue), TokenKeyView.State.allCases.map(\.rawValue),
    ]

    @Test("lists every word of what it lists the words of")
    func words() async throws {
        let site = try await Site(try TestInstallation())
        var found: Set<[String]> = []
        func look(_ value: JSON) {
            for element in value.elements { look(element) }
            guard case .object(let members) = value else { return }
            for (name, member) in members {
                if name == "enum" {
                    judge(member.elements.compactMap { if case .string(let word) = $0 { word } else { nil } })
                }
                look(member)
            }
        }
        func judge(_ words: [String]) {
            // Most of a vocabulary is all of it: what is left out would break whoever checks what they get.
            for vocabulary in Self.vocabularies where 2 * Set(words).intersection(vocabulary).count > vocabulary.count {
                #expect(Set(words) == Set(vocabulary))
                found.insert(vocabulary)
            }
        }
        look(try await site.program().get("/openapi.json").json)
        #expect(found == Set(Self.vocabularies))
    }

    @Test("holds to OpenAPI 3.1, says openapi-spec-validator")
    func valid() async throws {
        let site = try await Site(try TestInstallation())
        let file = site.world.folder.path + "/openapi.json"
        try Data(try await site.program().get("/openapi.json").text.utf8).write(to: URL(filePath: file))
        let run = try await OtherProgram.python(["-m", "openapi_spec_validator", file])
        #expect(run.status == 0, "\(run.output)")
    }

    /// Fuzzes a seeded installation as Rita, whose code is fresh: by examples, at the limits of the schemas, by chance
    /// and in sequences.
    @Test("schemathesis, by all its checks, finds nothing", .timeLimit(.minutes(8)))
    func schemathesis() async throws {
        let (site, _, rita) = try await Site.withAcme()
        try await site.world.account()
        let request = try await site.world.submit("bea@acme.example")
        let client = try await site.world.apiAccount().clientID
        let review = try await site.world.usher.startReview(
            organization: "acme", until: nil, reason: "Yearly", by: site.world.owner
        ).review.campaign
        let program = try await site.program(of: rita)
        let token = try #require(program.token)
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        let settings = try String(contentsOf: here.appending(path: "schemathesis.toml"), encoding: .utf8)
        let file = site.world.folder.path + "/schemathesis.toml"
        let filled = settings.replacing("REQUEST", with: request.text).replacing("CLIENT", with: client)
            .replacing("CAMPAIGN", with: review)
        try Data(filled.utf8).write(to: URL(filePath: file))
        let command = [
            "-c", "from schemathesis.cli import schemathesis; schemathesis()", "--config-file", file, "run",
            "http://127.0.0.1:\(site.port)/api/v1/openapi.json", "--header", "Authorization: Bearer \(token)",
            "--checks", "all", "--no-color",
        ]
        var run = try await OtherProgram.python(command)
        // The tool trips over itself now and then (a KeyError of its own); what it finds in us is a failure at once.
        if run.output.contains("= ERRORS ="), !run.output.contains("= FAILURES =") {
            run = try await OtherProgram.python(command)
        }
        #expect(run.status == 0, "\(run.output.prefix(12_000))")
        // On a slow machine the minute may be over before the sequences.
        for phase in ["Examples", "Coverage", "Fuzzing"] {
            #expect(run.output.contains("✅  \(phase)"), "\(phase)\n\(run.output.suffix(4_000))")
        }
        // It was Rita to the end, and nothing that was sent broke what was there.
        #expect(try await program.get("/inbox").status == 200)
        #expect(try await site.browser().get("/readyz").status == 200)
    }
}
