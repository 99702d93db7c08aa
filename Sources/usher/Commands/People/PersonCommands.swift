public import ArgumentParser
import Basics
import Directory
import Operations

struct PersonCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person", abstract: "People and their accounts.",
        discussion: "Example:\n  usher person list --org acme",
        subcommands: [
            List.self, Show.self, Appoint.self, Propose.self, Suspend.self, Resume.self, Close.self, Delegate.self,
            PasswordReset.self, Sessions.self, SignIns.self, Address.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List people.", discussion: "Example:\n  usher person list --org acme")

        @Option(help: "Short name of an organization; everybody if left out.") var org: String?
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.list(
                APIRequest(.listPeople, query: page.query(("organization", org))),
                heading: ["E-MAIL", "NAME", "STATE"], empty: "There is nobody yet."
            ) { $0.cells("email", "name", "state") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a person with duties and grants.",
            discussion: "Example:\n  usher person show alice@acme.example")

        @Argument(help: "E-mail address.") var email: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.showPerson, email)) { person in
                Output.text(Output.bold(person.summary))
                var fields = Fields(column: 14)
                fields.add("Organization:", .place(person["organization"].text))
                fields.add("MFA:", "\(person["mfa"].text ?? "")")
                for former in person["former"].elements {
                    let (name, since) = (former["name"].text ?? "", former["createdAt"].text ?? "")
                    fields.add("Formerly:", "\(name), since \(since), closed")
                }
                for duty in person["duties"].elements {
                    fields.add("Duty:", "\(duty["duty"].text ?? "") of \(Sentence.place(duty["organization"].text))")
                }
                for grant in person["grants"].elements {
                    let whole = grant.toldSpan(of: "\(grant.cells("cloud", "profile").joined(separator: " "))")
                    fields.add("Grant:", grant["ended"].isTrue ? "\(whole), ended" : whole)
                }
                fields.print()
            }
        }
    }

    struct Appoint: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "appoint", abstract: "Give a person a duty; who is new is invited.",
            discussion: """
                The owner of the data folder gives it at once, and whoever holds it there is told. An operator by duty
                asks for it: somebody who holds it agrees, and the person enrols, before anything changes.

                Example:
                  usher person appoint dora@provider.example --duty duty_manager
                """)

        @Argument(help: "E-mail address.") var email: String
        @Option(help: "representative, delivery_manager, duty_manager or operator.") var duty: Duty
        @Option(help: "Short name of the organization towards which.") var org: String?
        @Option(help: "Their name.") var name: String?
        @Option(help: "Their language: en, fr, de, or another that the installation has.") var locale = "en"
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: JSON.Members = [
                "duty": .string(duty.rawValue), "organization": JSON(org), "name": JSON(name),
                "locale": .string(locale),
            ]
            try await actor.answer(APIRequest(.appoint, email, body: members)) {
                let (email, place) = ($0["email"].text ?? "", Sentence.place(org))
                if let request = $0["request"].text {
                    Output.line("Asked that \(email) be \(duty.rawValue) of \(place): whoever holds the duty agrees.")
                    Output.line("See usher request show \(request)")
                } else {
                    Output.line("\(email) is \(duty.rawValue) of \(place).")
                }
            }
        }
    }

    struct Propose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "propose",
            abstract: "Ask for another representative of an organization; a delivery manager decides.",
            discussion: """
                Who is new is invited after the agreement, and represents the organization once they have enrolled an
                authenticator; whoever is replaced does until then.

                Example:
                  usher person propose robin@acme.example --org acme --replaces rita@acme.example \\
                      --reason 'Rita retires' --as rita@acme.example
                """)

        @Argument(help: "E-mail address of the new representative.") var email: String
        @Option(help: "Short name of the organization.") var org: String
        @Option(help: "E-mail address of the representative who then stops.") var replaces: String?
        @Flag(help: "Nobody stops: one representative more.") var additional = false
        @Option(help: "Their name.") var name: String?
        @Option(help: "Their language: en, fr, de, or another that the installation has.") var locale = "en"
        @Option(help: "Why; the approver reads it.") var reason: String
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            guard (replaces != nil) != additional else {
                throw ValidationError("Say who stops with --replaces EMAIL, or that nobody does with --additional.")
            }
        }

        func run() async throws {
            let members: JSON.Members = [
                "email": .string(email), "name": JSON(name), "locale": .string(locale), "replaces": JSON(replaces),
                "reason": .string(reason),
            ]
            try await actor.answerRequest(APIRequest(.proposeRepresentative, org, body: members))
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "suspend", abstract: "Stop an account at once; its grants are kept.",
            discussion:
                "Example:\n  usher person suspend alice@acme.example --until 2027-01-31 --reason 'Laptop stolen'")

        @Option(help: "Resume by itself at the end of this day, or at this instant.") var until: String?
        @OptionGroup var care: CareOptions

        func run() async throws {
            try await care.change("suspended", by: .suspendPerson, ["until": JSON(until)])
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume", abstract: "Let a suspended account act again.",
            discussion: "Example:\n  usher person resume alice@acme.example --reason 'Laptop found'")

        @OptionGroup var care: CareOptions

        func run() async throws {
            try await care.change("active", by: .resumePerson)
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close",
            abstract: "Close an account for good: grants revoked, factor retired, open requests cancelled.",
            discussion: "Example:\n  usher person close alice@acme.example --as rita@acme.example --reason 'Left us'")

        @OptionGroup var care: CareOptions

        func run() async throws {
            try await care.change("closed", by: .closePerson)
        }
    }

    struct Delegate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delegate", abstract: "Let a colleague act in somebody's place for a while.",
            discussion: """
                Example:
                  usher person delegate boss@example.com --to dora@example.com --until 2027-01-15T18:00:00Z
                """)

        @Argument(help: "Whose place.") var email: String
        @Option(help: "E-mail address of the colleague.") var to: String
        @Option(help: "From the beginning of this day, or this instant; now if left out.") var from: String?
        @Option(help: "Until the end of this day in their organization's time zone, or this instant.") var until: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: JSON.Members = ["to": .string(to), "from": JSON(from), "until": .string(until)]
            try await actor.answer(APIRequest(.delegate, email, body: members)) {
                Output.line("\(to) acts for \(email) until \($0["until"].text ?? "").")
            }
        }
    }
}

extension Duty: ExpressibleByArgument {}

/// Whose account is changed, and why.
struct CareOptions: ParsableArguments {
    @Argument(help: "E-mail address.") var email: String
    @Option(help: "Why; kept in the record.") var reason = "Not stated."
    @OptionGroup var actor: ActorOptions

    func change(_ state: String, by operation: APIOperation, _ more: JSON.Members = [:]) async throws {
        let members = more.merging(["reason": .string(reason)]) { $1 }
        let answer = try await actor.document(APIRequest(operation, email, body: members))
        let changed: JSON = [
            "email": .string(email), "state": .string(state), "request": answer["request"], "gaps": answer["gaps"],
        ]
        try actor.show(changed) {
            Output.line("The account of \(email) is \(word: state).")
            for gap in $0["gaps"].elements { Output.line("Note: \(gap.text ?? "")") }
        }
    }
}
