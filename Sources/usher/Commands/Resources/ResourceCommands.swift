import ArgumentParser
import Basics
import Operations

/// `usher resource …`: what the platform runs for customers.
struct ResourceCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resource", abstract: "Resources of the platform, found by their properties and tags.",
        discussion: "Example:\n  usher resource list --cloud acme/prod --tag team=web",
        subcommands: [
            Add.self, List.self, Show.self, ResourceSetCommand.self, Tag.self, Remove.self, ResourceImportCommand.self,
        ])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a resource to a service.",
            discussion: """
                Example:
                  usher resource add acme/prod/shop web-1 --type compute/instance/linux --environment production \\
                    --zone EB-HDS-A --tag team=web --tag tier=front
                """)

        @Argument(help: ArgumentHelp("The service.", valueName: "org/cloud/service")) var service: String
        @Argument(help: "Name.") var name: String
        @Option(help: ArgumentHelp("Category, type and family; the end may be left out.", valueName: "path"))
        var type: String
        @Option(help: "Such as production, qa, dev or test.") var environment: String
        @Option(help: "Availability zone.") var zone: String?
        @Option(help: "ACTIVE, PREPARATION or INACTIVE; ACTIVE if left out.") var status: String?
        @Option(help: ArgumentHelp("A tag; repeatable.", valueName: "key=value")) var tag: [String] = []
        @Option(help: "The platform's id of it; one is made if left out.") var id: String?
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: JSON.Members = [
                "service": .string(service), "name": .string(name), "type": .string(type),
                "environment": .string(environment), "zone": JSON(zone), "status": JSON(status), "id": JSON(id),
                "tags": .object(try WrittenTags.read(tag, mayRemove: false)),
            ]
            try await actor.answer(APIRequest(.addResource, body: members)) { $0.printResource() }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List resources, by their properties and tags.",
            discussion: """
                Each of the options takes a,b for either and !c for what is not; of tags all hold. A page may hold
                fewer than there are, even none: "More" says where it goes on.

                Examples:
                  usher resource list --cloud acme/prod --type compute/instance --status '!INACTIVE'
                  usher resource list --tag team=web --tag tier=front --json
                """)

        @Option(help: ArgumentHelp("Clouds.", valueName: "org/cloud")) var cloud: [String] = []
        @Option(help: ArgumentHelp("Services.", valueName: "org/cloud/service")) var service: [String] = []
        @Option(help: "Names.") var name: [String] = []
        @Option(help: "Types, or beginnings of them: compute, compute/instance.") var type: [String] = []
        @Option(help: "Last words of types: linux.") var family: [String] = []
        @Option(help: "ACTIVE, PREPARATION, INACTIVE.") var status: [String] = []
        @Option(help: "Environments.") var environment: [String] = []
        @Option(help: "Availability zones.") var zone: [String] = []
        @Option(help: ArgumentHelp("A tag; repeatable.", valueName: "key=value")) var tag: [String] = []
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let filters: [(String, [String])] = [
                ("clouds", cloud), ("services", service), ("names", name), ("types", type), ("families", family),
                ("statuses", status), ("environments", environment), ("az", zone),
                ("tags", try tag.map(WrittenTags.filter)),
            ]
            let query = filters.map { ($0.0, $0.1.isEmpty ? nil : $0.1.joined(separator: ",")) }
            try await actor.list(
                APIRequest(.listResources, query: query + page.query()),
                heading: ["ID", "NAME", "TYPE", "STATUS", "ENVIRONMENT", "SERVICE", "ZONE", "TAGS"],
                empty: "There is no such resource, as far as this page goes."
            ) { $0.cells("id", "name", "type", "status", "environment", "service", "zone") + [$0.tags] }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a resource.", discussion: "Example:\n  usher resource show i-0042")

        @Argument(help: "Its id.") var id: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.showResource, id)) { $0.printResource() }
        }
    }

    struct Tag: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tag", abstract: "Give a resource tags, or take some away.",
            discussion: "A key with nothing behind it goes.\n\nExample:\n  usher resource tag i-0042 team=web tier=")

        @Argument(help: "Its id.") var id: String
        @Argument(help: ArgumentHelp("Tags.", valueName: "key=value")) var tags: [String]
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let body: JSON.Members = ["tags": .object(try WrittenTags.read(tags, mayRemove: true))]
            try await actor.answer(APIRequest(.changeResource, id, body: body)) { $0.printResource() }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a resource that is gone for good.",
            discussion: """
                What stands still and may come back is made INACTIVE instead: usher resource set ID --status INACTIVE.

                Example:
                  usher resource remove i-0042
                """)

        @Argument(help: "Its id.") var id: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.removeResource, id)) { _ in
                Output.line("The resource \(id) is removed.")
            }
        }
    }
}

/// `usher resource set`.
struct ResourceSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change a resource; what is left out stays.",
        discussion: """
            Examples:
              usher resource set i-0042 --status INACTIVE
              usher resource set i-0042 --service acme/prod/archive --zone ''
            """)

    @Argument(help: "Its id.") var id: String
    @Option(help: "ACTIVE, PREPARATION or INACTIVE.") var status: String?
    @Option(help: "Name.") var name: String?
    @Option(help: ArgumentHelp("Category, type and family.", valueName: "path")) var type: String?
    @Option(help: "Such as production, qa, dev or test.") var environment: String?
    @Option(help: "Availability zone; empty for none.") var zone: String?
    @Option(help: ArgumentHelp("Another service of its organization.", valueName: "org/cloud/service"))
    var service: String?
    @OptionGroup var actor: ActorOptions

    func validate() throws {
        guard [status, name, type, environment, zone, service].contains(where: { $0 != nil }) else {
            throw ValidationError("Say what to change: --status, --name, --type, --environment, --zone or --service.")
        }
    }

    func run() async throws {
        let body: JSON.Members = [
            "status": JSON(status), "name": JSON(name), "type": JSON(type), "environment": JSON(environment),
            "zone": JSON(zone), "service": JSON(service),
        ]
        try await actor.answer(APIRequest(.changeResource, id, body: body)) { $0.printResource() }
    }
}

/// Tags as commands write them: `key=value`.
enum WrittenTags {
    /// - Parameter mayRemove: whether a key with nothing behind it takes one away.
    /// - Throws: `ValidationError`.
    static func read(_ texts: [String], mayRemove: Bool) throws -> JSON.Members {
        var tags: JSON.Members = [:]
        for text in texts {
            let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2, !pair[0].isEmpty, mayRemove || !pair[1].isEmpty else {
                throw ValidationError("Write a tag as key=value, not \(text).")
            }
            guard tags.updateValue(pair[1].isEmpty ? .null : .string(pair[1]), forKey: pair[0]) == nil else {
                throw ValidationError("The key \(pair[0]) stands twice.")
            }
        }
        return tags
    }

    /// As the API looks for them: `key:value`.
    static func filter(_ text: String) throws -> String {
        let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2 else { throw ValidationError("Write a tag as key=value, not \(text).") }
        return "\(pair[0]):\(pair[1])"
    }
}

extension JSON {
    /// Of a resource: `team=web tier=front`.
    fileprivate var tags: String {
        self["tags"].members.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text ?? "")" }
            .joined(separator: " ")
    }

    func printResource() {
        Output.text("\(Output.bold(self["name"].text ?? ""))  \(self["id"].text ?? "")")
        var fields = Fields(column: 14)
        fields.add("Type:", "\(self["type"].text ?? "")")
        fields.add("Status:", "\(self["status"].text ?? "")")
        fields.add("Environment:", "\(self["environment"].text ?? "")")
        fields.add("Service:", "\(self["service"].text ?? "")")
        if let zone = self["zone"].text { fields.add("Zone:", "\(zone)") }
        for (key, value) in self["tags"].members.sorted(by: { $0.key < $1.key }) {
            fields.add("Tag:", "\(key)=\(value.text ?? "")")
        }
        fields.print()
    }
}
