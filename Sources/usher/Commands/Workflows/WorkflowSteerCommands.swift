import ArgumentParser
import Basics
import Operations

extension WorkflowCommands {
    /// `usher workflow freeze ID`: the clocks of one request stop.
    struct Freeze: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "freeze", abstract: "Stop a request: no timer fires and nobody decides until it is thawed.",
            discussion: """
                Every timer and the due date keep the time that is left of them. What was ordered \
                before is still carried
                out, and the request can still be withdrawn.

                Example:
                  usher workflow freeze ID --reason 'the customer checks the contract'
                """)

        @OptionGroup var steering: SteeringOptions

        func run() async throws {
            try await steering.run(.freezeRequest)
        }
    }

    struct Thaw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "thaw", abstract: "Let a frozen request go on, with the time that was left of its timers.",
            discussion: "Example:\n  usher workflow thaw ID --reason 'the contract holds'")

        @OptionGroup var steering: SteeringOptions

        func run() async throws {
            try await steering.run(.thawRequest)
        }
    }

    struct Deadline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "deadline", abstract: "Move the due date of a request, or one of its timers.",
            discussion: """
                Without --timer: the due date, or in a state that shows none, the timer that leaves the state. `usher
                request show ID` lists the timers. A day means its end, in the organization's time zone.

                Examples:
                  usher workflow deadline ID 2027-03-31 --reason 'the approver is ill'
                  usher workflow deadline ID 2027-04-15T12:00:00Z --timer go.expired --reason 'Easter'
                """)

        @Argument(help: ArgumentHelp("The request's id.", valueName: "id")) var id: String
        @Argument(help: "A day, or an instant with a zone; within a year from now.") var time: String
        @Option(help: "Which timer, as `usher request show` names it.") var timer: String?
        @Option(help: "Why; kept in the history and the audit trail.") var reason: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: JSON.Members = ["at": .string(time), "timer": JSON(timer), "reason": .string(reason)]
            try await actor.answerRequest(APIRequest(.moveDeadline, id, body: members))
        }
    }
}

/// Which request, and why.
struct SteeringOptions: ParsableArguments {
    @Argument(help: "The request's id.") var id: String
    @Option(help: "Why; kept in the history and the audit trail.") var reason: String
    @OptionGroup var actor: ActorOptions

    func run(_ operation: APIOperation) async throws {
        try await actor.answerRequest(APIRequest(operation, id, body: ["reason": .string(reason)]))
    }
}
