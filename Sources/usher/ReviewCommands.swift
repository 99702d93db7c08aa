import ArgumentParser
import Basics
import Onboarding

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
            try await actor.run { app, actor in
                let start = try await app.onboarding.startReview(
                    organization: org, until: until, reason: reason, by: actor)
                if self.actor.json {
                    guard case .object(var members) = start.review.json else { return }
                    members["skipped"] = .array(start.skipped.map(JSON.string))
                    return try Output.json(.object(members))
                }
                start.review.print(withItems: false)
                for cloud in start.skipped { Output.error("\(cloud) is left out: a review of it is open already.") }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List reviews with their progress, newest first.",
            discussion: "Example:\n  usher review list --org acme --as rita@acme.example")

        @Option(help: ArgumentHelp("Only of this organization.", valueName: "slug")) var org: String?
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                let found = try await app.onboarding.reviews(organization: org, page.page, by: actor)
                if self.actor.json { return try Output.json(found.items.map(\.json), next: found.next) }
                Table(
                    "REVIEW", "STARTED", "CLOUDS", "PROGRESS", "WHY",
                    rows: found.items.map {
                        [
                            $0.campaign, String($0.startedAt.prefix(10)),
                            "\($0.clouds.count { $0.isOpen }) of \($0.clouds.count) open", $0.counts.sentence,
                            $0.reason,
                        ]
                    }
                ).print(empty: "There is no review.")
                say(next: found.next)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a review cloud by cloud: who confirmed what, what was withdrawn, by whom or by silence.",
            discussion: "Example:\n  usher review show CAMPAIGN --as rita@acme.example")

        @Argument(help: "The review's id.") var campaign: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                guard let id = CampaignID(campaign) else {
                    throw Fault(.notFound, "There is no review \(campaign.prefix(60)).")
                }
                let view = try await app.onboarding.review(id, by: actor)
                if self.actor.json { return try Output.json(view.json) }
                view.print(withItems: true)
            }
        }
    }
}

extension ReviewView {
    var json: JSON {
        guard case .object(var members) = counts.json else { return counts.json }
        members["campaign"] = .string(campaign)
        members["reason"] = .string(reason)
        members["startedBy"] = .string(startedBy)
        members["startedAt"] = .string(startedAt)
        members["until"] = JSON(until)
        members["open"] = .bool(isOpen)
        members["clouds"] = .array(clouds.map(\.json))
        return .object(members)
    }

    func print(withItems: Bool) {
        Output.line(Output.bold("review \(campaign)") + "  \(isOpen ? "open" : "ended")")
        Output.line("Why:       \(reason)")
        Output.line("Started:   \(startedAt) by \(startedBy)")
        if let until { Output.line("Until:     \(until)") }
        Output.line("Progress:  \(counts.sentence)")
        for cloud in clouds {
            let end = cloud.expiresAt.map { " until \($0)" } ?? ""
            Output.line("\(cloud.organization)/\(cloud.cloud)  \(cloud.request)  \(cloud.state)\(end)")
            Output.line("    \(cloud.counts.sentence)")
            guard withItems else { continue }
            for item in cloud.items ?? [] { Output.line("    \(item.sentence)") }
        }
    }
}

extension ReviewCounts {
    var json: JSON {
        [
            "confirmed": .integer(Int64(confirmed)), "withdrawn": .integer(Int64(withdrawn)),
            "bySilence": .integer(Int64(bySilence)), "moot": .integer(Int64(moot)),
            "waiting": .integer(Int64(waiting)), "untouched": .integer(Int64(untouched)),
        ]
    }

    var sentence: String {
        let counted = [
            (waiting, "waiting"), (confirmed, "confirmed"), (withdrawn, "withdrawn"),
            (bySilence, "withdrawn by silence"), (moot, "changed or ended meanwhile"), (untouched, "untouched"),
        ]
        return counted.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}

extension CloudReview {
    var json: JSON {
        guard case .object(var members) = counts.json else { return counts.json }
        members["request"] = .string(request)
        members["organization"] = .string(organization)
        members["cloud"] = .string(cloud)
        members["state"] = .string(state)
        members["expiresAt"] = JSON(expiresAt)
        if let items { members["items"] = .array(items.map(\.json)) }
        return .object(members)
    }
}

extension CloudReview.Item {
    var json: JSON {
        [
            "person": .string(person), "profile": .string(profile), "verdict": .string(verdict.rawValue),
            "by": JSON(by), "onBehalfOf": JSON(onBehalfOf), "at": JSON(at),
        ]
    }

    var sentence: String {
        let words =
            switch verdict {
            case .bySilence: "withdrawn by silence"
            case .moot: "changed or ended meanwhile"
            case .confirmed, .withdrawn, .waiting, .untouched: verdict.rawValue
            }
        let decision = by.map { " by \($0)\(onBehalfOf.map { " on behalf of \($0)" } ?? ""), \(at ?? "")" } ?? ""
        return "\(person) \(profile): \(words)\(decision)"
    }
}
