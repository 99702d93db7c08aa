import Basics

extension Event {
    /// The same bytes for the same event: `{"timer":"remind"}`,
    /// `{"choice":{…}}`; keys sorted, nil left out.
    public func canonicalJSON() -> String {
        var writer = CanonicalWriter()
        writer.object { writer in
            switch self {
            case .start(let start):
                writer.key("start")
                start.write(to: &writer)
            case .choice(let choice):
                writer.key("choice")
                choice.write(to: &writer)
            case .timer(let id):
                writer.key("timer")
                writer.string(id)
            case .effect(let key, let outcome):
                writer.key("effect")
                writer.object { writer in
                    writer.key("key")
                    writer.string(key)
                    writer.key("outcome")
                    writer.string(outcome.rawValue)
                }
            case .migrate(let from, let to):
                writer.key("migrate")
                writer.object { writer in
                    writer.key("from")
                    writer.number(Int64(from))
                    writer.key("to")
                    writer.number(Int64(to))
                }
            case .moot(let items):
                writer.key("moot")
                writer.array(items) { $0.string($1) }
            case .freeze, .thaw, .deadline, .remark, .renew: writeSteering(to: &writer)
            }
        }
        return writer.text
    }

    private func writeSteering(to writer: inout CanonicalWriter) {
        switch self {
        case .freeze:
            writer.key("freeze")
            writer.object { _ in }
        case .thaw:
            writer.key("thaw")
            writer.object { _ in }
        case .deadline(let timer, let at):
            writer.key("deadline")
            writer.object { writer in
                writer.key("at")
                writer.number(at.milliseconds)
                if let timer {
                    writer.key("timer")
                    writer.string(timer)
                }
            }
        case .remark(let word):
            writer.key("remark")
            writer.string(word)
        case .renew(let choice):
            writer.key("renew")
            writer.string(choice)
        case .start, .choice, .timer, .effect, .migrate, .moot: break
        }
    }

    /// Reads what `canonicalJSON` gave.
    public init(canonicalJSON text: String) throws(MalformedJSON) {
        self = try CanonicalReader.read(text) { (reader) throws(MalformedJSON) in
            var event: Event?
            try reader.object { (reader, key) throws(MalformedJSON) in
                guard event == nil else { throw reader.failure }
                switch key {
                case "start": event = .start(try Start(&reader))
                case "choice": event = .choice(try Choice(&reader))
                case "timer": event = .timer(id: try reader.string())
                case "effect": event = try Self.effect(&reader)
                case "migrate": event = try Self.migration(&reader)
                case "moot": event = .moot(items: try reader.strings())
                case "freeze": event = try Self.bare(.freeze, &reader)
                case "thaw": event = try Self.bare(.thaw, &reader)
                case "deadline": event = try Self.deadline(&reader)
                case "remark": event = .remark(try reader.string())
                case "renew": event = .renew(choice: try reader.string())
                default: throw reader.failure
                }
            }
            return try reader.required(event)
        }
    }

    private static func effect(_ reader: inout CanonicalReader) throws(MalformedJSON) -> Event {
        var name: String?
        var outcome: EffectOutcome?
        try reader.object { (reader, key) throws(MalformedJSON) in
            switch key {
            case "key": name = try reader.string()
            case "outcome": outcome = try reader.word(EffectOutcome.self)
            default: throw reader.failure
            }
        }
        return .effect(key: try reader.required(name), outcome: try reader.required(outcome))
    }

    /// An event that says nothing beyond its name.
    private static func bare(_ event: Event, _ reader: inout CanonicalReader) throws(MalformedJSON) -> Event {
        try reader.object { (reader, _) throws(MalformedJSON) in throw reader.failure }
        return event
    }

    private static func migration(_ reader: inout CanonicalReader) throws(MalformedJSON) -> Event {
        var (from, to): (Int?, Int?)
        try reader.object { (reader, key) throws(MalformedJSON) in
            switch key {
            case "from": from = try reader.int()
            case "to": to = try reader.int()
            default: throw reader.failure
            }
        }
        return .migrate(from: try reader.required(from), to: try reader.required(to))
    }

    private static func deadline(_ reader: inout CanonicalReader) throws(MalformedJSON) -> Event {
        var at: Timestamp?
        var timer: String?
        try reader.object { (reader, key) throws(MalformedJSON) in
            switch key {
            case "at": at = Timestamp(milliseconds: try reader.number())
            case "timer": timer = try reader.string()
            default: throw reader.failure
            }
        }
        return .deadline(timer: timer, at: try reader.required(at))
    }
}

extension Event.Start {
    func write(to writer: inout CanonicalWriter) {
        writer.object { writer in
            writer.key("flags")
            writer.map(flags) { $0.bool($1) }
            writer.key("items")
            writer.array(items) { $1.write(to: &$0) }
            writer.key("players")
            writer.map(players) { writer, people in writer.array(people) { $0.string($1) } }
            if let until {
                writer.key("until")
                writer.number(until.milliseconds)
            }
        }
    }

    init(_ reader: inout CanonicalReader) throws(MalformedJSON) {
        var flags: [String: Bool]?
        var items: [Run.Item]?
        var players: [String: [String]]?
        var until: Timestamp?
        try reader.object { (reader, key) throws(MalformedJSON) in
            switch key {
            case "flags": flags = try reader.flags()
            case "items": items = try reader.array { (reader) throws(MalformedJSON) in try Run.Item(&reader) }
            case "players": players = try reader.players()
            case "until": until = Timestamp(milliseconds: try reader.number())
            default: throw reader.failure
            }
        }
        self.init(
            items: try reader.required(items), players: try reader.required(players),
            flags: try reader.required(flags), until: until)
    }
}

extension Event.Choice {
    func write(to writer: inout CanonicalWriter) {
        writer.object { writer in
            writer.key("by")
            writer.string(by)
            if let comment {
                writer.key("comment")
                writer.string(comment)
            }
            writer.key("decisions")
            writer.map(decisions) { $1.write(to: &$0) }
            writer.key("facts")
            writer.map(facts) { $0.bool($1) }
            writer.key("name")
            writer.string(name)
            if let onBehalfOf {
                writer.key("onBehalfOf")
                writer.string(onBehalfOf)
            }
            writer.key("part")
            writer.string(part)
        }
    }

    init(_ reader: inout CanonicalReader) throws(MalformedJSON) {
        var by: String?
        var comment: String?
        var decisions: [String: Event.Decision]?
        var facts: [String: Bool]?
        var name: String?
        var onBehalfOf: String?
        var part: String?
        try reader.object { (reader, key) throws(MalformedJSON) in
            switch key {
            case "by": by = try reader.string()
            case "comment": comment = try reader.string()
            case "decisions":
                decisions = try reader.map { (reader) throws(MalformedJSON) in try Event.Decision(&reader) }
            case "facts": facts = try reader.flags()
            case "name": name = try reader.string()
            case "onBehalfOf": onBehalfOf = try reader.string()
            case "part": part = try reader.string()
            default: throw reader.failure
            }
        }
        self.init(
            try reader.required(name), part: try reader.required(part), by: try reader.required(by),
            onBehalfOf: onBehalfOf, decisions: try reader.required(decisions), facts: try reader.required(facts),
            comment: comment)
    }
}

extension Event.Decision {
    /// `{"decision":"approve"}`, `{"decision":"lower","needsMFA":false,"to":"STD"}`.
    func write(to writer: inout CanonicalWriter) {
        writer.object { writer in
            writer.key("decision")
            writer.string(choice)
            guard case .lower(let profile, let needsMFA) = self else { return }
            writer.key("needsMFA")
            writer.bool(needsMFA)
            writer.key("to")
            writer.string(profile)
        }
    }

    init(_ reader: inout CanonicalReader) throws(MalformedJSON) {
        var decision: String?
        var needsMFA: Bool?
        var profile: String?
        try reader.object { (reader, key) throws(MalformedJSON) in
            switch key {
            case "decision": decision = try reader.string()
            case "needsMFA": needsMFA = try reader.bool()
            case "to": profile = try reader.string()
            default: throw reader.failure
            }
        }
        switch decision {
        case "approve": self = .approve
        case "reject": self = .reject
        case "lower": self = .lower(to: try reader.required(profile), needsMFA: try reader.required(needsMFA))
        default: throw reader.failure
        }
    }
}
