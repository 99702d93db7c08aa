import ArgumentParser
import Basics
import Operations

/// `usher application set`: another registration under the same client id.
struct ApplicationSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change an application: what is given takes the place of what was there.",
        discussion: """
            Its client id, its secrets and the sign-ins at it stay. An option that is given replaces the whole list;
            '' stands for an empty one.

            Example:
              usher application set Console --redirect https://console.example.com/callback \\
                --redirect https://new.console.example.com/callback
            """)

    @Argument(help: "Its name, or its client id.") var application: String
    @Option(help: "Another name, as people read it.") var name: String?
    @Option(help: ArgumentHelp("Where people are led back to, to the letter; repeatable.", valueName: "url"))
    var redirect: [String] = []
    @Option(help: ArgumentHelp("Where they may be led after signing out; repeatable.", valueName: "url"))
    var logoutRedirect: [String] = []
    @Option(help: ArgumentHelp("Where it hears that a sign-in has ended.", valueName: "url"))
    var logoutNotice: String?
    @Option(help: ArgumentHelp("A way to tokens; repeatable.")) var grant: [String] = []
    @Option(help: ArgumentHelp("What it may ask for; repeatable.")) var scope: [String] = []
    @Option(help: ArgumentHelp("Whose people may use it; repeatable.", valueName: "slug")) var org: [String] = []
    @Option(help: "ES256, or RS256 for what knows no other.") var algorithm: String?
    @Option(help: "For how long a sign-in to it lasts, 300 to 43200.") var sessionSeconds: Int64?
    @Option(help: ArgumentHelp("A service that its tokens may be for; repeatable.", valueName: "url"))
    var resource: [String] = []
    @Option(help: ArgumentHelp("Its public keys, a JSON Web Key Set: it has no secret then.", valueName: "file"))
    var keys: String?
    @Flag(inversion: .prefixedNo, help: "It must push its requests (RFC 9126).") var mustPush: Bool?
    @Flag(inversion: .prefixedNo, help: "Its tokens are bound to a key that it proves (RFC 9449).")
    var mustProveKey: Bool?
    @OptionGroup var actor: ActorOptions

    func run() async throws {
        let lists = [
            "redirects": redirect, "logoutRedirects": logoutRedirect, "grants": grant, "scopes": scope,
            "organizations": org, "resources": resource,
        ]
        var members = JSON.Members(
            lists.filter { !$0.value.isEmpty }.mapValues { .strings($0.filter { !$0.isEmpty }) })
        if let name { members["name"] = .string(name) }
        if let logoutNotice { members["logoutNotice"] = .string(logoutNotice) }
        if let algorithm { members["algorithm"] = .string(algorithm) }
        if let sessionSeconds { members["sessionSeconds"] = .integer(sessionSeconds) }
        if let keys { members["keys"] = try KeyFile.read(keys) }
        if let mustPush { members["mustPush"] = .bool(mustPush) }
        if let mustProveKey { members["mustProveKey"] = .bool(mustProveKey) }
        guard !members.isEmpty else { throw ValidationError("Say what becomes otherwise.") }
        try await actor.answer(APIRequest(.changeApplication, application, body: members)) {
            $0.printApplication(isNew: false)
        }
    }
}
