import ArgumentParser
import Basics
import Operations

struct DelegationCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delegation",
        abstract: "Who acts in whose place: list, and end early. To give one: person delegate.",
        discussion: "Example:\n  usher delegation list --as boss@example.com",
        subcommands: [List.self, End.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List what holds now or lies ahead.",
            discussion: """
                Those that somebody gave and those by which they act for others. Without an address: of the person after
                --as, and for the operator everybody's. What is over stands in the audit trail.

                Example:
                  usher delegation list boss@example.com
                """)

        @Argument(help: "Of whom.") var email: String?
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let request =
                email.map { APIRequest(.listDelegations, $0, query: page.query()) }
                ?? APIRequest(.listOwnDelegations, query: page.query())
            try await actor.list(
                request, heading: ["IN PLACE OF", "ACTS", "FROM", "UNTIL", "NOW"],
                empty: "Nobody acts in somebody's place."
            ) {
                $0.cells("person", "delegate", "from", "until")
                    + [TerminalLanguage.words($0["holds"].isTrue ? "yes" : "")]
            }
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "end", abstract: "End a delegation before its time; what lies ahead never begins.",
            discussion: """
                For whoever gave it, whoever holds it, and the operator. What was decided meanwhile stays decided.

                Examples:
                  usher delegation end boss@example.com --to dora@example.com --as boss@example.com
                  usher delegation end boss@example.com --to dora@example.com --from 2027-01-04T08:00:00Z
                """)

        @Argument(help: "In whose place.") var email: String
        @Option(help: "E-mail address of who acts.") var to: String
        @Option(help: "Only the one that begins at this instant; all between the two if left out.") var from: String?
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.endDelegation, email, to, query: [("from", from)])) {
                Output.line("\(to) no longer acts for \(email). Ended: \($0["items"].elements.count).")
            }
        }
    }
}
