import Yams

/// Reads the top of a definition: parts, effects, fields, what may happen anywhere.
///
/// States have their own reader.
struct DefinitionReader {
    static let keys = [
        "workflow", "version", "about", "people", "apart", "fields", "messages", "effects", "start", "anywhere",
        "states", "scenarios", "migrate",
    ]

    static let effectKeys = ["key", "tries", "then", "undo", "now"]

    let reader: NodeReader
    var content = Definition.Content()

    static func read(_ yaml: String, file: String) throws(DefinitionDefects) -> Definition {
        let root = try YAMLGate.root(of: yaml, file: file).get()
        var this = DefinitionReader(reader: NodeReader(file: file))
        this.content.source = yaml
        this.content.file = file
        this.read(root)
        guard this.reader.findings.isEmpty else { throw DefinitionDefects(findings: this.reader.findings) }
        return Definition(this.content)
    }

    private mutating func read(_ root: Node) {
        let fields = reader.fields(root, Self.keys, "a definition")
        for key in ["workflow", "version", "people", "start", "states"] where fields[key] == nil {
            reader.report("missing-key", root, "A definition needs `\(key)`.")
        }
        content.name = fields["workflow"].flatMap { reader.name($0, "The name of a workflow") } ?? ""
        content.version = fields["version"].flatMap { reader.number($0, "`version`", in: 1...1_000_000) } ?? 0
        if let version = fields["version"] { content.headPosition = version.position }
        content.about = fields["about"].flatMap { reader.text($0, "`about`") } ?? ""
        if let people = fields["people"] { readPeople(people) }
        if let apart = fields["apart"] { readApart(apart) }
        if let declared = fields["fields"] { readFields(declared) }
        if let declared = fields["messages"] { readMessages(declared) }
        if let effects = fields["effects"] { readEffects(effects) }
        guard let states = fields["states"] else { return }
        let names = Set(reader.pairs(states, "`states`").map(\.name))
        if let start = fields["start"], let name = reader.text(start, "`start`") {
            content.first = reader.known(name, among: names, start, rule: "unknown-state", "state") ?? ""
        }
        readStates(states, names, anywhere: fields["anywhere"])
        if let migrate = fields["migrate"] { readMigrations(migrate, names) }
        if let scenarios = fields["scenarios"] {
            content.scenarios = ScenarioReader(
                reader: reader, stateNames: names, fields: content.fields.keys.sorted()
            ).read(scenarios)
        }
    }

    private mutating func readStates(_ states: Node, _ names: Set<String>, anywhere: Node?) {
        let scope = StateReader(
            reader: reader, stateNames: names, partNames: Set(content.parts.map(\.name)),
            effectNames: Set(content.effects.keys), messageNames: Set(content.messages.keys))
        for (name, key, value) in reader.pairs(states, "`states`") where reader.isName(name, key, "The name of a state")
        {
            if let state = scope.state(name, key, value) { content.states.append(state) }
        }
        guard let anywhere else { return }
        for (name, key, value) in reader.pairs(anywhere, "`anywhere`") where reader.isName(name, key, "A choice") {
            content.anywhere[name] = scope.anywhere(name, key, value)
        }
    }

    private mutating func readPeople(_ node: Node) {
        for (name, key, value) in reader.pairs(node, "`people`") where reader.isName(name, key, "The name of a part") {
            guard let source = reader.text(value, "The source of people") else { continue }
            content.parts.append(Part(name: name, source: source, position: value.position))
        }
    }

    /// One group (`[a, b]`) or several (`[[a, b], [a, c]]`).
    private mutating func readApart(_ node: Node) {
        let names = content.parts.map(\.name)
        let entries = reader.list(node)
        let groups = entries.contains { $0.sequence != nil } ? entries.map(reader.list) : [entries]
        for group in groups {
            let known = group.compactMap { entry in
                reader.text(entry, "A part").flatMap {
                    reader.known($0, among: names, entry, rule: "unknown-part", "part")
                }
            }
            if Set(known).count < 2 { reader.report("apart", node, "`apart` needs two different parts at least.") }
            content.apart.append(known)
        }
    }

    private mutating func readFields(_ node: Node) {
        for (name, key, value) in reader.pairs(node, "`fields`") where reader.isName(name, key, "The name of a field") {
            content.fields[name] = reader.text(value, "What a field means") ?? ""
        }
    }

    private mutating func readMessages(_ node: Node) {
        for (name, key, value) in reader.pairs(node, "`messages`") {
            // The standard's types have none, and libraries make names of them.
            guard !name.contains("-") else {
                reader.report(
                    "bad-name", key,
                    "The name of a message `\(name.prefix(64))` cannot have `-`: write `_` in its place.")
                continue
            }
            guard reader.isName(name, key, "The name of a message") else { continue }
            content.messages[name] = reader.text(value, "What a message means") ?? ""
        }
    }

    /// `migrate`: older version → its state → state of this version.
    ///
    /// Whether the old states exist shows only beside the older version: see `checkMigration`.
    private mutating func readMigrations(_ node: Node, _ states: Set<String>) {
        for (text, key, value) in reader.pairs(node, "`migrate`") {
            guard let version = Int(text), (1...1_000_000).contains(version), version < content.version else {
                reader.report("wrong-value", key, "A key of `migrate` is an older version than \(content.version).")
                continue
            }
            for (old, oldKey, new) in reader.pairs(value, "A version of `migrate`")
            where reader.isName(old, oldKey, "The name of a state") {
                guard let name = reader.text(new, "A state"),
                    let target = reader.known(name, among: states, new, rule: "unknown-state", "state")
                else { continue }
                content.migrations[version, default: [:]][old] = Placement(state: target, position: oldKey.position)
            }
        }
    }

    private mutating func readEffects(_ node: Node) {
        let pairs = reader.pairs(node, "`effects`")
        for (name, key, value) in pairs where reader.isName(name, key, "The name of an effect") {
            let fields = reader.fields(value, Self.effectKeys, "an effect")
            for needed in ["key", "tries", "then"] where fields[needed] == nil {
                reader.report("missing-key", key, "The effect `\(name)` needs `\(needed)`.")
            }
            let keyFields = (fields["key"].map(reader.list) ?? []).compactMap { entry in
                reader.text(entry, "A field of a key").flatMap {
                    reader.known(
                        $0, among: EffectDeclaration.keyFields, entry, rule: "unknown-key-field", "field of a key")
                }
            }
            if let then = fields["then"], reader.text(then, "`then`") != "park" {
                reader.report("wrong-value", then, "`then` must be park: an operator retries or drops it.")
            }
            let undo = fields["undo"].flatMap { undo in
                reader.text(undo, "`undo`").flatMap {
                    reader.known($0, among: pairs.map(\.name), undo, rule: "undeclared-effect", "effect")
                }
            }
            content.effects[name] = EffectDeclaration(
                name: name, key: keyFields,
                tries: fields["tries"].flatMap { reader.number($0, "`tries`", in: 1...100) } ?? 1, undo: undo,
                now: fields["now"].map { reader.truth($0, "`now`") } ?? false, position: key.position)
        }
    }
}
