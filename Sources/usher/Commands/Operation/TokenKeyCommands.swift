import ArgumentParser
import Basics
import Operations

/// The keys that sign tokens.
extension KeyCommands {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the keys that sign tokens.",
            discussion: """
                next: published, and signs soon. signing: signs now. former: published for those who hold something
                that it signed.

                Example:
                  usher key list
                """)

        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.listTokenKeys)) { try $0.printTokenKeys() }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Make the next keys that sign tokens.",
            discussion: """
                They are published at once and sign an hour later, when everybody has seen them. It happens by itself
                every 90 days, too.

                Example:
                  usher key rotate
                """)

        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.rotateTokenKeys)) { try $0.printTokenKeys() }
        }
    }
}

extension JSON {
    fileprivate func printTokenKeys() throws {
        try printTable(["KEY", "ALGORITHM", "STATE", "SIGNS FROM"], empty: "There is no key.") {
            $0.cells("id", "algorithm", "state", "signsFrom")
        }
    }
}
