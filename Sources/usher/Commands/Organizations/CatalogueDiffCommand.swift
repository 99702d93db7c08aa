import ArgumentParser
import Basics
import Defaults
import Directory
import Foundation
import Onboarding
import Records

extension CatalogueCommands {
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff",
            abstract: "Who would gain and lose what under other catalogue files; exit 0 only if nobody would.",
            discussion: """
                FOLDER holds profiles.yaml, matrix.yaml or topology.yaml, or a folder catalogue with them, as custom/
                and what `usher export-defaults` wrote do; what it lacks is taken from what is installed. Everybody is
                decided about twice, by the installed catalogue and by the other one. Nothing is changed.

                Examples:
                  usher catalogue diff my-files
                  usher catalogue diff my-files --format jsonl > changes.jsonl
                """)

        enum Format: String, CaseIterable, ExpressibleByArgument {
            case table, jsonl
        }

        @Argument(help: "Folder with the other files.", completion: .directory) var files: String
        @Option(help: "table, or jsonl: everybody, one JSON document a line as they are found, the summary last.")
        var format = Format.table
        @Option(help: "In a table or document show at most so many; all are counted.") var limit = 100
        @OptionGroup var folder: FolderOptions

        func validate() throws {
            guard (0...100_000).contains(limit) else { throw ValidationError("--limit must be 0 to 100000.") }
            if folder.json, format == .jsonl {
                throw ValidationError("--json and --format jsonl contradict each other.")
            }
        }

        func run() async throws {
            try folder.requireFolder()
            let named = try Self.sources(in: files)
            let isRefused = try await App.run(in: folder, for: App.reading) { app in
                try await compare(app, try Self.catalogue(named, over: app.overlay))
            }
            if isRefused { throw Exit.refused }
        }

        private func compare(_ app: App, _ other: Catalogue) async throws -> Bool {
            let hindrance = try await app.onboarding.hindrance(to: other)
            if let hindrance { Output.error("usher: these files would be refused. \(hindrance)") }
            var shown: [JSON] = []
            let summary = try await app.onboarding.compare(with: other, by: .operator(App.operatorName)) { change in
                if format == .jsonl { return try Self.write(change.json) }
                if shown.count < limit { shown.append(change.json) }
            }
            let document = summary.json.with("hindrance", JSON(hindrance?.english))
            if format == .jsonl {
                try Self.write(["summary": document])
            } else {
                try folder.show(JSON.page(shown, next: nil).with("summary", document)) { _ in
                    document.printSummary()
                    shown.printChanges(of: summary.changed)
                }
            }
            return summary.changed > 0 || hindrance != nil
        }

        private static func write(_ document: JSON) throws {
            try FileHandle.standardOutput.write(contentsOf: document.data(pretty: false) + Data("\n".utf8))
        }

        /// The files of the folder, by what they are.
        ///
        /// - Throws: `Fault.Code.invalid` where there is none.
        private static func sources(in folder: String) throws -> [Part: Catalogue.Source] {
            var sources: [Part: Catalogue.Source] = [:]
            for part in Part.allCases {
                let paths = ["\(folder)/catalogue/\(part.rawValue).yaml", "\(folder)/\(part.rawValue).yaml"]
                guard let path = paths.first(where: FileManager.default.fileExists) else { continue }
                sources[part] = Catalogue.Source(try readText(path), file: path)
            }
            guard !sources.isEmpty else {
                throw Fault.invalid(
                    "files", "no_catalogue",
                    "There is no profiles.yaml, matrix.yaml or topology.yaml in \(folder) or \(folder)/catalogue."
                )
            }
            return sources
        }

        /// - Throws: `Fault.Code.invalid` with every finding, as `catalogue check` names them.
        private static func catalogue(
            _ named: [Part: Catalogue.Source], over overlay: Overlay
        ) throws -> Catalogue {
            let sources = named.merging(try App.catalogueSources(overlay)) { own, _ in own }
            do throws(CatalogueDefects) { return try Catalogue(sources) } catch {
                throw Fault.invalid(error.findings.map { .init($0.file, "catalogue", "\($0)") })
            }
        }
    }
}

extension JSON {
    private static let kinds = ["gains", "loses", "needsCode", "needsNoCode"]

    /// Of a comparison: how many, by organization, action and profile.
    fileprivate func printSummary() {
        let (changed, compared) = (self["changed"].number ?? 0, self["compared"].number ?? 0)
        Output.line("Profiles in clouds that would allow something else: \(changed) of \(compared).")
        guard changed > 0 else { return }
        let lists: [(heading: Sentence, list: String, name: String)] = [
            ("ORGANIZATION", "organizations", "organization"), ("ACTION", "actions", "action"),
            ("PROFILE", "profiles", "profile"),
        ]
        for (heading, list, name) in lists {
            Output.text()
            let rows = self[list].elements.map { entry in
                entry.cells(name) + Self.kinds.map { String(entry[$0].number ?? 0) }
            }
            Table([heading, "GAIN", "LOSE", "NEED A CODE", "NEED NO CODE"], rows: rows).print(empty: "")
        }
    }
}

extension [JSON] {
    /// Differences, one for each profile in a cloud.
    fileprivate func printChanges(of all: Int) {
        guard !isEmpty else { return }
        Output.text()
        func labels(_ change: JSON, _ kind: String) -> String {
            change[kind].elements.compactMap(\.text).joined(separator: " ")
        }
        let rows = map { change in
            change.cells("cloud") + [change["person"].text ?? change["client"].text ?? ""] + change.cells("profile")
                + [
                    labels(change, "gains"), labels(change, "loses"),
                    (change["needsCode"].elements + change["needsNoCode"].elements).compactMap(\.text)
                        .joined(separator: " "),
                    TerminalLanguage.words(change["effective"].isTrue ? "at once" : "once the account is complete"),
                ]
        }
        Table("CLOUD", "WHO", "PROFILE", "GAINS", "LOSES", "CODE", "WHEN", rows: rows).print(empty: "")
        if all > count { Output.line("And \(all - count) more: --limit, or --format jsonl for all.") }
    }
}
