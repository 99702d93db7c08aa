public import ArgumentParser
import Basics
import Directory
import Foundation
import Onboarding
import Operations
import Remote

/// `usher catalogue …`: what the provider offers, and who may do it.
struct CatalogueCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue", abstract: "Profiles, the privilege matrix and the topology.",
        discussion: "Example:\n  usher catalogue show matrix",
        subcommands: [Show.self, Check.self, Diff.self])

    typealias Part = Catalogue.Part

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show the catalogue, or one part of it. Needs no data folder.",
            discussion: "Example:\n  usher catalogue show matrix")

        @Argument(help: "profiles, matrix or topology; all if left out.") var part: Part?
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            try folder.show(try await document()) {
                for (index, part) in (part.map { [$0] } ?? Part.allCases).enumerated() {
                    if index > 0 { Output.text() }
                    part.print(self.part == nil ? $0[part.rawValue] : $0)
                }
            }
        }

        private func document() async throws -> JSON {
            if let server = try folder.connection()?.server {
                let request = part.map { APIRequest(.showCatalogue, $0.rawValue) } ?? APIRequest(.showWholeCatalogue)
                return try await server.send(request).document
            }
            let catalogue = try App.catalogue(try await InstalledFiles.load(folder).overlay)
            return try part.map(catalogue.document) ?? catalogue.document()
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Check catalogue files; exit 0 only if all are sound.",
            discussion: """
                Files are told apart by their name (profiles.yaml, matrix.yaml, topology.yaml) or their content, and are
                checked together with the installed ones of the other kinds. Without a file: the installed catalogue.

                Example:
                  usher catalogue check my/matrix.yaml
                """)

        @Argument(help: "Catalogue files.", completion: .file(extensions: ["yaml", "yml"])) var files: [String] = []
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let overlay = try await InstalledFiles.load(folder).overlay
            var sources: [Part: Catalogue.Source] = [:]
            for file in files {
                let text = try readText(file)
                let part = try Self.part(of: file, text)
                guard sources.updateValue(Catalogue.Source(text, file: file), forKey: part) == nil else {
                    throw Fault.invalid("file", "duplicate", "\(file) is a second file of the kind \(part.rawValue).")
                }
            }
            let checked = files.isEmpty ? Set(Part.allCases) : Set(sources.keys)
            sources.merge(try App.catalogueSources(overlay)) { named, _ in named }
            let findings = Self.findings(of: sources)
            // What is wrong in a file that nobody named still
            // decides, since the files are used together.
            let shown = Part.allCases.filter { part in
                checked.contains(part) || findings.contains { $0.file == sources[part]?.file }
            }
            try report(shown.compactMap { sources[$0]?.file }, findings)
            if !findings.isEmpty { throw Exit.refused }
        }

        private static func findings(of sources: [Part: Catalogue.Source]) -> [CatalogueDefects.Finding] {
            do throws(CatalogueDefects) {
                _ = try Catalogue(sources)
                return []
            } catch { return error.findings }
        }

        /// By name first: a file that is no YAML at all still has one.
        private static func part(of file: String, _ text: String) throws -> Part {
            let name = URL(filePath: file).deletingPathExtension().lastPathComponent
            if let part = Part(rawValue: name) { return part }
            let keys = ["profiles": Part.profiles, "roles": .profiles, "features": .matrix, "regions": .topology]
            for line in text.split(whereSeparator: \.isNewline) {
                if let part = keys[String(line.prefix { $0 != ":" })] { return part }
            }
            throw Fault.invalid(
                "file", "unknown_kind", "\(file) has neither profiles nor features nor regions: which catalogue is it?")
        }

        private func report(_ files: [String], _ findings: [CatalogueDefects.Finding]) throws {
            if folder.json {
                let items = files.map { file -> JSON in
                    let own = findings.filter { $0.file == file }
                    return ["file": .string(file), "ok": .bool(own.isEmpty), "findings": .array(own.map(\.json))]
                }
                return try Output.json(items, next: nil)
            }
            for file in files {
                let own = findings.filter { $0.file == file }
                for finding in own { Output.line("\(finding)") }
                Output.line(own.isEmpty ? "\(file): sound" : "\(file): refused, findings: \(own.count)")
            }
        }
    }
}

extension CatalogueDefects.Finding {
    var json: JSON {
        [
            "file": .string(file), "line": .integer(Int64(line)), "column": .integer(Int64(column)),
            "message": .string(message),
        ]
    }
}

extension Catalogue.Part: ExpressibleByArgument {}
