import Basics
import Foundation
import Records
import Scratch
import TestSupport
import Testing

@Suite("AuthZEN: the published schemas", .timeLimit(.minutes(60)))
struct SchemaTests {
    @Test("every kind of question and answer holds to them, says jsonschema")
    func exchanges() async throws {
        let (site, _, _) = try await Site.withAcme()
        try await site.world.account(grants: [("prod", "OPE")])
        let client = try await site.world.application("Platform", .service, scopes: [.decisions])
        let asker = Asker(site, token: try await site.world.token(of: client))
        var lines: [String] = []
        var reasons: Set<String> = []
        for subject: JSON in [
            ["type": "user", "id": "alice@acme.example"], ["type": "user", "id": "nobody@acme.example"],
            ["type": "user", "id": "alice@acme.example", "properties": ["auth_time": 0]], ["type": "x", "id": "y"],
            ["type": "client", "id": "x"],
        ] {
            for action in ["start-instance", "create-instance", "fly"] {
                for cloud in ["acme/prod", "acme/nowhere"] {
                    let question: JSON = [
                        "subject": subject, "action": ["name": .string(action)],
                        "resource": ["type": "cloud", "id": .string(cloud)], "context": [:],
                    ]
                    let answer = try await asker.post("evaluation", question).json
                    lines.append(JSON.object(["request": question, "response": answer]).compact)
                    reasons.insert(try answer["context"]["reason"].text)
                }
            }
        }
        let batch = try await asker.post("evaluations", ["evaluations": [[:], "x"]]).json
        lines += try batch["evaluations"].list.map { JSON.object(["response": $0]).compact }
        #expect(reasons.count == 7, "\(reasons)")
        let file = site.world.folder.path + "/exchanges"
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: file))
        let script = OtherProgram.root.appending(path: "Tests/WebTests/AuthZEN/schemas.py").path
        let run = try await OtherProgram.python([script, file])
        #expect(run.status == 0 && run.output == "62\n", "\(run.output)")
    }
}
