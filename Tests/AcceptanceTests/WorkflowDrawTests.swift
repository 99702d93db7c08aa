import Foundation
import Testing

@Suite("usher workflow draw", .timeLimit(.minutes(60)))
struct WorkflowDrawTests {
    @Test("draws an installed definition as SVG that a program which is not ours can show")
    func drawsSVG() async throws {
        let usher = try CommandLineProgram()
        let result = try await usher.run("workflow", "draw", "account-request", "--output", usher.path("a.svg"))
        #expect(result.code == 0 && result.output.isEmpty && result.error.isEmpty, "\(result)")
        try await usher.output(of: "/usr/bin/rsvg-convert", [usher.path("a.svg"), "-o", usher.path("a.png")])
        let png = try Data(contentsOf: URL(filePath: usher.path("a.png")))
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]) && png.count > 10_000)
        let again = try await usher.run("workflow", "draw", "account-request")
        #expect(try again.output == String(contentsOfFile: usher.path("a.svg"), encoding: .utf8))
        #expect(!FileManager.default.fileExists(atPath: usher.data.path))
    }

    @Test("draws a file as DOT and as Mermaid")
    func drawsFile() async throws {
        let usher = try CommandLineProgram()
        let exported = try await usher.run("export-defaults", usher.path("mine"))
        try #require(exported.code == 0, "\(exported)")
        let file = usher.path("mine/workflows/mfa-reset.yaml")
        let dot = try await usher.run("workflow", "draw", file, "--format", "dot")
        #expect(dot.code == 0 && dot.output.hasPrefix("digraph \"mfa-reset 2\" {\n"), "\(dot)")
        let mermaid = try await usher.run("workflow", "draw", file, "--format", "mermaid")
        #expect(mermaid.code == 0 && mermaid.output.hasPrefix("flowchart TB\n"), "\(mermaid)")
    }

    @Test("says which package is missing where there is no dot, and draws text without it")
    func tellsMissingProgram() async throws {
        let usher = try CommandLineProgram()
        let svg = try await usher.run("workflow", "draw", "appointment", environment: ["PATH": usher.folder.path])
        #expect(svg.code == 5 && svg.output.isEmpty && svg.error.contains("apt-get install graphviz"), "\(svg)")
        let text = try await usher.run(
            "workflow", "draw", "appointment", "--format", "dot", environment: ["PATH": usher.folder.path])
        #expect(text.code == 0, "\(text)")
    }

    @Test("knows no file and no name that is not there, and refuses a file that is no definition")
    func refusesBadInput() async throws {
        let usher = try CommandLineProgram()
        let unknown = try await usher.run("workflow", "draw", "acount-request", "--json")
        #expect(unknown.code == 4, "\(unknown)")
        #expect(try unknown.fault()["message"].text?.contains("account-request") == true)
        let file = try usher.write("workflow: mine\nversion: one\n", to: "mine.yaml")
        let broken = try await usher.run("workflow", "draw", file)
        #expect(broken.code == 1 && broken.error.contains("mine.yaml:2:10"), "\(broken)")
        #expect(try await usher.run("workflow", "draw").code == 2)
        #expect(try await usher.run("workflow", "draw", "appointment", "--as", Office.rita).code == 2)
        let unwritable = try await usher.run(
            "workflow", "draw", "appointment", "--format", "dot", "--output", usher.path("none/a.dot"))
        #expect(unwritable.code == 5, "\(unwritable)")
    }

    @Test("marks the way of a request for those who may see it, and for nobody else", arguments: Way.allCases)
    func drawsRun(way: Way) async throws {
        let office = try await Office.open(way)
        let id = try await office.submit(MainJobTests.alice, "prod=OPE")
        try await office.approve(id)
        let picture = try await office.run("workflow", "draw", "--run", id, "--format", "mermaid", "--as", Office.rita)
        #expect(picture.code == 0, "\(picture)")
        #expect(picture.output.contains("(\"▶ <b>invitation</b> ◀<br/>"), "\(picture)")
        #expect(picture.output.contains("<b>decided [any(items.approved)]</b>"))
        #expect(picture.output.contains("|\"decided [else]\"|"))
        let svg = try await office.run("workflow", "draw", "account-request", "--run", id, "--as", Office.rita)
        #expect(svg.code == 0 && svg.output.contains("▶"), "\(svg)")

        if way == .inProcess {
            let outsider = try await office.run("workflow", "draw", "--run", id, "--as", "nobody@else.example")
            #expect(outsider.code == 4 && outsider.output.isEmpty, "\(outsider)")
        }
        let unknown = try await office.run(
            "workflow", "draw", "--run", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--as", Office.rita)
        #expect(unknown.code == 4, "\(unknown)")
        let exported = try await office.usher.run("export-defaults", office.usher.path("mine"))
        try #require(exported.code == 0, "\(exported)")
        let file = office.usher.path("mine/workflows/account-request.yaml")
        let named = try await office.run(
            "workflow", "draw", file, "--run", id, "--format", "dot", "--as", Office.rita)
        #expect(named.code == 0 && named.output.contains("▶"), "\(named)")
        let other = try await office.run("workflow", "draw", "mfa-reset", "--run", id, "--as", Office.rita)
        #expect(other.code == 1 && other.error.contains("follows account-request, not mfa-reset"), "\(other)")
    }
}
