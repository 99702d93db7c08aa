import ArgumentParser
import Basics
import Foundation
import Operations

/// `usher resource import`.
struct ResourceImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Add and change resources from a file; says what became of each row.",
        discussion: """
            The file is a CSV as any spreadsheet saves it, or an Excel workbook (.xlsx), of 10,000 rows at most. Its \
            first line names the columns service (ORG/CLOUD/SERVICE), name, type and environment, and maybe id, \
            status, zone and tags (team=web;tier=front), in any order. A row whose id is there already changes that \
            resource; a row without an id is a new one.

            Example:
              usher resource import resources.csv --dry-run
            """)

    @Argument(help: "CSV or .xlsx.", completion: .file(extensions: ["csv", "tsv", "xlsx"])) var file: String
    @Flag(help: "One bad row refuses the whole file.") var allOrNothing = false
    @Flag(help: "Check only; nothing is changed.") var dryRun = false
    @OptionGroup var actor: ActorOptions

    func run() async throws {
        let bytes: [UInt8]
        do { bytes = [UInt8](try Data(contentsOf: URL(filePath: file))) } catch {
            throw Fault.invalid("csv", "unreadable", "The file \(file) cannot be read.")
        }
        let request = APIRequest(
            .importResources, query: [("allOrNothing", allOrNothing ? "true" : nil)], table: bytes, isDryRun: dryRun)
        let verdict = try await actor.asking { try await $0.send(request).document }
        try actor.show(verdict) { verdict in
            for note in verdict["notes"].elements { Output.text(note.text ?? "") }
            let rows = verdict["items"].elements
            for row in rows where !row["accepted"].isTrue {
                let place = TerminalLanguage.words("line \(row["line"].number ?? 0)  \(row["name"].text ?? "")")
                for fault in row["faults"].elements {
                    Output.text("\(place)  \(fault["field"].text ?? ""): \(fault["message"].text ?? "")")
                }
            }
            func count(_ outcome: String) -> Int { rows.count { $0["outcome"].text == outcome } }
            let counts: Sentence =
                "\(count("added")) added, \(count("changed")) changed, \(count("unchanged")) as they were, "
                + "\(verdict["refused"].number ?? 0) refused."
            Output.line("\(rows.count) rows (\(verdict["encoding"].text ?? "")): \(counts)")
            if verdict["saved"] == false { Output.line("Nothing was saved.") }
        }
        if verdict["refused"] != 0 { throw Exit.refused }
    }
}
