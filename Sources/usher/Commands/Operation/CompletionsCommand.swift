import ArgumentParser
import Basics

/// `usher completions`: what makes the Tab key know the commands.
struct CompletionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions", abstract: "Print the completion script of a shell.",
        discussion: """
            Examples:
            bash:  usher completions bash > ~/.local/share/bash-completion/completions/usher
            zsh:   usher completions zsh > "${fpath[1]}/_usher"
            fish:  usher completions fish > ~/.config/fish/completions/usher.fish
            """)

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish

        var known: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "bash, zsh or fish.") var shell: Shell

    func run() async throws { Output.text(Usher.completionScript(for: shell.known)) }
}
