import ArgumentParser
import Basics
import Foundation
import Onboarding
import Remote

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
        let call = APIRequest.post("requests", body: submission.members).dryRun(dryRun).with("Idempotency-Key", key)
        try await actor.answer(
            call, here: { try await $0.onboarding.submit(submission, by: $1, dryRun: dryRun).json }
        ) { document in
            let view = try RequestView(document)
            guard dryRun else { return view.print() }
            Output.line("This request would be submitted: \(view.subject), \(view.itemSummary). Nothing was saved.")
        }
    }

    private func submitAll(in path: String) async throws {
        let bytes: [UInt8]
        do { bytes = [UInt8](try Data(contentsOf: URL(filePath: path))) } catch {
            throw Fault.invalid("csv", "unreadable", "The file \(path) cannot be read.")
        }
        let verdict = try await actor.document { server in
            try await server.submitAll(
                bytes, organization: org, allOrNothing: allOrNothing, isDryRun: dryRun
            ) { Output.progress($0, of: $1) }
        } here: { app, actor in
            try await app.onboarding.submitAll(
                csv: bytes, organization: org, by: actor, allOrNothing: allOrNothing, dryRun: dryRun
            ) { Output.progress($0, of: $1) }.json
        }
        try actor.show(verdict) { verdict in
            let rows = verdict["items"].elements
            for row in rows where !row["accepted"].isTrue {
                let place = "line \(row["line"].number ?? 0)  \(row["email"].text ?? "")"
                for fault in row["faults"].elements {
                    Output.line("\(place)  \(fault["field"].text ?? ""): \(fault["message"].text ?? "")")
                }
            }
            let submitted = rows.count { $0["request"] != .null }
            Output.line(
                "\(rows.count) rows (\(verdict["encoding"].text ?? "")): \(submitted) submitted, "
                    + "\(verdict["refused"].number ?? 0) refused.")
        }
        if verdict["refused"] != 0 { throw Exit.refused }
    }
}

extension Submission {
    /// As the API takes it; the key goes in a header.
    fileprivate var members: [String: JSON] {
        [
            "organization": .string(organization), "email": .string(email), "name": .string(name),
            "locale": .string(language), "until": JSON(until), "reason": .string(reason),
            "grants": .array(grants.map { ["cloud": .string($0.cloud), "profile": .string($0.profile)] }),
        ]
    }
}
