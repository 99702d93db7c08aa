import ArgumentParser
import Basics
import Foundation
import Onboarding
import Records
import Remote

struct RequestCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Requests for accounts: submit, follow, decide.",
        discussion: "Example:\n  usher request list --mine --as rita@acme.example",
        subcommands: [
            SubmitCommand.self, List.self, Show.self, Approve.self, Reject.self, Question.self, Answer.self,
            Cancel.self, Invite.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List requests, newest first.",
            discussion: "Example:\n  usher request list --org acme --overdue --as rita@acme.example")

        @Flag(help: "Only what I requested.") var mine = false
        @Option(help: "Only of this organization.") var org: String?
        @Option(help: "Only in this state of the workflow.") var state: String?
        @Flag(help: "Only what is overdue.") var overdue = false
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let call = APIRequest.get(
                "requests",
                query: page.query(
                    ("organization", org), ("state", state), ("mine", flag(mine)), ("overdue", flag(overdue))))
            try await actor.listRequests(call, empty: "There is no such request.") { app, actor in
                try await app.onboarding.requests(
                    organization: org, mine: mine, state: state, overdue: overdue, page.page, by: actor)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a request.", discussion: "Example:\n  usher request show ID --history")

        @Argument(help: "The request's id.") var id: String
        @Flag(help: "With everything that happened.") var history = false
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answerRequest(.get("requests", id, query: [("history", flag(history))])) { app, actor in
                try await app.onboarding.request(try requestID(id), withHistory: history, by: actor)
            }
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
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
            let items = try item.map { text in
                // An address may hold the sign: where there is one, what follows the @ counts.
                let sign = text[(text.firstIndex(of: "@") ?? text.startIndex)...].firstIndex(of: "=")
                let parts = sign.map { [String(text[..<$0]), String(text[text.index(after: $0)...])] } ?? [text]
                guard !parts[0].isEmpty, parts.count == 1 || !parts[1].isEmpty else {
                    throw ValidationError("--item takes CLOUD, CLOUD=LOWER-PROFILE or EMAIL, not \(text).")
                }
                return ItemDecision(cloud: parts[0], lowered: parts.count == 2 ? parts[1] : nil)
            }
            let members: [String: JSON] = [
                "decision": "approve", "shown": JSON(shown),
                "items": .array(
                    items.map { item in
                        let cloud: JSON = ["cloud": .string(item.item)]
                        return item.lowered.map { cloud.with("profile", .string($0)) } ?? cloud
                    }),
            ]
            try await actor.act(on: id, .post("requests", id, "decisions", body: members)) {
                try await $0.approve($1, items: items, shown: shown, by: $2)
            }
        }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reject a request, all of it or item by item; in an access review, withdraw access.",
            discussion:
                "Example:\n  usher request reject ID --reason 'Not on the project' --as boss@example.com --code 123456")

        @Argument(help: "The request's id.") var id: String
        @Option(help: ArgumentHelp("A cloud or a person; repeatable.", valueName: "item")) var item: [String] = []
        @Option(help: "Why; the requester reads it.") var reason: String
        @Option(help: "The `shown` of what you looked at: refuses if the items have changed since.") var shown: String?
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: [String: JSON] = [
                "decision": "reject", "reason": .string(reason), "shown": JSON(shown),
                "items": .array(item.map { ["cloud": .string($0)] }),
            ]
            try await actor.act(on: id, .post("requests", id, "decisions", body: members)) {
                try await $0.reject($1, clouds: item, reason: reason, shown: shown, by: $2)
            }
        }
    }

    struct Question: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask the requester something before deciding.",
            discussion: "Example:\n  usher request question ID 'Why Operator?' --as boss@example.com --code 123456")

        @Argument(help: "The request's id.") var id: String
        @Argument(help: "The question.") var text: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.act(on: id, .post("requests", id, "questions", body: ["text": .string(text)])) {
                try await $0.ask($1, question: text, by: $2)
            }
        }
    }

    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answer the approver's question.",
            discussion: "Example:\n  usher request answer ID 'She runs the releases.' --as rita@acme.example")

        @Argument(help: "The request's id.") var id: String
        @Argument(help: "The answer.") var text: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.act(on: id, .post("requests", id, "answers", body: ["text": .string(text)])) {
                try await $0.answer($1, text, by: $2)
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Withdraw a request; what it granted so far is taken back.",
            discussion: "Example:\n  usher request cancel ID --as rita@acme.example")

        @Argument(help: "The request's id.") var id: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.act(on: id, .post("requests", id, "cancellation")) { try await $0.cancel($1, by: $2) }
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
        try await actor.listRequests(.get("inbox", query: page.query()), empty: "Nothing waits for you.") {
            app, actor in
            try await app.onboarding.inbox(page.page, by: actor)
        }
    }
}

extension ActorOptions {
    /// One choice on one request, and the request as it then is.
    func act(
        on id: String, _ call: APIRequest, _ body: (Onboarding, RequestID, Actor) async throws -> RequestView
    ) async throws {
        try await answerRequest(call) { app, actor in
            let id = try requestID(id)
            _ = try await body(app.onboarding, id, actor)
            // Read again: the consequences that were carried out at once may have moved it on.
            return try await app.onboarding.request(id, withHistory: false, by: actor)
        }
    }

    /// A request, shown.
    func answerRequest(
        _ call: @autoclosure () throws -> APIRequest, here: (App, Actor) async throws -> RequestView
    ) async throws {
        try await answer(try call(), here: { try await here($0, $1).json }, print: { try RequestView($0).print() })
    }

    fileprivate func listRequests(
        _ call: APIRequest, empty: String, here: (App, Actor) async throws -> Page<RequestView>
    ) async throws {
        try await list(
            call, here: { try await here($0, $1).document(\.json) },
            heading: ["REQUEST", "STATE", "DUE", "PERSON", "ITEMS"], empty: empty
        ) { item in
            let view = try RequestView(item)
            return [view.id, view.state, view.dueSummary, view.subject, view.itemSummary]
        }
    }
}

extension Page where Element: Sendable {
    func document(_ json: (Element) -> JSON) -> JSON { .page(items.map(json), next: next) }
}

extension RequestView {
    fileprivate var dueSummary: String {
        if frozenAt != nil { return "frozen" }
        return (dueAt.map { String($0.prefix(10)) } ?? "-") + (overdue ? " overdue" : "")
    }

    func print() {
        let standing = frozenAt != nil ? " (frozen)" : overdue ? " (overdue)" : ""
        Output.line(Output.bold("\(workflow) \(id)") + "  \(state)\(standing)")
        let place = organization ?? "the provider"
        if let person { Output.line("For:       \(person.name) <\(person.email)>, \(place)") }
        if let cloud { Output.line("About:     the cloud \(cloud) of \(place)") }
        for item in items {
            let lowered = item.profile == item.asked ? "" : " (asked: \(item.asked))"
            Output.line("Item:      \(item.person ?? item.cloud) \(item.profile)\(lowered), \(item.state)")
        }
        if let replaces { Output.line("Replaces:  \(replaces)") }
        if let newCloud { Output.line("New cloud: \(newCloud.name) (\(newCloud.slug))") }
        if cloud != nil, !waitingFor.isEmpty { Output.line("Shown:     \(shown)") }
        Output.line("Why:       \(reason)")
        if let until { Output.line("Until:     \(until)") }
        Output.line("Requested: \(createdAt) by \(requestedBy)")
        if let frozenAt { Output.line("Frozen:    since \(frozenAt); the times below are as of then") }
        if let dueAt { Output.line("Due:       \(dueAt)") }
        for timer in timers { Output.line("Timer:     \(timer.at)  \(timer.id)") }
        for waiting in waitingFor {
            let standIns = waiting.standIns.map { "\($0.email) (stands in for \($0.absent))" }
            Output.line("Waits for: \(waiting.part): \((waiting.people + standIns).joined(separator: ", "))")
        }
        if vacant { Output.line("           nobody can decide this at present; those who can change that were told") }
        for mail in undeliverable ?? [] {
            Output.line("Mail:      could not be delivered to \(mail.recipient): \(mail.error)")
        }
        for effect in effects ?? [] {
            let error = effect.error.map { ": \($0)" } ?? ""
            Output.line("Effect:    \(effect.state) \(effect.key), tries: \(effect.tries)\(error)")
        }
        for entry in history ?? [] {
            let behalf = entry.onBehalfOf.map { " on behalf of \($0)" } ?? ""
            let move = entry.from == entry.to ? entry.to : "\(entry.from ?? "-") → \(entry.to)"
            Output.line("\(entry.at)  \(entry.event)  \(move)  by \(entry.by)\(behalf)")
            if let note = entry.note { Output.line("    \(note)") }
        }
    }
}
