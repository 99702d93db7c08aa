import ArgumentParser
import Basics
import Onboarding
import Operations

/// `usher review …`: campaigns in which every grant is confirmed or withdrawn.
struct ReviewCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Access reviews: every grant is confirmed or withdrawn before a deadline.",
        discussion: """
            Representatives answer with: usher request approve|reject ID --item EMAIL…

            Example:
              usher review start --org acme --until 2027-01-31 --reason 'Yearly review'
            """,
        subcommands: [Start.self, List.self, Show.self])

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "start",
            abstract: "Ask the representatives about every grant; what nobody confirms ends at the deadline.",
            discussion: """
                The operator and delivery managers start reviews. A cloud in which nobody holds a grant is left out, \
                and so is one whose review is open already.

                Examples:
                  usher review start --org acme --reason 'Yearly review' --as boss@example.com --code 123456
                  usher review start --all --until 2027-01-31 --reason 'Yearly review'
                """)

        @Option(help: ArgumentHelp("Of this organization.", valueName: "slug")) var org: String?
        @Flag(help: "Of every organization that is mine to review.") var all = false
        @Option(help: ArgumentHelp("Deadline; the workflow's own if left out.", valueName: "day")) var until: String?
        @Option(help: "Why; the representatives read it.") var reason: String
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            guard (org == nil) == all else { throw ValidationError("Say which: --org SLUG or --all.") }
        }

        func run() async throws {
            let members: JSON.Members = [
                "organization": JSON(org), "all": .bool(all), "until": JSON(until), "reason": .string(reason),
            ]
            try await actor.answer(APIRequest(.startReview, body: members)) { review in
                review.printReview(withItems: false)
                for cloud in review["skipped"].elements.compactMap(\.text) {
                    Output.error("\(cloud) is left out: a review of it is open already.")
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List reviews with their progress, newest first.",
            discussion: "Example:\n  usher review list --org acme --as rita@acme.example")

        @Option(help: ArgumentHelp("Only of this organization.", valueName: "slug")) var org: String?
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.list(
                APIRequest(.listReviews, query: page.query(("organization", org))),
                heading: ["REVIEW", "STARTED", "CLOUDS", "PROGRESS", "WHY"], empty: "There is no review."
            ) { review in
                let clouds = review["clouds"].elements
                return [
                    review["campaign"].text ?? "", String((review["startedAt"].text ?? "").prefix(10)),
                    TerminalLanguage.words("\(clouds.count { $0["open"].isTrue }) of \(clouds.count) open"),
                    review.reviewCounts,
                    review["reason"].text ?? "",
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a review cloud by cloud: who confirmed what, what was withdrawn, by whom or by silence.",
            discussion: "Example:\n  usher review show CAMPAIGN --as rita@acme.example")

        @Argument(help: "The review's id.") var campaign: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.showReview, campaign)) { $0.printReview(withItems: true) }
        }
    }
}

/// Of a review's document.
extension JSON {
    fileprivate func printReview(withItems: Bool) {
        let name = Output.bold(TerminalLanguage.words("review \(self["campaign"].text ?? "")"))
        Output.line(self["open"].isTrue ? "\(name)  open" : "\(name)  ended")
        var fields = Fields(column: 11)
        fields.add("Why:", "\(self["reason"].text ?? "")")
        fields.add("Started:", "\(self["startedAt"].text ?? "") by \(self["startedBy"].text ?? "")")
        if let until = self["until"].text { fields.add("Until:", "\(until)") }
        fields.add("Progress:", "\(reviewCounts)")
        fields.print()
        for cloud in self["clouds"].elements {
            let place = cloud.cells("organization", "cloud").joined(separator: "/")
            let what = "\(place)  \(cloud.cells("request", "state").joined(separator: "  "))"
            Output.line(cloud["expiresAt"].text.map { "\(what) until \($0)" } ?? "\(what)")
            Output.text("    \(cloud.reviewCounts)")
            guard withItems else { continue }
            for item in cloud["items"].elements { Output.line("    \(item.reviewItem)") }
        }
    }

    /// `3 waiting, 1 confirmed`: of a whole review, or of one cloud.
    fileprivate var reviewCounts: String {
        ["waiting", "confirmed", "withdrawn", "bySilence", "moot", "untouched"].compactMap { name in
            guard let count = self[name].number, count > 0 else { return nil }
            return ReviewVerdict(rawValue: name).map { "\(count) \(TerminalLanguage.words($0.words))" }
        }.joined(separator: ", ")
    }

    fileprivate var reviewItem: Sentence {
        let told = self["verdict"].text ?? ""
        let verdict = ReviewVerdict(rawValue: told)?.words ?? "\(told)"
        let what: Sentence = "\(cells("person", "profile").joined(separator: " ")): \(verdict)"
        guard let by = self["by"].text, let at = self["at"].text else { return what }
        let decided: Sentence = "\(what) by \(by)"
        return "\(self["onBehalfOf"].text.map { "\(decided) on behalf of \($0)" } ?? decided), \(at)"
    }
}

extension ReviewVerdict {
    fileprivate var words: Sentence {
        switch self {
        case .bySilence: "withdrawn by silence"
        case .moot: "changed or ended meanwhile"
        case .waiting, .confirmed, .withdrawn, .untouched: "\(word: rawValue)"
        }
    }
}
