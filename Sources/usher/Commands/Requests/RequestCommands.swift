import ArgumentParser
import Basics
import Onboarding
import Operations

struct RequestCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Requests for accounts and access: submit, follow, decide.",
        discussion: "Example:\n  usher request list --mine --as rita@acme.example",
        subcommands: [
            SubmitCommand.self, List.self, Show.self, Approve.self, Reject.self, Question.self, Answer.self,
            Cancel.self, Invite.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List requests, newest first.",
            discussion: "Example:\n  usher request list --org acme --overdue --as rita@acme.example")

        @Flag(help: "Only what I requested.") var mine = false
        @Option(help: "Only of this organization.") var org: String?
        @Option(help: "Only in this state of the workflow.") var state: String?
        @Flag(help: "Only what is overdue.") var overdue = false
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let query = page.query(
                ("organization", org), ("state", state), ("mine", flag(mine)), ("overdue", flag(overdue)))
            try await actor.listRequests(APIRequest(.listRequests, query: query), empty: "There is no such request.")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a request.", discussion: "Example:\n  usher request show ID --history")

        @Argument(help: "The request's id.") var id: String
        @Flag(help: "With everything that happened.") var history = false
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answerRequest(APIRequest(.showRequest, id, query: [("history", flag(history))]))
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "approve",
            abstract: "Approve a request, all of it or item by item, lowering profiles where that is enough.",
            discussion: """
                Examples:
                  usher request approve ID --item prod=STD --item test --as boss@example.com --code 123456
                An access review is confirmed person by person, or all that was shown:
                  usher request approve ID --item alice@acme.example --as rita@acme.example --code 123456
                  usher request approve ID --shown 3f9c0d1e2a4b5c6d --as rita@acme.example --code 123456
                """)

        @Argument(help: "The request's id.") var id: String
        @Option(
            help: ArgumentHelp(
                "A cloud, perhaps with a lower profile, or a person; repeatable.", valueName: "item[=profile]"))
        var item: [String] = []
        @Option(help: "The `shown` of what you looked at: refuses if the items have changed since.") var shown: String?
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let items = try item.map { text -> JSON in
                // An address may hold the sign: where there is one, what follows the @ counts.
                let sign = text[(text.firstIndex(of: "@") ?? text.startIndex)...].firstIndex(of: "=")
                let parts = sign.map { [String(text[..<$0]), String(text[text.index(after: $0)...])] } ?? [text]
                guard !parts[0].isEmpty, parts.count == 1 || !parts[1].isEmpty else {
                    throw ValidationError("--item takes CLOUD, CLOUD=LOWER-PROFILE or EMAIL, not \(text).")
                }
                let cloud: JSON = ["cloud": .string(parts[0])]
                return parts.count == 2 ? cloud.with("profile", .string(parts[1])) : cloud
            }
            let members: JSON.Members = ["decision": "approve", "shown": JSON(shown), "items": .array(items)]
            try await actor.answerRequest(APIRequest(.decideRequest, id, body: members))
        }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reject",
            abstract: "Reject a request, all of it or item by item; in an access review, withdraw access.",
            discussion:
                "Example:\n  usher request reject ID --reason 'Not on the project' --as boss@example.com --code 123456")

        @Argument(help: "The request's id.") var id: String
        @Option(help: ArgumentHelp("A cloud or a person; repeatable.", valueName: "item")) var item: [String] = []
        @Option(help: "Why; the requester reads it.") var reason: String
        @Option(help: "The `shown` of what you looked at: refuses if the items have changed since.") var shown: String?
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: JSON.Members = [
                "decision": "reject", "reason": .string(reason), "shown": JSON(shown),
                "items": .array(item.map { ["cloud": .string($0)] }),
            ]
            try await actor.answerRequest(APIRequest(.decideRequest, id, body: members))
        }
    }

    struct Question: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "question", abstract: "Ask the requester something before deciding.",
            discussion: "Example:\n  usher request question ID 'Why Operator?' --as boss@example.com --code 123456")

        @Argument(help: "The request's id.") var id: String
        @Argument(help: "The question.") var text: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answerRequest(APIRequest(.askRequester, id, body: ["text": .string(text)]))
        }
    }

    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "answer", abstract: "Answer the approver's question.",
            discussion: "Example:\n  usher request answer ID 'She runs the releases.' --as rita@acme.example")

        @Argument(help: "The request's id.") var id: String
        @Argument(help: "The answer.") var text: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answerRequest(APIRequest(.answerQuestion, id, body: ["text": .string(text)]))
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel",
            abstract: "Withdraw a request, or object to one about yourself; what it granted so far is taken back.",
            discussion: "Example:\n  usher request cancel ID --as rita@acme.example")

        @Argument(help: "The request's id.") var id: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answerRequest(APIRequest(.cancelRequest, id))
        }
    }
}

struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "What waits for me, oldest due first.",
        discussion: "Example:\n  usher inbox --as boss@example.com")

    @OptionGroup var page: PageOptions
    @OptionGroup var actor: ActorOptions

    func run() async throws {
        try await actor.listRequests(APIRequest(.inbox, query: page.query()), empty: "Nothing waits for you.")
    }
}

extension ActorOptions {
    /// A request, shown.
    func answerRequest(_ request: APIRequest) async throws {
        try await answer(request) { try RequestView($0).print() }
    }

    fileprivate func listRequests(_ request: APIRequest, empty: Sentence) async throws {
        try await list(request, heading: ["REQUEST", "STATE", "DUE", "PERSON", "ITEMS"], empty: empty) { item in
            let view = try RequestView(item)
            return [view.id, view.state, view.dueSummary, view.subject, view.itemSummary]
        }
    }
}

extension RequestView {
    fileprivate var dueSummary: String {
        if frozenAt != nil { return TerminalLanguage.words("frozen") }
        let day = dueAt.map { String($0.prefix(10)) } ?? "-"
        return overdue ? TerminalLanguage.words("\(day) overdue") : day
    }

    func print() {
        let head = Output.bold("\(workflow) \(id)") + "  \(state)"
        Output.line(frozenAt != nil ? "\(head) (frozen)" : overdue ? "\(head) (overdue)" : "\(head)")
        var fields = Fields(column: 11)
        let place = Sentence.place(organization)
        if let person { fields.add("For:", "\(person.name) <\(person.email)>, \(place)") }
        if let cloud { fields.add("About:", "the cloud \(cloud) of \(place)") }
        for item in items {
            let what = "\(item.person ?? item.cloud) \(item.profile)"
            let isLowered = item.profile != item.asked
            let told: Sentence = isLowered ? "\(what) (asked: \(item.asked)), \(item.state)" : "\(what), \(item.state)"
            fields.add(
                "Item:", item.left.map { $0 == item.profile ? "\(told); ends earlier" : "\(told); left: \($0)" } ?? told
            )
        }
        if let replaces { fields.add("Replaces:", "\(replaces)") }
        if let newCloud { fields.add("New cloud:", "\(newCloud.name) (\(newCloud.slug))") }
        if cloud != nil, !waitingFor.isEmpty { fields.add("Shown:", "\(shown)") }
        fields.add("Why:", "\(reason)")
        if let until { fields.add("Until:", "\(until)") }
        fields.add("Requested:", "\(createdAt) by \(requestedBy)")
        if let frozenAt { fields.add("Frozen:", "since \(frozenAt); the times below are as of then") }
        if let dueAt { fields.add("Due:", "\(dueAt)") }
        for timer in timers { fields.add("Timer:", "\(timer.at)  \(timer.id)") }
        for waiting in waitingFor {
            let standIns = waiting.standIns.map { TerminalLanguage.words("\($0.email) (stands in for \($0.absent))") }
            fields.add("Waits for:", "\(waiting.part): \((waiting.people + standIns).joined(separator: ", "))")
        }
        if vacant { fields.add("", "nobody can decide this at present; those who can change that were told") }
        for mail in undeliverable ?? [] {
            fields.add("Mail:", "could not be delivered to \(mail.recipient): \(mail.error)")
        }
        for effect in effects ?? [] {
            let what: Sentence = "\(effect.state) \(effect.key), tries: \(effect.tries)"
            fields.add("Effect:", effect.error.map { "\(what): \($0)" } ?? what)
        }
        fields.print()
        for entry in history ?? [] {
            let move = entry.from == entry.to ? entry.to : "\(entry.from ?? "-") → \(entry.to)"
            let what: Sentence = "\(entry.at)  \(entry.event)  \(move)  by \(entry.by)"
            Output.line(entry.onBehalfOf.map { "\(what) on behalf of \($0)" } ?? what)
            if let note = entry.note { Output.text("    \(note)") }
        }
    }
}
