import ArgumentParser
import Basics
import Foundation

/// `usher config …`: what is set, and where it came from.
struct ConfigCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Settings, and where each came from.",
        discussion: "Example:\n  usher config show",
        subcommands: [Show.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show every setting with its value and origin; never a secret.",
            discussion: """
                The environment (USHER_…) counts over usher.yaml in the data folder, and that over the defaults.
                Says what of it cannot be used. Ends with 1 if a name in the file or the environment is no setting.

                Example:
                  USHER_TIME_ZONE=UTC usher config show
                """)

        @OptionGroup var folder: FolderOptions

        func run() async throws {
            if folder.server != nil { try folder.requireFolder() }
            guard folder.folder == nil || FileManager.default.fileExists(atPath: folder.path) else {
                throw Fault(.notFound, "There is no folder \(folder.path).")
            }
            let settings = try await Settings.load(DataFolder(path: folder.path))
            if folder.json {
                try Output.json(settings.document, next: nil)
            } else {
                let rows = settings.values.map { [$0.key.name, $0.shown, $0.origin, $0.key.about] }
                Table("SETTING", "VALUE", "FROM", "ABOUT", rows: rows).print(empty: "There is no setting.")
                for defect in settings.defects { Output.error("usher: \(defect.fault.sentence)") }
            }
            if settings.defects.contains(where: \.isMalformed) { throw Exit.refused }
        }
    }
}

extension Settings {
    /// Every setting, then what was set and is none.
    fileprivate var document: [JSON] {
        func problem(_ name: String) -> JSON {
            let messages = defects.filter { $0.name == name }.map(\.fault.message)
            return JSON(messages.isEmpty ? nil : messages.joined(separator: " "))
        }
        let known = values.map { value -> JSON in
            [
                "key": .string(value.key.name), "value": .string(value.shown), "origin": .string(value.origin),
                "environment": .string(value.key.environmentName), "about": .string(value.key.about),
                "problem": problem(value.key.name),
            ]
        }
        let names = Set(Self.keys.map(\.name))
        let unknown = defects.filter { !names.contains($0.name) }.map { defect -> JSON in
            [
                "key": .string(defect.name), "value": .null, "origin": .null, "environment": .null, "about": .null,
                "problem": problem(defect.name),
            ]
        }
        return known + unknown
    }
}
