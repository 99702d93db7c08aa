import ArgumentParser
import Basics
import Foundation
import Onboarding
import Operations
import Records

/// `usher security …`: failed sign-ins, wrong codes, refusals, limits
/// and locks; who was meant, and from where.
struct SecurityCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "security", abstract: "Failed sign-ins, refusals, limits and locks: who was meant, from where.",
        discussion: "Example:\n  usher security list --person alice@acme.example",
        subcommands: [List.self, Export.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List security events, newest first.",
            discussion: "Example:\n  usher security list --kind password.wrong --limit 20")

        @OptionGroup var filters: SecurityFilters
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let query = filters.query + page.query()
            try await actor.answer(APIRequest(.listSecurityEvents, query: query)) { found in
                try found.printTable(
                    ["AT", "KIND", "TIMES", "WHOM", "FROM", "ROUTE"], empty: "There is no security event."
                ) { event in
                    let whom = event["email"].text ?? event["pseudonym"].text ?? event["actor"].text ?? ""
                    let from = event.cells("address", "client").filter { !$0.isEmpty }.joined(separator: " ")
                    return [
                        event["at"].text ?? "", event["kind"].text ?? "", "\(event["count"].number ?? 1)", whom,
                        from, event["route"].text ?? "",
                    ]
                }
            }
        }
    }

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case jsonl, syslog
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write security events to standard output, oldest first.",
            discussion: """
                Whoever fetches them regularly gives the number of the last one that they have with --after.

                Examples:
                  usher security export --format syslog | nc -u loghost 514
                  usher security export --after 4711 >> events.jsonl
                """)

        @Option(help: "jsonl (one JSON document a line) or syslog (RFC 5424).") var format = Format.jsonl
        @Option(help: ArgumentHelp("Only what came after this event.", valueName: "number")) var after: Int64?
        @OptionGroup var filters: SecurityFilters
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            if let after, after < 0 { throw ValidationError("--after takes the number of an event.") }
            if actor.json, format == .syslog {
                throw ValidationError("--json and --format syslog contradict each other.")
            }
        }

        func run() async throws {
            try await actor.asking(for: App.reading) { desk in
                try await desk.pages(after: after.map(String.init)) { cursor in
                    APIRequest(
                        .listSecurityEvents, query: filters.query + [("order", "oldest")] + PageOptions.largest(cursor))
                } _: { page in
                    for event in page["items"].elements {
                        let line =
                            format == .jsonl
                            ? event.data(pretty: false)
                            : Data((SecurityEvent(json: event)?.syslogLine(from: Self.host) ?? "").utf8)
                        try FileHandle.standardOutput.write(contentsOf: line + Data("\n".utf8))
                    }
                }
            }
        }

        private static let host = ProcessInfo.processInfo.hostName
    }
}

/// Which events.
struct SecurityFilters: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Of this kind: \(SecurityEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "kind")) var kind: String?
    @Option(help: ArgumentHelp("About this person.", valueName: "email")) var person: String?

    func validate() throws {
        if let kind, SecurityEvent.Kind(rawValue: kind) == nil { throw ValidationError("There is no kind \(kind).") }
    }

    var query: [(String, String?)] { [("kind", kind), ("person", person)] }
}
