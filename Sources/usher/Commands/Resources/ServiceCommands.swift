import ArgumentParser
import Basics
import Operations

struct ServiceCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service", abstract: "Services: resources of a cloud that belong together.",
        discussion: "Example:\n  usher service list acme/prod",
        subcommands: [Add.self, List.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a service to a cloud.",
            discussion: "It groups resources and restricts no rights.\n\nExample:\n  usher service add acme/prod Shop")

        @Argument(help: ArgumentHelp("The cloud.", valueName: "org/cloud")) var cloud: CloudArgument
        @Argument(help: "Name.") var name: String
        @Option(help: "Short name for commands; made from the name if left out.") var slug: String?
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: JSON.Members = ["name": .string(name), "slug": JSON(slug)]
            try await actor.answer(APIRequest(.addService, cloud.organization, cloud.cloud, body: members)) {
                let names = $0.cells("name", "path")
                Output.line("Added the service \(names[0]) (\(names[1])).")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the services of a cloud.",
            discussion: "Example:\n  usher service list acme/prod")

        @Argument(help: ArgumentHelp("The cloud.", valueName: "org/cloud")) var cloud: CloudArgument
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.list(
                APIRequest(.listServices, cloud.organization, cloud.cloud, query: page.query()),
                heading: ["SERVICE", "NAME"], empty: "\(cloud.text) has no service."
            ) { $0.cells("path", "name") }
        }
    }
}

/// `ORG/CLOUD`.
struct CloudArgument: ExpressibleByArgument {
    let organization, cloud: String

    var text: String { "\(organization)/\(cloud)" }

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        (organization, cloud) = (parts[0], parts[1])
    }
}
