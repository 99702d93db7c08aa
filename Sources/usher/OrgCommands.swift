import ArgumentParser
import Basics
import Directory
import Onboarding
import Workflow

struct OrgCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "org", abstract: "Customer organizations.",
        discussion: "Example:\n  usher org list",
        subcommands: [Add.self, Set.self, List.self, Show.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an organization with its first cloud, and invite its security representative.",
            discussion: "Example:\n  usher org add 'Acme Health' --slug acme --representative rita@acme.example")

        @Argument(help: "Name.") var name: String
        @Option(help: "Short name for commands; made from the name if left out.") var slug: String?
        @Option(help: "E-mail address of the security representative.") var representative: String
        @Option(help: "Their name.") var representativeName: String?
        @Option(help: "E-mail address of the service delivery manager; the first one if left out.") var manager: String?
        @Option(help: "Language of those invited: en or fr.") var locale = "en"
        @Option(help: "Calendar of its business days; the installation's if left out.") var calendar: String?
        @Option(help: "IANA time zone; the installation's if left out.") var timeZone: String?
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                let organization = try await app.onboarding.addOrganization(
                    name: name, slug: slug, representative: representative, representativeName: representativeName,
                    manager: manager, language: locale,
                    locality: Locality(calendar: calendar, timeZone: timeZone), by: actor)
                if self.actor.json { return try Output.json(organization.json) }
                Output.line("Added \(organization.name) (\(organization.slug)) with the cloud default.")
                Output.line("Whoever was new is invited. \(app.whereMailGoes)")
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say by which calendar an organization works, and in which time zone.",
            discussion: """
                For deadlines and reminders that are set from now on; those that are set stay. An empty text is the
                installation's.

                Example:
                  usher org set acme --calendar england --time-zone Europe/London
                """)

        @Argument(help: "Short name.") var slug: String
        @Option(help: "Calendar of its business days: a file in catalogue/calendars.") var calendar: String?
        @Option(help: "IANA time zone, such as Europe/Paris.") var timeZone: String?
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            if calendar == nil, timeZone == nil {
                throw ValidationError("Say what to set: --calendar NAME, --time-zone ZONE.")
            }
        }

        func run() async throws {
            try await actor.run { app, actor in
                let organization = try await app.onboarding.setOrganization(
                    slug, calendar: calendar, timeZone: timeZone, by: actor)
                if self.actor.json { return try Output.json(organization.json) }
                Output.line("Business days of \(organization.name): \(try app.workingTime(of: organization)).")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List organizations.", discussion: "Example:\n  usher org list --json")

        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                let found = try await app.onboarding.organizations(page.page, by: actor)
                if self.actor.json { return try Output.json(found.items.map(\.json), next: found.next) }
                Table(
                    "SLUG", "NAME", "SINCE",
                    rows: found.items.map { [$0.slug.text, $0.name.text, $0.createdAt.iso8601] }
                )
                .print(empty: "There is no organization yet. Add one with: usher org add")
                say(next: found.next)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show an organization with its clouds and people in charge.",
            discussion: "Example:\n  usher org show acme")

        @Argument(help: "Short name.") var slug: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                let found = try await app.onboarding.organization(slug, by: actor)
                if self.actor.json {
                    return try Output.json(
                        found.organization.json(
                            clouds: found.clouds, representatives: found.representatives, managers: found.managers))
                }
                Output.line(Output.bold(found.organization.name.text) + "  (\(slug))")
                Output.line("Calendar:         " + (try app.workingTime(of: found.organization)))
                Output.line("Clouds:           " + found.clouds.map(\.slug.text).joined(separator: ", "))
                Output.line("Representatives:  " + found.representatives.map(\.summary).joined(separator: ", "))
                Output.line("Delivery managers: " + found.managers.map(\.summary).joined(separator: ", "))
            }
        }
    }
}

extension App {
    /// `france, in Europe/Paris`; what is the installation's says so.
    fileprivate func workingTime(of organization: Organization) throws -> String {
        let calendar = try onboarding.calendars.calendar(of: organization.locality)
        let isInherited = organization.locality.calendar == nil ? " (of the installation)" : ""
        return "\(organization.locality.calendar ?? settings["calendar"])\(isInherited), in \(calendar.zone.name)"
    }
}

struct CloudCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cloud", abstract: "Clouds: partitions of an organization.",
        discussion: "Example:\n  usher cloud list acme",
        subcommands: [Add.self, Request.self, List.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a cloud to an organization.",
            discussion: "Example:\n  usher cloud add acme Production --slug prod")

        @Argument(help: "Short name of the organization.") var organization: String
        @Argument(help: "Name of the cloud.") var name: String
        @Option(help: "Short name for commands; made from the name if left out.") var slug: String?
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                let cloud = try await app.onboarding.addCloud(
                    organization: organization, name: name, cloudSlug: slug, by: actor)
                if self.actor.json { return try Output.json(cloud.json) }
                Output.line("Added the cloud \(cloud.name) (\(organization)/\(cloud.slug)).")
            }
        }
    }

    struct Request: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask for another cloud of an organization; a delivery manager decides.",
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
            try await actor.run { app, actor in
                let view = try await app.onboarding.requestCloud(
                    organization: organization, name: name, cloudSlug: slug, reason: reason, by: actor)
                if self.actor.json { return try Output.json(view.json) }
                view.print()
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the clouds of an organization.", discussion: "Example:\n  usher cloud list acme")

        @Argument(help: "Short name of the organization.") var organization: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                let found = try await app.onboarding.organization(organization, by: actor)
                if self.actor.json { return try Output.json(found.clouds.map(\.json), next: nil) }
                Table("CLOUD", "NAME", rows: found.clouds.map { ["\(organization)/\($0.slug)", $0.name.text] })
                    .print(empty: "\(organization) has no cloud.")
            }
        }
    }
}

/// Says on standard error how a list goes on.
func say(next: String?) {
    if let next { Output.error("More: --after \(next)") }
}
