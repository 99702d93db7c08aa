/// A workflow as data: read from YAML, checked, then followed by runs.
public struct Definition: Sendable {
    public let name: String
    public let version: Int
    public let about: String
    /// The text it was read from; its hash guards a version that has runs.
    public let source: String
    /// Where that text came from, for findings.
    public let file: String

    /// In the order of the file, as are `states`.
    public let parts: [Part]
    /// Groups of parts that different persons must play.
    public let apart: [[String]]
    /// Flags that a run may carry, with what they mean; conditions read them as `request.NAME`.
    public let fields: [String: String]
    /// What receivers of webhooks may be told, with what it means; ordered by `tell`.
    public let messages: [String: String]
    public let effects: [String: EffectDeclaration]
    /// Name of the state that a run begins in.
    public let first: String
    public let anywhere: [String: Anywhere]
    public let states: [State]
    public let scenarios: [Scenario]
    /// Older version → its state → where a run that rests there goes on in this version.
    public let migrations: [Int: [String: Placement]]

    /// Of `version`, or of the top.
    let headPosition: Position
    let byName: [String: State]

    /// Reads a definition.
    ///
    /// What cannot be resolved (keys, states, parts, effects, delays, conditions) is refused
    /// here; what needs thought about paths is left to `check`.
    ///
    /// - Parameter file: Named in findings, not opened.
    public init(yaml: String, file: String) throws(DefinitionDefects) {
        self = try DefinitionReader.read(yaml, file: file)
    }

    init(_ content: Content) {
        name = content.name
        version = content.version
        about = content.about
        source = content.source
        file = content.file
        parts = content.parts
        apart = content.apart
        fields = content.fields
        messages = content.messages
        effects = content.effects
        first = content.first
        anywhere = content.anywhere
        states = content.states
        scenarios = content.scenarios
        migrations = content.migrations
        headPosition = content.headPosition
        byName = Dictionary(content.states.map { ($0.name, $0) }) { first, _ in first }
    }

    /// What the reader gathers before all of it is known to be sound.
    struct Content {
        var name = ""
        var version = 0
        var about = ""
        var source = ""
        var file = ""
        var parts: [Part] = []
        var apart: [[String]] = []
        var fields: [String: String] = [:]
        var messages: [String: String] = [:]
        var effects: [String: EffectDeclaration] = [:]
        var first = ""
        var anywhere: [String: Anywhere] = [:]
        var states: [State] = []
        var scenarios: [Scenario] = []
        var migrations: [Int: [String: Placement]] = [:]
        var headPosition = Position(line: 1, column: 1)
    }

    public func state(_ name: String) -> State? { byName[name] }

    /// What `state` asks of people; nil where it asks nobody, or is unknown.
    public func ask(in state: String) -> Ask? { byName[state]?.ask }

    /// The choices that `part` may make now, as the file writes them, those of `anywhere` last.
    public func offered(_ run: Run, to part: String) -> [String] {
        guard run.ended == nil, let state = byName[run.state] else { return [] }
        let here = run.asked.contains(part) ? state.ask?.choices ?? [] : []
        let always = anywhere.values.filter { $0.part == part && $0.isOffered(in: run.state) }
        let all = (here + always.map(\.name).sorted()).filter { timesUsedUp($0, in: run) == nil }
        return run.frozenAt == nil ? all : all.filter { onlyEnds($0, in: run.state) }
    }
}
