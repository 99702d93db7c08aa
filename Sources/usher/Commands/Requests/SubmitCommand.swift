import ArgumentParser
import Basics
import Foundation
import Onboarding
import Operations

struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Request an account, or a change of one; many by CSV; or what you may not do yet.",
        discussion: """
            Examples:
              usher request submit --org acme --email alice@acme.example --name 'Alice Martin' \\
                --grant prod=OPE --grant test=STD --reason 'Joins the release team' --as rita@acme.example
              usher request submit --org acme --csv people.csv --dry-run --as rita@acme.example

              usher request submit --org acme --csv okta.csv --map okta --grant default=STD \\
                --reason 'Moves to the new platform' --dry-run --as rita@acme.example
              usher request submit --access create-instance --cloud acme/prod --reason 'On call this week' \\
                --as alice@acme.example

            --access asks for yourself, for the lowest profile that allows the action and all that you may do already: \
            a representative confirms it, then it is decided. `usher request show ID` follows it, \
            `usher request cancel ID` gives it up.

            The file is a CSV as any spreadsheet saves it, or an Excel workbook (.xlsx). Its first line names the \
            columns email, name, grants and reason, and maybe locale and until, in any order, in English, French or \
            German. Grants are written as prod=OPE;test=STD. What stands in no column is said once for all rows: \
            --grant, --reason, --until, --locale. --map names the columns of another program's export: google, \
            microsoft365, entra, okta, bamboohr, or a file with lines like "email: Work Email" and \
            "name: First Name + Last Name".
            """)

    @Option(help: "Short name of the organization.") var org: String?
    @Option(help: ArgumentHelp("Ask for yourself: what you may not do yet.", valueName: "action")) var access: String?
    @Option(help: ArgumentHelp("With --access: where.", valueName: "org/cloud")) var cloud: String?
    @Option(help: "E-mail address of the person.") var email: String?
    @Option(help: "Name of the person.") var name: String?
    @Option(help: "Language of the person: en, fr, de, or another that the installation has.") var locale: String?
    @Option(help: ArgumentHelp("A cloud with a profile; repeatable.", valueName: "cloud=profile"))
    var grant: [String] = []
    @Option(help: "Day or instant at which the grants end.") var until: String?
    @Option(help: "Why the account is needed; the approver reads it.") var reason: String?
    @Option(help: "Idempotency key: submitting again under the same key gives the same request.") var key: String?
    @Option(help: "Many requests from a file: CSV or .xlsx.", completion: .file(extensions: ["csv", "tsv", "xlsx"]))
    var csv: String?
    @Option(help: ArgumentHelp("With --csv: which columns are what.", valueName: "name-or-file")) var map: String?
    @Flag(help: "With --csv: one bad row refuses the whole file.") var allOrNothing = false
    @Flag(help: "Check only; nothing is submitted.") var dryRun = false
    @OptionGroup var actor: ActorOptions

    func validate() throws {
        if access != nil { return try validateAccess() }
        guard cloud == nil else {
            throw ValidationError("--cloud belongs to --access. Name clouds by --grant CLOUD=PROFILE.")
        }
        guard org != nil else {
            throw ValidationError("Say for which organization: --org SLUG; or --access ACTION for yourself.")
        }
        if csv != nil {
            guard email == nil, name == nil, key == nil else {
                throw ValidationError("--csv names the people in the file: leave out --email, --name and --key.")
            }
        } else {
            guard email != nil, name != nil, reason != nil else {
                throw ValidationError("Say who and why: --email, --name, --grant and --reason; or give --csv FILE.")
            }
            guard !allOrNothing, map == nil else {
                throw ValidationError("--all-or-nothing and --map belong to --csv.")
            }
        }
    }

    private func validateAccess() throws {
        guard cloud != nil, reason != nil else {
            throw ValidationError("Say where and why: --access ACTION, --cloud ORG/CLOUD and --reason TEXT.")
        }
        guard org == nil, email == nil, name == nil, locale == nil, grant.isEmpty else {
            throw ValidationError(
                "--access asks for yourself: leave out --org, --email, --name, --locale and --grant.")
        }
        guard csv == nil, map == nil, !allOrNothing else {
            throw ValidationError("--access asks for one thing: leave out --csv, --map and --all-or-nothing.")
        }
    }

    func run() async throws {
        if let access { return try await submitAccess(to: access) }
        if let csv { return try await submitAll(in: csv) }
        let grants = grant.map { text -> JSON in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return ["cloud": .string(parts[0]), "profile": .string(parts.count > 1 ? parts[1] : "")]
        }
        let members: JSON.Members = [
            "organization": JSON(org), "email": JSON(email), "name": JSON(name), "locale": .string(locale ?? "en"),
            "until": JSON(until), "reason": JSON(reason), "grants": .array(grants),
        ]
        try await submit(.submitRequest, members)
    }

    private func submitAccess(to action: String) async throws {
        try await submit(
            .requestAccess,
            ["action": .string(action), "cloud": JSON(cloud), "reason": JSON(reason), "until": JSON(until)])
    }

    private func submit(_ operation: APIOperation, _ members: JSON.Members) async throws {
        let request = APIRequest(operation, body: members, isDryRun: dryRun, idempotencyKey: key)
        try await actor.answer(request) { document in
            let view = try RequestView(document)
            guard dryRun else { return view.print() }
            Output.line("This request would be submitted: \(view.subject), \(view.itemSummary). Nothing was saved.")
            guard document["workflow"] == "access-reduction" else { return }
            Output.line("It only takes away: it holds at once, asks nobody, and needs a fresh code.")
        }
    }

    private func submitAll(in path: String) async throws {
        let bytes = try Self.content(of: path, "csv")
        let reading = FileReading(
            map: try map.map(Self.mapping), grants: grant.joined(separator: ";"), until: until ?? "",
            reason: reason ?? "", locale: locale ?? "")
        let verdict = try await actor.asking { desk in
            switch desk {
            case .server: try await upload(bytes, reading, to: desk)
            case .folder(let app, let actor):
                // As many as there are, with word of how far it is: nobody else waits meanwhile.
                try await app.onboarding.submitAll(
                    csv: bytes, reading, organization: org ?? "", by: actor, allOrNothing: allOrNothing, dryRun: dryRun
                ) { Output.progress($0, of: $1) }.json(TerminalLanguage.words)
            }
        }
        try actor.show(verdict) { verdict in
            let rows = verdict["items"].elements
            for note in verdict["notes"].elements { Output.text(note.text ?? "") }
            for row in rows where !row["accepted"].isTrue {
                let place = TerminalLanguage.words("line \(row["line"].number ?? 0)  \(row["email"].text ?? "")")
                for fault in row["faults"].elements {
                    Output.text("\(place)  \(fault["field"].text ?? ""): \(fault["message"].text ?? "")")
                }
            }
            Output.line(summary(of: verdict, rows))
        }
        if verdict["refused"] != 0 { throw Exit.refused }
    }

    /// What was done, or would be.
    private func summary(of verdict: JSON, _ rows: [JSON]) -> Sentence {
        let (encoding, refused) = (verdict["encoding"].text ?? "", verdict["refused"].number ?? 0)
        let done = rows.count { dryRun ? $0["accepted"].isTrue : $0["request"] != .null }
        return dryRun
            ? "\(rows.count) rows (\(encoding)): \(done) could be submitted, \(refused) refused."
            : "\(rows.count) rows (\(encoding)): \(done) submitted, \(refused) refused."
    }

    /// A file that is there is meant; else the name of a mapping.
    private static func mapping(_ nameOrPath: String) throws -> String {
        guard FileManager.default.fileExists(atPath: nameOrPath) else { return nameOrPath }
        let bytes = try content(of: nameOrPath, "map")
        guard bytes.count <= 16 << 10, let text = String(validating: bytes, as: UTF8.self), text.contains(":") else {
            throw Fault.invalid(
                "map", "invalid_map", "A mapping is a text in UTF-8 with lines like email: Work Email, 16 kB at most.")
        }
        return text
    }

    private static func content(of path: String, _ field: String) throws -> [UInt8] {
        do { return [UInt8](try Data(contentsOf: URL(filePath: path))) } catch {
            throw Fault.invalid(field, "unreadable", "The file \(path) cannot be read.")
        }
    }
}
