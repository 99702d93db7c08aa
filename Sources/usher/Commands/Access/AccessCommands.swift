import ArgumentParser
import Basics
import Foundation
import Onboarding
import Operations
import Records

/// `usher access …`: who could do what, now or then, and because of what.
struct AccessCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "Who has which profile where, now or at an instant that has been, and why.",
        discussion: "Example:\n  usher access list --cloud acme/prod --at 2027-03-31", subcommands: [List.self])

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, csv
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List who could do what, and who approved it.",
            discussion: """
                Without a filter: all that you may see. A day is told as it was at its end. With --action only those
                whose profile allows it by the matrix of then, and what their account and factor make of that.

                Examples:
                  usher access list --org acme
                  usher access list --cloud acme/prod --action create-instance
                  usher access list --person alice@acme.example --at 2027-03-31T12:00:00Z
                  usher access list --org acme --format csv > access.csv
                """)

        @Option(help: ArgumentHelp("Only of this organization.", valueName: "slug")) var org: String?
        @Option(help: ArgumentHelp("Only in this cloud.", valueName: "org/cloud")) var cloud: String?
        @Option(help: ArgumentHelp("Only what this person has or had.", valueName: "email")) var person: String?
        @Option(help: "Only with this profile.") var profile: String?
        @Option(help: "Only whose profile allows this action.") var action: String?
        @Option(help: ArgumentHelp("As it was then: a day or an instant; now if left out.", valueName: "time"))
        var at: String?
        @Option(help: "table, or csv: all of it, page by page.") var format = Format.table
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            if actor.json, format == .csv { throw ValidationError("--json and --format csv contradict each other.") }
        }

        func run() async throws {
            guard format == .table else { return try await export() }
            try await actor.list(
                request(page.query()),
                heading: ["CLOUD", "WHO", "PROFILE", "SINCE", "UNTIL", "ACCOUNT", "MFA", "APPROVED BY", "DECISION"],
                empty: "Nobody has access there."
            ) { entry in
                let approvals = entry["approval"]["approvals"].elements
                return entry.cells("cloud") + [entry["person"].text ?? entry["client"].text ?? ""]
                    + entry.cells("profile", "since") + [entry["until"].text ?? "-"] + entry.cells("account", "mfa")
                    + [
                        approvals.compactMap { $0["by"].text }.joined(separator: ", "),
                        entry["decision"]["decision"].text ?? "-",
                    ]
            }
        }

        /// - Parameter instant: that of the first page, for those that follow.
        private func request(_ page: [(String, String?)], at instant: String? = nil) -> APIRequest {
            let filters = [
                ("organization", org), ("cloud", cloud), ("person", person), ("profile", profile), ("action", action),
                ("at", instant ?? at),
            ]
            return APIRequest(.listAccess, query: filters + page)
        }

        private func export() async throws {
            try await actor.asking(for: App.reading) { desk in
                try FileHandle.standardOutput.write(contentsOf: AccessEntry.csvHeading)
                var (cursor, instant): (String?, String?) = (page.after, nil)
                repeat {
                    let found = try await desk.send(request(PageOptions.largest(cursor), at: instant)).document
                    instant = found["at"].text
                    for entry in found["items"].elements {
                        try FileHandle.standardOutput.write(contentsOf: AccessEntry.csvRow(of: entry))
                    }
                    cursor = found["next"].text
                } while cursor != nil
            }
        }
    }
}
