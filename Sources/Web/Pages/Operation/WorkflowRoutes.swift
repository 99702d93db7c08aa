import Basics
public import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import Records
import Synchronization
import Translation
import Workflow

/// Lays a picture in DOT out as SVG; throws
/// `Fault.Code.unavailable` where the program for it is missing.
public typealias PictureDrawer = @Sendable (_ dot: String) async throws -> Data

/// `/operation/workflows`: the definitions, their pictures, and
/// where the requests that follow them rest.
struct WorkflowRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages
    let pictures: WorkflowPictures

    func add(to router: Router<WebContext>) {
        let group = router.group("operation/workflows")
        group.get("", use: list)
        group.get("{name}", use: show)
        group.get("{name}/picture.svg", use: picture)
    }

    @Sendable
    private func list(_ request: Request, context: WebContext) async throws -> Page {
        let counts = Dictionary(grouping: try await onboarding.runCounts(by: try context.actor()), by: \.workflow)
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let rows = try await onboarding.workflowStandings().map { standing in
            let definition = standing.definition
            let own = counts[definition.name] ?? []
            let older = own.filter { $0.version < definition.version && !$0.hasEnded }.map(\.count).reduce(0, +)
            let hindrance = standing.hindrance.map { pages.translations.words($0, in: context.language) }
            return WorkflowsPage.Row(
                name: definition.name, title: title(definition.name, context), version: definition.version,
                hindrance: hindrance ?? "", isStartable: standing.isStartable,
                open: dates.number(own.filter { !$0.hasEnded }.map(\.count).reduce(0, +)),
                ended: dates.number(own.filter(\.hasEnded).map(\.count).reduce(0, +)), older: dates.number(older),
                hasOlder: older > 0)
        }
        return try pages.page(WorkflowsPage(workflows: rows), context)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        let counts = try await onboarding.runCounts(by: try context.actor())
        let definition = try definition(context)
        let own = counts.filter { $0.workflow == definition.name }
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let versions = Set(own.map(\.version)).union([definition.version]).sorted(by: >)
        let names = definition.states.map(\.name)
        // States of older versions that the newest has no more come last.
        let gone = Set(own.map(\.state)).subtracting(names).sorted()
        let states = (names + gone).map { name in
            let here = own.filter { $0.state == name }
            let state = definition.states.first { $0.name == name }
            let counts = versions.map { version in
                let count = here.filter { $0.version == version }.map(\.count).reduce(0, +)
                return WorkflowPage.Number(count: dates.number(count), isNone: count == 0)
            }
            return WorkflowPage.State(
                name: name, title: pages.names.state(name, of: definition.name, in: context.language),
                isEnd: state?.end != nil, isGone: state == nil, counts: counts)
        }
        let hasPicture = await pictures.svg(of: definition) != nil
        let page = WorkflowPage(
            name: definition.name, title: title(definition.name, context), about: definition.about,
            file: definition.file, version: definition.version, states: states,
            versions: versions.map(WorkflowPage.Version.init), hasVersions: versions.count > 1,
            hasPicture: hasPicture, text: hasPicture ? nil : Drawing(definition).mermaid())
        return try pages.page(page, context)
    }

    /// An image of its own, so that nothing of it is part of a page.
    @Sendable
    private func picture(_ request: Request, context: WebContext) async throws -> Response {
        _ = try await onboarding.runCounts(by: try context.actor())
        let definition = try definition(context)
        guard let svg = await pictures.svg(of: definition) else { throw Authority.missing("picture", definition.name) }
        return Response(
            status: .ok, headers: [.contentType: "image/svg+xml"], body: .init(byteBuffer: ByteBuffer(bytes: svg)))
    }

    private func definition(_ context: WebContext) throws -> Definition {
        let name = context.parameters.get("name") ?? ""
        guard let definition = onboarding.library.current[name] else { throw Authority.missing("workflow", name) }
        return definition
    }

    private func title(_ name: String, _ context: WebContext) -> String {
        pages.names.text("workflow", name, in: context.language)
    }
}

/// `/operation/workflows`.
struct WorkflowsPage: PageValue {
    static let template = "operation-workflows"

    struct Row {
        let name, title: String
        let version: Int
        /// Why nothing begins by it; empty where it does.
        let hindrance: String
        let isStartable: Bool
        /// Counts as the reader writes them.
        let open, ended, older: String
        let hasOlder: Bool
    }

    let workflows: [Row]
}

/// `/operation/workflows/{name}`.
struct WorkflowPage: PageValue {
    static let template = "operation-workflow"

    struct State {
        let name, title: String
        let isEnd, isGone: Bool
        /// By version.
        let counts: [Number]
    }

    struct Number {
        let count: String
        let isNone: Bool
    }

    struct Version { let version: Int }

    let name, title, about, file: String
    let version: Int
    let states: [State]
    let versions: [Version]
    let hasVersions, hasPicture: Bool
    /// The picture in Mermaid, where nothing draws.
    let text: String?
}

/// Pictures of the definitions, each drawn once: a definition does not change while the program runs.
final class WorkflowPictures: Sendable {
    private let draw: PictureDrawer?
    private let drawn = Mutex<[String: Data]>([:])

    init(_ draw: PictureDrawer?) { self.draw = draw }

    /// Nil where nothing draws; asked again the next time, since a program can be installed meanwhile.
    func svg(of definition: Definition) async -> Data? {
        if let known = drawn.withLock({ $0[definition.name] }) { return known }
        guard let draw, let svg = try? await draw(Drawing(definition).dot()) else { return nil }
        drawn.withLock { $0[definition.name] = svg }
        return svg
    }
}
