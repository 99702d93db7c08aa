public import ArgumentParser
import Basics
import Foundation
import Onboarding
import Operations
import Records

/// `usher application …`: what signs people in by Usher, and what asks it in a name of its own.
struct ApplicationCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "application", abstract: "Applications that sign people in, or ask in a name of their own.",
        discussion: "Example:\n  usher application list",
        subcommands: [Add.self, List.self, Show.self, ApplicationSetCommand.self, Check.self, Rotate.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Register an application; shows its client id and, once, its secret.",
            discussion: """
                Kinds: web (on a server, keeps a secret), native (on people's machines, keeps none) and service
                (asks in its own name). docs/applications.md connects one in five minutes.

                Examples:
                  usher application add Console --kind web --redirect https://console.example.com/callback \\
                    --scope openid --scope profile --scope access
                  usher application add Platform --kind service --scope decisions --scope introspection
                """)

        @Argument(help: "Its name, as people read it.") var name: String
        @Option(help: "web, native or service.") var kind: Application.Kind
        @Option(help: ArgumentHelp("Where people are led back to, to the letter; repeatable.", valueName: "url"))
        var redirect: [String] = []
        @Option(help: ArgumentHelp("Where they may be led after signing out; repeatable.", valueName: "url"))
        var logoutRedirect: [String] = []
        @Option(help: ArgumentHelp("Where it hears that a sign-in has ended.", valueName: "url"))
        var logoutNotice: String?
        @Option(help: ArgumentHelp("A way to tokens; repeatable. Without: what is usual of the kind.")) var grant:
            [String] = []
        @Option(help: ArgumentHelp("What it may ask for; repeatable. Without: what is usual of the kind."))
        var scope: [String] = []
        @Option(help: ArgumentHelp("Whose people may use it; repeatable. Without: everybody's.", valueName: "slug"))
        var org: [String] = []
        @Option(help: "ES256, or RS256 for what knows no other.") var algorithm: String?
        @Option(help: "For how long a sign-in to it lasts, 300 to 43200.") var sessionSeconds: Int64?
        @Option(help: ArgumentHelp("A service that its tokens may be for; repeatable.", valueName: "url"))
        var resource: [String] = []
        @Option(help: ArgumentHelp("Its public keys, a JSON Web Key Set: it has no secret then.", valueName: "file"))
        var keys: String?
        @Flag(help: "It must push its requests (RFC 9126).") var mustPush = false
        @Flag(help: "Its tokens are bound to a key that it proves (RFC 9449).") var mustProveKey = false
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            var members: JSON.Members = [
                "name": .string(name), "kind": .string(kind.rawValue), "redirects": .strings(redirect),
                "logoutRedirects": .strings(logoutRedirect), "logoutNotice": JSON(logoutNotice),
                "grants": .strings(grant), "scopes": .strings(scope), "organizations": .strings(org),
                "algorithm": JSON(algorithm), "sessionSeconds": JSON(sessionSeconds), "resources": .strings(resource),
                "mustPush": .bool(mustPush), "mustProveKey": .bool(mustProveKey),
            ]
            if let keys { members["keys"] = try KeyFile.read(keys) }
            try await actor.answer(APIRequest(.addApplication, body: members)) { $0.printApplication(isNew: true) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List applications.", discussion: "Example:\n  usher application list --json"
        )

        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.list(
                APIRequest(.listApplications, query: page.query()), heading: ["NAME", "KIND", "CLIENT ID", "SCOPES"],
                empty: "There is no application."
            ) { $0.cells("name", "kind", "clientId") + [$0.listed("scopes")] }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show an application, never its secret.",
            discussion: "Example:\n  usher application show Console"
        )

        @Argument(help: "Its name, or its client id.") var name: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.showApplication, name)) { $0.printApplication(isNew: false) }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Say what keeps an application from working, or will.",
            discussion: "Exits with 1 if something does.\n\nExample:\n  usher application check Console")

        @Argument(help: "Its name, or its client id.") var name: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let list = try await actor.document(APIRequest(.checkApplication, name))
            let findings = list["items"].elements
            let isFault = { (finding: JSON) in finding["severity"].text == "fault" }
            try actor.show(list) { _ in
                for finding in findings {
                    Output.text("\(isFault(finding) ? "✗" : "•") \(finding["message"].text ?? "")")
                }
                if findings.isEmpty { Output.line("Nothing is amiss.") }
            }
            if findings.contains(where: isFault) { throw Exit.refused }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Make a second secret; the first ends by itself after an overlap.",
            discussion: "Example:\n  usher application rotate Console --overlap-days 7")

        @Argument(help: "Its name, or its client id.") var name: String
        @Option(help: "Days for which both secrets work, 0 to 30.") var overlapDays = Onboarding.usualOverlapDays
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let body: JSON.Members = ["overlapDays": .integer(overlapDays)]
            try await actor.answer(APIRequest(.rotateApplicationSecret, name, body: body)) { $0.printSecret() }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove an application for good: it signs nobody in, and no token of it is good.",
            discussion: "Example:\n  usher application remove Console --reason 'Replaced'")

        @Argument(help: "Its name, or its client id.") var name: String
        @Option(help: "Why; kept in the record.") var reason: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.removeApplication, name, body: ["reason": .string(reason)])) { _ in
                Output.line("The application \(name) is removed.")
            }
        }
    }
}

extension Application.Kind: ExpressibleByArgument {}

extension JSON {
    fileprivate func listed(_ name: String) -> String { self[name].elements.compactMap(\.text).joined(separator: " ") }

    func printApplication(isNew: Bool) {
        Output.text("\(Output.bold(self["name"].text ?? ""))  \(self["kind"].text ?? "")")
        var fields = Fields(column: 16)
        fields.add("Client id:", "\(self["clientId"].text ?? "")")
        if let secret = self["clientSecret"].text { fields.add("Client secret:", "\(secret)") }
        let lists: [(Sentence, String)] = [
            ("Leads back to:", "redirects"), ("After sign-out:", "logoutRedirects"), ("Grants:", "grants"),
            ("Scopes:", "scopes"), ("Organizations:", "organizations"), ("Resources:", "resources"),
        ]
        for (label, name) in lists where !self[name].elements.isEmpty { fields.add(label, "\(listed(name))") }
        if let address = self["logoutNotice"].text { fields.add("Hears at:", "\(address)") }
        fields.add("Signed by:", "\(self["algorithm"].text ?? "")")
        for secret in self["secrets"].elements {
            let since: Sentence = "since \(secret["createdAt"].text ?? "")"
            fields.add("Secret:", secret["endsAt"].text.map { "\(since), ends at \($0)" } ?? since)
        }
        fields.print()
        if isNew, self["clientSecret"].text != nil {
            Output.line("Keep the secret now: it is shown this once.")
        }
    }
}
