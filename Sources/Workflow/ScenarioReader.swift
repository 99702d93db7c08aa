import Yams

/// Reads `scenarios`: a map of actions in order, or a list of such maps where an action comes twice.
struct ScenarioReader {
    /// Keys of a scenario that mean something of their own; any other is a choice.
    enum Word: String, CaseIterable {
        case items, request, until, wait, ends, rests, drop, park, moot, approve, lower, reject
    }

    let reader: NodeReader
    let stateNames: Set<String>
    /// Names of the declared fields.
    let fields: [String]

    func read(_ node: Node) -> [Scenario] {
        reader.pairs(node, "`scenarios`").compactMap { name, key, value in
            guard reader.isName(name, key, "The name of a scenario") else { return nil }
            return scenario(name, key, value)
        }
    }

    private func scenario(_ name: String, _ key: Node, _ value: Node) -> Scenario {
        var items = [Scenario.Kind(needsMFA: true), Scenario.Kind(needsMFA: false)]
        var flags: [String] = []
        var until: Delay?
        var lines: [Scenario.Line] = []
        var judged = false
        for (word, wordNode, argument) in reader.list(value).flatMap({ reader.pairs($0, "a scenario") }) {
            switch Word(rawValue: word) {
            case .items: items = kinds(argument)
            case .request: flags = reader.list(argument).compactMap(field)
            case .until: until = reader.text(argument, "`until`").flatMap { reader.delay($0, argument) }
            default:
                judged = judged || word == "ends" || word == "rests"
                guard let action = action(word, wordNode, argument) else { continue }
                lines.append(Scenario.Line(action: action, position: wordNode.position))
            }
        }
        if !judged { reader.report("missing-key", key, "The scenario `\(name)` needs `ends` or `rests`: a state.") }
        return Scenario(name: name, items: items, flags: flags, until: until, lines: lines, position: key.position)
    }

    private func field(_ node: Node) -> String? {
        reader.text(node, "A field").flatMap {
            reader.known($0, among: fields, node, rule: "unknown-field", "field")
        }
    }

    private func kinds(_ node: Node) -> [Scenario.Kind] {
        let nodes = reader.list(node)
        if nodes.count > Scenario.itemNames.count {
            reader.report("wrong-value", node, "A scenario has \(Scenario.itemNames.count) items at most.")
        }
        return nodes.prefix(Scenario.itemNames.count).compactMap { entry in
            let kind = reader.text(entry, "An item").flatMap { Scenario.Kind($0) }
            if kind == nil {
                reader.report("wrong-value", entry, "An item of a scenario is mfa, plain or a profile such as POW.")
            }
            return kind
        }
    }

    private func action(_ word: String, _ key: Node, _ argument: Node) -> Scenario.Action? {
        // A choice may have the name of a word: `approve: ok` where nothing is decided item by item.
        let mood = argument.scalar?.string
        if word != "ends", word != "rests", mood == "ok" || mood == "bad", reader.isName(word, key, "A choice") {
            return .choose(word, good: mood == "ok")
        }
        switch Word(rawValue: word) {
        case .wait: return reader.text(argument, "`wait`").flatMap { reader.delay($0, argument) }.map { .wait($0) }
        case .ends, .rests:
            let state = reader.text(argument, "`\(word)`").flatMap {
                reader.known($0, among: stateNames, argument, rule: "unknown-state", "state")
            }
            return state.map { word == "ends" ? .ends($0) : .rests($0) }
        case .drop, .park: return .outcome(word == "drop" ? .dropped : .parked, items: itemNames(argument))
        case .moot: return .moot(items: itemNames(argument))
        case .approve, .lower, .reject: return .decide(word, items: itemNames(argument))
        case .items, .request, .until, nil:
            guard reader.isName(word, key, "A choice") else { return nil }
            reader.report("wrong-value", argument, "A choice goes ok or bad.")
            return nil
        }
    }

    private func itemNames(_ node: Node) -> [String] {
        if node.scalar?.string == "all" { return [] }
        return reader.list(node).compactMap { entry in
            reader.text(entry, "An item").flatMap {
                reader.known($0, among: Scenario.itemNames, entry, rule: "unknown-item", "item")
            }
        }
    }
}
