import ArgumentParser
import Basics
import Foundation
import Operations

/// `usher changes`: what happened to anybody's access, for whoever keeps a picture of it.
struct ChangesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes", abstract: "What changed of anybody's access, in its order.",
        discussion: """
            Each change says what happened, and how whom it happened to stands now. `position` of an answer is where \
            to go on later.

            Examples:
              usher changes --after end --json     where it ends now
              usher changes --after 120340         what came since
              usher changes --after 120340 --follow >> changes.jsonl
            """)

    @Option(name: .customLong("org"), help: ArgumentHelp("Of one organization only.", valueName: "slug"))
    var organization: String?
    @Flag(help: "Go on for ever: a JSON document a line, as it happens.") var follow = false
    @OptionGroup var page: PageOptions
    @OptionGroup var actor: ActorOptions

    /// So long a server keeps a question of ours open; a data folder is looked at each second.
    private static let waitSeconds = 30

    func run() async throws {
        if follow { return try await goOn() }
        try await actor.answer(APIRequest(.listChanges, query: page.query(("organization", organization)))) { found in
            try found.printTable(["NO", "AT", "WHAT", "ORGANIZATION", "WHO OR WHAT", "NOW"], empty: "Nothing changed.")
            {
                let subject = $0["subject"]
                return [
                    $0["id"].text ?? "", $0["at"].text ?? "", $0["type"].text ?? "", $0["organization"].text ?? "",
                    subject["email"].text ?? subject["id"].text ?? "", Self.told(subject),
                ]
            }
        }
    }

    /// How something stands, in short: `active acme/prod=OPE`.
    private static func told(_ subject: JSON) -> String {
        let grants = subject["grants"].elements.map { "\($0["cloud"].text ?? "")=\($0["profile"].text ?? "")" }
        return ([subject["state"].text ?? subject["name"].text ?? ""] + grants).joined(separator: " ")
    }

    private func goOn() async throws {
        var position = page.after ?? "0"
        try await actor.asking(for: App.reading) { desk in
            while true {
                let query = [
                    ("organization", organization), ("after", position), ("limit", String(page.limit)),
                    ("wait", String(Self.waitSeconds)),
                ]
                let found = try await desk.send(APIRequest(.listChanges, query: query)).document
                for event in found["items"].elements {
                    try FileHandle.standardOutput.write(contentsOf: event.data(pretty: false) + Data("\n".utf8))
                }
                position = found["position"].text ?? position
                if found["items"].elements.isEmpty { try await Task.sleep(for: .seconds(1)) }
            }
        }
    }
}
