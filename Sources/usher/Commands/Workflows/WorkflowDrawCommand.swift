import ArgumentParser
import Basics
import Foundation
import Operations
import Workflow

extension WorkflowCommands {
    struct Draw: AsyncParsableCommand {
        enum Format: String, CaseIterable, ExpressibleByArgument { case svg, dot, mermaid }

        static let configuration = CommandConfiguration(
            commandName: "draw", abstract: "Draw a definition, and the way that a request took through it.",
            discussion: """
                Needs no data folder without --run. SVG is laid out by Graphviz's dot, which must be installed; DOT and
                Mermaid are text. With --run the picture is of the version that the request follows.

                Examples:
                  usher workflow draw account-request --output account-request.svg
                  usher workflow draw my/account-request.yaml --format mermaid
                  usher workflow draw --run ID --as rita@acme.example --output where.svg
                """)

        @Argument(
            help: "A file, or the name of an installed definition.", completion: .file(extensions: ["yaml", "yml"]))
        var definition: String?
        @Option(help: "svg, dot or mermaid.") var format = Format.svg
        @Option(help: ArgumentHelp("Mark the way of this request.", valueName: "id")) var run: String?
        @Option(help: "Write to this file instead of standard output.", completion: .file()) var output: String?
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            if definition == nil, run == nil { throw ValidationError("Say what to draw: a definition, or --run ID.") }
            if run == nil, actor.email != nil { throw ValidationError("--as belongs to --run.") }
        }

        func run() async throws {
            let text = try await self.text()
            let picture = format == .svg ? try Graphviz.svg(of: text) : Data(text.utf8)
            guard let output else { return FileHandle.standardOutput.write(picture) }
            do { try picture.write(to: URL(filePath: output)) } catch {
                throw Fault(.unavailable, "The file \(output) cannot be written.", cause: error)
            }
        }

        /// An SVG is laid out from DOT, here.
        private func text() async throws -> String {
            guard let id = run else {
                return words(of: Drawing(try await .named(definition ?? "", in: actor.folder)))
            }
            let kind: Format = format == .mermaid ? .mermaid : .dot
            let isFile = definition.map(FileManager.default.fileExists) ?? false
            let name = isFile ? try await Definition.named(definition ?? "", in: actor.folder).name : definition
            return try await actor.asking(for: App.reading) { desk in
                let followed = try await desk.send(APIRequest(.showRequest, id)).document["workflow"].text ?? ""
                if let name, name != followed {
                    throw Fault(.conflict, "Request \(id) follows \(followed), not \(name).")
                }
                let request = APIRequest(.drawRequest, id, query: [("format", kind.rawValue)])
                return try await desk.send(request).document.text ?? ""
            }
        }

        private func words(of drawing: Drawing) -> String { format == .mermaid ? drawing.mermaid() : drawing.dot() }
    }
}
