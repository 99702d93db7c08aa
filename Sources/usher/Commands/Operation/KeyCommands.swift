import ArgumentParser
import Basics
import Foundation
import Onboarding
import Records
import Storage

/// `usher key …`: the keys in the data folder, and those in the database that sign tokens.
struct KeyCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "The keys of the data folder, and those that sign tokens.",
        discussion: "Example:\n  usher key status",
        subcommands: [Status.self, List.self, Rotate.self])

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "List the keys, each with whether it is the one that this database was made with.",
            discussion: """
                Shows no key. Ends with 1 unless every key is in order; works where nothing else does.

                Example:
                  usher key status --json
                """)

        @OptionGroup var folder: FolderOptions

        func run() async throws {
            try folder.requireFolder()
            let data = try DataFolder.open(folder.path)
            let store = try data.database.open()
            let record = try await store.read { try KeyChecks.record(in: $0) }
            try await store.close()
            let states = KeyChecks.states(of: data.keyFiles(), by: record)
            if folder.json {
                try Output.json(
                    states.map { ["key": .string($0.name), "state": .string($0.state.rawValue)] }, next: nil)
            } else {
                let rows = states.map { [$0.name, TerminalLanguage.words($0.state.words)] }
                Table("KEY", "STATE", rows: rows).print(empty: "There is no key.")
            }
            if states.contains(where: { $0.state.isDefect }) { throw Exit.refused }
        }
    }
}

extension KeyChecks.State {
    fileprivate var words: Sentence {
        switch self {
        case .ok: "ok"
        case .wrong: "not the one this database was made with"
        case .missing: "missing"
        case .damaged: "damaged: not 64 hexadecimal digits"
        case .unrecorded: "ok as a file; this database has no record of it yet"
        }
    }
}
