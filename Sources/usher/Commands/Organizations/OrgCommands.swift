public import ArgumentParser
import Basics
import Directory
import Operations

struct OrgCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "org", abstract: "Customer organizations.",
        discussion: "Example:\n  usher org list",
        subcommands: [Add.self, Set.self, List.self, Show.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add an organization with its first cloud, and invite its security representative.",
            discussion:
                "For operators by duty, a manager agrees before anybody represents "
                + "it.\n\nExample:\n  usher org add 'Acme Health' --slug acme --representative rita@acme.example"
        )

        @Argument(help: "Name.") var name: String
        @Option(help: "Short name for commands; made from the name if left out.") var slug: String?
        @Option(help: "E-mail address of the security representative.") var representative: String
        @Option(help: "Their name.") var representativeName: String?
        @Option(help: "E-mail address of the service delivery manager; the first one if left out.") var manager: String?
        @Option(help: "Language of those invited: en, fr, de, or another that the installation has.") var locale = "en"
        @Option(help: "client, or group for the provider's own group.") var kind: Organization.Kind = .client
        @Option(help: "Calendar of its business days; the installation's if left out.") var calendar: String?
        @Option(help: "IANA time zone; the installation's if left out.") var timeZone: String?
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: JSON.Members = [
                "name": .string(name), "slug": JSON(slug), "representative": .string(representative),
                "representativeName": JSON(representativeName), "manager": JSON(manager), "locale": .string(locale),
                "kind": .string(kind.rawValue), "calendar": JSON(calendar), "timeZone": JSON(timeZone),
            ]
            var whereMailGoes: Sentence?
            let added = try await actor.asking { desk in
                if case .folder(let app, _) = desk { whereMailGoes = app.whereMailGoes }
                return try await desk.send(APIRequest(.addOrganization, body: members)).document
            }
            try actor.show(added) {
                let names = $0.cells("name", "slug")
                Output.line("Added \(names[0]) (\(names[1])) with the cloud default.")
                let invited: Sentence = "Whoever was new is invited."
                Output.line(whereMailGoes.map { Sentence([invited, $0]) } ?? invited)
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Say by which calendar an organization works, in which time zone, and of which kind it is.",
            discussion: """
                Times are for deadlines and reminders that are set from now on; those that are set stay. An empty text
                is the installation's. Zones that are reserved for the provider's own group are open to organizations
                of the kind group alone.

                Examples:
                  usher org set acme --calendar england --time-zone Europe/London
                  usher org set intern --kind group
                """)

        @Argument(help: "Short name.") var slug: String
        @Option(help: "Calendar of its business days: a file in catalogue/calendars.") var calendar: String?
        @Option(help: "IANA time zone, such as Europe/Paris.") var timeZone: String?
        @Option(help: "client, or group for the provider's own group.") var kind: Organization.Kind?
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            if calendar == nil, timeZone == nil, kind == nil {
                throw ValidationError("Say what to set: --calendar NAME, --time-zone ZONE, --kind KIND.")
            }
        }

        func run() async throws {
            let members: JSON.Members = [
                "calendar": JSON(calendar), "timeZone": JSON(timeZone), "kind": JSON(kind?.rawValue),
            ]
            try await actor.answer(APIRequest(.setOrganization, slug, body: members)) {
                let name = $0["name"].text ?? ""
                if calendar != nil || timeZone != nil { Output.line("Business days of \(name): \($0.workingTime).") }
                if let kind { Output.line("\(name) is of the kind \(kind.rawValue).") }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List organizations.", discussion: "Example:\n  usher org list --json")

        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.list(
                APIRequest(.listOrganizations, query: page.query()),
                heading: ["SLUG", "NAME", "KIND", "SINCE"],
                empty: "There is no organization yet. Add one with: usher org add"
            ) { $0.cells("slug", "name", "kind", "createdAt") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show an organization with its clouds and people in charge.",
            discussion: "Example:\n  usher org show acme")

        @Argument(help: "Short name.") var slug: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.showOrganization, slug)) { found in
                func listed(_ texts: [String]) -> Sentence { "\(texts.joined(separator: ", "))" }
                Output.text(Output.bold(found["name"].text ?? "") + "  (\(slug))")
                var fields = Fields(column: 18)
                fields.add("Kind:", "\(found["kind"].text ?? "")")
                fields.add("Calendar:", found.workingTime)
                fields.add("Clouds:", listed(found["clouds"].elements.compactMap { $0["slug"].text }))
                fields.add("Representatives:", listed(found["representatives"].elements.map(\.summary)))
                fields.add("Delivery managers:", listed(found["managers"].elements.map(\.summary)))
                fields.print()
            }
        }
    }
}

extension Organization.Kind: ExpressibleByArgument {}

extension JSON {
    /// Of an organization's document: `france, in Europe/Paris`; what is the installation's says so.
    fileprivate var workingTime: Sentence {
        let names = self["worksBy"].cells("calendar", "timeZone")
        return self["calendar"] == .null
            ? "\(names[0]) (of the installation), in \(names[1])" : "\(names[0]), in \(names[1])"
    }
}

struct CloudCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cloud", abstract: "Clouds: partitions of an organization.",
        discussion: "Example:\n  usher cloud list acme",
        subcommands: [Add.self, Request.self, List.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a cloud to an organization.",
            discussion: "Example:\n  usher cloud add acme Production --slug prod")

        @Argument(help: "Short name of the organization.") var organization: String
        @Argument(help: "Name of the cloud.") var name: String
        @Option(help: "Short name for commands; made from the name if left out.") var slug: String?
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: JSON.Members = ["name": .string(name), "slug": JSON(slug)]
            try await actor.answer(APIRequest(.addCloud, organization, body: members)) {
                let names = $0.cells("name", "slug")
                Output.line("Added the cloud \(names[0]) (\(organization)/\(names[1])).")
            }
        }
    }

    struct Request: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "request", abstract: "Ask for another cloud of an organization; a delivery manager decides.",
            discussion: """
                Decided by `usher request approve` and `reject`, like every request.

                Example:
                  usher cloud request acme 'Data lake' --slug lake --reason 'Analytics' --as rita@acme.example
                """)

        @Argument(help: "Short name of the organization.") var organization: String
        @Argument(help: "Name of the cloud.") var name: String
        @Option(help: "Short name for commands; made from the name if left out.") var slug: String?
        @Option(help: "Why; the approver reads it.") var reason: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: JSON.Members = ["name": .string(name), "slug": JSON(slug), "reason": .string(reason)]
            try await actor.answerRequest(APIRequest(.requestCloud, organization, body: members))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the clouds of an organization.",
            discussion: "Example:\n  usher cloud list acme")

        @Argument(help: "Short name of the organization.") var organization: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.list(
                APIRequest(.listClouds, organization), heading: ["CLOUD", "NAME"],
                empty: "\(organization) has no cloud."
            ) { ["\(organization)/\($0["slug"].text ?? "")", $0["name"].text ?? ""] }
        }
    }
}

/// Says on standard error how a list goes on.
func say(next: String?) {
    if let next { Output.error("More: --after \(next)") }
}
