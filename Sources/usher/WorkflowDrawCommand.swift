import ArgumentParser
import Basics
import Foundation
import Onboarding
import Workflow

extension WorkflowCommands {
    struct Draw: AsyncParsableCommand {
        enum Format: String, CaseIterable, ExpressibleByArgument { case svg, dot, mermaid }

        static let configuration = CommandConfiguration(
            abstract: "Draw a definition, and the way that a request took through it.",
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
            let picture = try rendered(try await drawing())
            guard let output else { return FileHandle.standardOutput.write(picture) }
            do { try picture.write(to: URL(filePath: output)) } catch {
                throw Fault(.unavailable, "The file \(output) cannot be written.", cause: error)
            }
        }

        private func drawing() async throws -> Drawing {
            var named: Definition?
            if let definition { named = try await .named(definition, in: actor.folder) }
            if run == nil, let named { return Drawing(named) }
            let (id, name) = (try requestID(run ?? ""), named?.name)
            return try await actor.run { app, actor in
                let (definition, trail) = try await app.onboarding.picture(of: id, by: actor)
                if let name, name != definition.name {
                    throw Fault(.conflict, "Request \(id.text) follows \(definition.name), not \(name).")
                }
                return Drawing(definition, trail: trail)
            }
        }

        private func rendered(_ drawing: Drawing) throws -> Data {
            switch format {
            case .svg: try Graphviz.svg(of: drawing.dot())
            case .dot: Data(drawing.dot().utf8)
            case .mermaid: Data(drawing.mermaid().utf8)
            }
        }
    }
}
