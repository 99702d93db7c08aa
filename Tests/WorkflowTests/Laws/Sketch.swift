/// A definition as a test draws it: names and words that need not fit, written out as YAML.
///
/// The reader sees only the text, so it is in the loop of every law.
struct Sketch {
    enum Way: Equatable {
        case go(String)
        case stay
        /// The branch that is always taken, `else: STATE`.
        case otherwise(String)
    }

    struct Branch {
        var condition: String?
        var way: Way
        var limit: (times: Int, otherwise: String)?
        /// Further members, such as `do: issue`.
        var extra: [String] = []

        var yaml: String {
            var members: [String] = []
            if let condition { members.append("if: \"\(condition)\"") }
            switch way {
            case .go(let state): members.append("go: \(state)")
            case .stay: members.append("stay: true")
            case .otherwise(let state): members.append("else: \(state)")
            }
            if let limit { members += ["at_most: \(limit.times)", "else: \(limit.otherwise)"] }
            return "{\((members + extra).joined(separator: ", "))}"
        }

        /// The states that this branch may lead to.
        var targets: [String] {
            let first: [String] =
                switch way {
                case .go(let state), .otherwise(let state): [state]
                case .stay: []
                }
            return first + (limit.map { [$0.otherwise] } ?? [])
        }
    }

    struct Timer {
        var delay: String
        /// The members of a timer that moves nothing, such as `send: a, to: holder`.
        var plain: String?
        var branches: [Branch] = []

        var yaml: String {
            if let plain { return "\(delay): {\(plain)}" }
            if branches.count == 1, branches[0].limit == nil, case .go(let state) = branches[0].way {
                return "\(delay): {go: \(state)}"
            }
            return "\(delay): [\(branches.map(\.yaml).joined(separator: ", "))]"
        }
    }

    struct State {
        var name: String
        var enter: [String] = []
        var who: String?
        var eachItem = false
        var choices: [String] = []
        var due: String?
        var timers: [Timer] = []
        var each: String?
        var when: [(name: String, branches: [Branch])] = []
        var end: String?
        var undo = false

        var yaml: String {
            var lines: [String] = []
            if let end { lines.append("end: \(end)") }
            if undo { lines.append("undo: all") }
            if !enter.isEmpty { lines.append("enter: [\(enter.joined(separator: ", "))]") }
            if let who {
                lines.append(
                    "ask: {who: \(who), \(eachItem ? "each: item, " : "")choices: [\(choices.joined(separator: ", "))]}"
                )
            }
            if let due { lines.append("due: \(due)") }
            if let each { lines.append("each: \(each)") }
            if !timers.isEmpty { lines.append("after: {\(timers.map(\.yaml).joined(separator: ", "))}") }
            if !when.isEmpty {
                lines.append("when:")
                for (name, branches) in when {
                    let list = branches.map(\.yaml).joined(separator: ", ")
                    lines.append("  \(name): \(branches.count == 1 ? list : "[\(list)]")")
                }
            }
            return "  \(name):\n" + lines.map { "    \($0)\n" }.joined()
        }
    }

    struct Effect {
        var key: [String]
        var undo: String?
        var now = false
    }

    var sources = Sketch.allSources
    var apart: [[String]] = []
    var effects = Sketch.allEffects
    var states: [State] = []
    /// `NAME: {by: …}`, complete.
    var anywhere: [String] = []
    /// Lines put at the end as they are.
    var tail = ""

    static let allSources = [
        "requester": "organization.representatives", "approver": "organization.delivery_managers",
        "deputy": "provider.duty_managers", "holder": "request.account_holder",
    ]
    static let allEffects = [
        "mail": Effect(key: ["request", "state", "round", "template", "recipient"]),
        "grant": Effect(key: ["request", "item", "round"], undo: "revoke"),
        "revoke": Effect(key: ["request", "item", "round"]),
        "issue": Effect(key: ["request", "round"], undo: "void", now: true),
        "void": Effect(key: ["request", "round"]),
        "activate": Effect(key: ["request", "round"]),
    ]

    /// Only what is used is declared, as a person would.
    var yaml: String {
        let body = states.map(\.yaml).joined()
        let used = body + anywhere.joined() + tail
        let parts = sources.keys.sorted().filter { used.contains($0) || apart.joined().contains($0) }
        var text = "workflow: sketch\nversion: 1\npeople:\n"
        for part in parts.isEmpty ? ["requester"] : parts { text += "  \(part): \(sources[part] ?? "")\n" }
        if !apart.isEmpty {
            text += "apart: [\(apart.map { "[\($0.joined(separator: ", "))]" }.joined(separator: ", "))]\n"
        }
        let flags = ["urgent", "known"].filter { used.contains("request.\($0)") }
        if !flags.isEmpty { text += "fields: {\(flags.map { "\($0): A flag." }.joined(separator: ", "))}\n" }
        text += "effects:\n"
        for (name, effect) in effects.sorted(by: { $0.key < $1.key }) {
            let undo = effect.undo.map { ", undo: \($0)" } ?? ""
            text += "  \(name): {key: [\(effect.key.joined(separator: ", "))], tries: 3, then: park\(undo)"
            text += effect.now ? ", now: true}\n" : "}\n"
        }
        text += "start: \(states.first?.name ?? "nowhere")\n"
        if !anywhere.isEmpty { text += "anywhere:\n" + anywhere.map { "  \($0)\n" }.joined() }
        return text + "states:\n" + body + tail
    }
}
