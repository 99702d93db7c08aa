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
            abstract: "Show every setting with its value and origin; never a secret.",
            discussion: """
                The environment (USHER_…) counts over usher.yaml in the data folder, and that over the defaults.

                Example:
                  USHER_TIME_ZONE=UTC usher config show
                """)

        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let values = try await InstalledFiles.load(folder).settings.values
            if folder.json { return try Output.json(values.map(\.json), next: nil) }
            let rows = values.map { [$0.key.name, $0.shown, $0.origin, $0.key.about] }
            Table("SETTING", "VALUE", "FROM", "ABOUT", rows: rows).print(empty: "There is no setting.")
        }
    }
}

extension Settings.Value {
    /// No setting is a secret, but somebody may have written a password into a URL, where it is refused when used.
    fileprivate var shown: String {
        text.replacing(/:\/\/([^:]*):.*@/) { "://\($0.1):•••@" }
    }

    fileprivate var json: JSON {
        [
            "key": .string(key.name), "value": .string(shown), "origin": .string(origin),
            "environment": .string(key.environmentName), "about": .string(key.about),
        ]
    }
}
