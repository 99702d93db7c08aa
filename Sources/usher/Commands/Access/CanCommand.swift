import ArgumentParser
import Basics
import Directory
import Onboarding
import Operations
import Records

struct CanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "can", abstract: "May this person, or this program, do this here, now? Exit 0 only for allow.",
        discussion: """
            Examples:
              usher can alice@acme.example start-instance --cloud acme/prod --mfa-age 60
              usher can alice@acme.example start-instance --cloud acme/prod --explain

            Where it is denied for want of a profile, and the person may ask for one, it says by which command.
            """)

    @Argument(help: "E-mail address, or the client id of a program.") var subject: String
    @Argument(help: "An action of the privilege matrix; see: usher catalogue show matrix") var action: String
    @Option(help: ArgumentHelp("Where, by short names.", valueName: "org/cloud")) var cloud: String
    @Option(help: "Seconds since the person last proved their factor; what Usher saw if left out.") var mfaAge: Int64?
    @Flag(help: "Say why: which grant, request and rule, and what would change the answer.") var explain = false
    @OptionGroup var actor: ActorOptions

    func validate() throws {
        if let mfaAge, mfaAge < 0 || mfaAge > 1 << 40 {
            throw ValidationError("--mfa-age is a number of seconds, 0 or more.")
        }
    }

    func run() async throws {
        // What is told beside the answer costs a question more, and only where there is something to tell.
        let (decision, explained) = try await actor.asking(for: App.reading) { desk in
            let decision = try await desk.send(question(explain ? .explainDecision : .decideAction)).document
            guard !explain, !actor.json, decision["decision"] == "deny" else { return (decision, decision) }
            return (decision, try await desk.send(question(.explainDecision)).document)
        }
        try actor.show(decision) {
            Output.line(
                "\($0["decision"].text ?? ""): \($0["reason"].text.flatMap(Decision.Reason.init)?.sentence ?? "")")
            if explain { $0.printExplanation() }
        }
        if !actor.json { tellHowToAsk(explained["explanation"]) }
        if decision["decision"] != "allow" { throw Exit.refused }
    }

    private func question(_ operation: APIOperation) -> APIRequest {
        // An address has the sign that no client id has.
        let kind = APIAccountID(subject) == nil ? "person" : "client"
        return APIRequest(
            operation,
            query: [(kind, subject), ("action", action), ("cloud", cloud), ("mfaAge", mfaAge.map(String.init))])
    }

    /// The answer stands alone on standard output; how to get another one is told beside it.
    private func tellHowToAsk(_ why: JSON) {
        guard let profile = why["askable"].text else { return }
        var words = ["usher", "request", "submit", "--access", why["rule"]["action"].text ?? action]
        words += ["--cloud", why["cloud"].text ?? cloud, "--reason", "WHY"]
        if let data = actor.folder.folder { words += ["--data", data] }
        if let server = actor.folder.server { words += ["--server", server] }
        // Through a server one asks for nobody but oneself.
        if !actor.folder.isRemote { words += ["--as", why["person"].text ?? subject] }
        let command = words.map(ShellWord.quoted).joined(separator: " ")
        Output.error("Ask for it: the profile \(profile) would be enough.")
        Output.errorText("  \(command)")
    }
}
