import ArgumentParser
import Basics
import Foundation
import Onboarding

struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Request an account, or a change of one; or many by CSV.",
        discussion: """
            Examples:
              usher request submit --org acme --email alice@acme.example --name 'Alice Martin' \\
                --grant prod=OPE --grant test=STD --reason 'Joins the release team' --as rita@acme.example
              usher request submit --org acme --csv people.csv --dry-run --as rita@acme.example

            The CSV begins with: email,name,locale,grants,until,reason   (grants: "prod=OPE;test=STD")
            """)

    @Option(help: "Short name of the organization.") var org: String
    @Option(help: "E-mail address of the person.") var email: String?
    @Option(help: "Name of the person.") var name: String?
    @Option(help: "Language of the person: en or fr.") var locale = "en"
    @Option(help: ArgumentHelp("A cloud with a profile; repeatable.", valueName: "cloud=profile"))
    var grant: [String] = []
    @Option(help: "Day or instant at which the grants end.") var until: String?
    @Option(help: "Why the account is needed; the approver reads it.") var reason: String?
    @Option(help: "Idempotency key: submitting again under the same key gives the same request.") var key: String?
    @Option(help: "Many requests from a file.", completion: .file(extensions: ["csv"])) var csv: String?
    @Flag(help: "With --csv: one bad row refuses the whole file.") var allOrNothing = false
    @Flag(help: "Check only; nothing is submitted.") var dryRun = false
    @OptionGroup var actor: ActorOptions

    func validate() throws {
        if csv != nil {
            guard email == nil, name == nil, grant.isEmpty, reason == nil, until == nil, key == nil else {
                throw ValidationError(
                    "--csv names the people in the file: leave out --email, --name, --grant and the like.")
            }
        } else {
            guard email != nil, name != nil, reason != nil else {
                throw ValidationError("Say who and why: --email, --name, --grant and --reason; or give --csv FILE.")
            }
            guard !allOrNothing else { throw ValidationError("--all-or-nothing belongs to --csv.") }
        }
    }

    func run() async throws {
        if let csv { return try await submitAll(in: csv) }
        let submission = Submission(
            organization: org, email: email ?? "", name: name ?? "", language: locale,
            grants: grant.map { text in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                return (cloud: parts[0], profile: parts.count > 1 ? parts[1] : "")
            }, until: until, reason: reason ?? "", idempotencyKey: key)
        try await actor.run { app, actor in
            let view = try await app.onboarding.submit(submission, by: actor, dryRun: dryRun)
            if self.actor.json { return try Output.json(view.json) }
            if dryRun {
                Output.line(
                    "This request would be submitted: \(view.subject), \(view.itemSummary). Nothing was saved.")
            } else {
                view.print()
            }
        }
    }

    private func submitAll(in path: String) async throws {
        let bytes: [UInt8]
        do { bytes = [UInt8](try Data(contentsOf: URL(filePath: path))) } catch {
            throw Fault.invalid("csv", "unreadable", "The file \(path) cannot be read.")
        }
        let verdict = try await actor.run { app, actor in
            try await app.onboarding.submitAll(
                csv: bytes, organization: org, by: actor, allOrNothing: allOrNothing, dryRun: dryRun
            ) { Output.progress($0, of: $1) }
        }
        if actor.json {
            try Output.json(verdict.json)
        } else {
            for row in verdict.rows where !row.accepted {
                for fault in row.faults {
                    Output.line("line \(row.line)  \(row.email)  \(fault.field): \(fault.message)")
                }
            }
            let submitted = verdict.rows.count { $0.request != nil }
            Output.line(
                "\(verdict.rows.count) rows (\(verdict.encoding)): \(submitted) submitted, \(verdict.refused) refused.")
        }
        if verdict.refused > 0 { throw Exit.refused }
    }
}
