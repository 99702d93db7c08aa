import Basics

extension Run {
    /// The same bytes for the same run: keys sorted, no spaces, members that are nil left
    /// out, and so is an `owesDone` that is false.
    public func canonicalJSON() -> String {
        var writer = CanonicalWriter()
        writer.object { writer in
            writer.key("asked")
            writer.array(asked) { $0.string($1) }
            writer.key("counts")
            writer.map(counts) { $0.number(Int64($1)) }
            writer.time("dueAt", dueAt)
            if let ended {
                writer.key("ended")
                writer.string(ended.rawValue)
            }
            writer.time("enteredAt", enteredAt)
            writer.key("flags")
            writer.map(flags) { $0.bool($1) }
            writer.time("frozenAt", frozenAt)
            writer.key("items")
            writer.array(items) { $1.write(to: &$0) }
            writer.key("ledger")
            writer.array(ledger) { $1.write(to: &$0) }
            if owesDone {
                writer.key("owesDone")
                writer.bool(owesDone)
            }
            writer.key("players")
            writer.map(players) { writer, people in writer.array(people) { $0.string($1) } }
            writer.key("round")
            writer.number(Int64(round))
            writer.key("state")
            writer.string(state)
            writer.key("timers")
            writer.array(timers) { $1.write(to: &$0) }
            writer.time("until", until)
            writer.key("version")
            writer.number(Int64(version))
            writer.key("workflow")
            writer.string(workflow)
        }
        return writer.text
    }

    /// Reads what `canonicalJSON` gave.
    public init(canonicalJSON text: String) throws(MalformedJSON) {
        self = try CanonicalReader.read(text) { (reader) throws(MalformedJSON) in try Run(&reader) }
    }

    private init(_ reader: inout CanonicalReader) throws(MalformedJSON) {
        var asked: [String]?
        var counts: [String: Int]?
        var (dueAt, enteredAt, frozenAt, until): (Timestamp?, Timestamp?, Timestamp?, Timestamp?)
        var ended: Ending?
        var flags: [String: Bool]?
        var items: [Item]?
        var ledger: [LedgerEntry]?
        var owesDone = false
        var players: [String: [String]]?
        var (round, version): (Int?, Int?)
        var (state, workflow): (String?, String?)
        var timers: [Timer]?
        try reader.object { (reader, key) throws(MalformedJSON) in
            switch key {
            case "asked": asked = try reader.strings()
            case "counts": counts = try reader.map { (reader) throws(MalformedJSON) in try reader.int() }
            case "dueAt": dueAt = Timestamp(milliseconds: try reader.number())
            case "ended": ended = try reader.word(Ending.self)
            case "enteredAt": enteredAt = Timestamp(milliseconds: try reader.number())
            case "flags": flags = try reader.flags()
            case "frozenAt": frozenAt = Timestamp(milliseconds: try reader.number())
            case "items": items = try reader.array { (reader) throws(MalformedJSON) in try Item(&reader) }
            case "ledger": ledger = try reader.array { (reader) throws(MalformedJSON) in try LedgerEntry(&reader) }
            case "owesDone": owesDone = try reader.bool()
            case "players": players = try reader.players()
            case "round": round = try reader.int()
            case "state": state = try reader.string()
            case "timers": timers = try reader.array { (reader) throws(MalformedJSON) in try Timer(&reader) }
            case "until": until = Timestamp(milliseconds: try reader.number())
            case "version": version = try reader.int()
            case "workflow": workflow = try reader.string()
            default: throw reader.failure
            }
        }
        self.init(
            workflow: try reader.required(workflow), version: try reader.required(version),
            state: try reader.required(state), enteredAt: try reader.required(enteredAt),
            round: try reader.required(round), items: try reader.required(items),
            players: try reader.required(players), asked: try reader.required(asked), dueAt: dueAt,
            timers: try reader.required(timers), counts: try reader.required(counts),
            ledger: try reader.required(ledger), ended: ended, flags: try reader.required(flags), until: until,
            frozenAt: frozenAt, owesDone: owesDone)
    }
}

extension Run.Item {
    func write(to writer: inout CanonicalWriter) {
        writer.object { writer in
            if let about {
                writer.key("about")
                writer.string(about)
            }
            writer.key("asked")
            writer.string(asked)
            writer.key("id")
            writer.string(id)
            writer.key("needsMFA")
            writer.bool(needsMFA)
            writer.key("profile")
            writer.string(profile)
            writer.key("state")
            writer.string(state.rawValue)
        }
    }

    init(_ reader: inout CanonicalReader) throws(MalformedJSON) {
        var about: String?
        var asked: String?
        var id: String?
        var needsMFA: Bool?
        var profile: String?
        var state: State?
        try reader.object { (reader, key) throws(MalformedJSON) in
            switch key {
            case "about": about = try reader.string()
            case "asked": asked = try reader.string()
            case "id": id = try reader.string()
            case "needsMFA": needsMFA = try reader.bool()
            case "profile": profile = try reader.string()
            case "state": state = try reader.word(State.self)
            default: throw reader.failure
            }
        }
        self.init(
            id: try reader.required(id), asked: try reader.required(asked), profile: try reader.required(profile),
            state: try reader.required(state), needsMFA: try reader.required(needsMFA), about: about)
    }
}

extension Run.Timer {
    func write(to writer: inout CanonicalWriter) {
        writer.object { writer in
            writer.time("at", at)
            writer.key("id")
            writer.string(id)
        }
    }

    init(_ reader: inout CanonicalReader) throws(MalformedJSON) {
        var at: Timestamp?
        var id: String?
        try reader.object { (reader, key) throws(MalformedJSON) in
            switch key {
            case "at": at = Timestamp(milliseconds: try reader.number())
            case "id": id = try reader.string()
            default: throw reader.failure
            }
        }
        self.init(id: try reader.required(id), at: try reader.required(at))
    }
}

extension Run.LedgerEntry {
    func write(to writer: inout CanonicalWriter) {
        writer.object { writer in
            writer.key("effect")
            writer.string(effect)
            if let item {
                writer.key("item")
                writer.string(item)
            }
            writer.key("key")
            writer.string(key)
            writer.key("round")
            writer.number(Int64(round))
            writer.key("state")
            writer.string(state.rawValue)
        }
    }

    init(_ reader: inout CanonicalReader) throws(MalformedJSON) {
        var effect: String?
        var item: String?
        var name: String?
        var round: Int?
        var state: State?
        try reader.object { (reader, key) throws(MalformedJSON) in
            switch key {
            case "effect": effect = try reader.string()
            case "item": item = try reader.string()
            case "key": name = try reader.string()
            case "round": round = try reader.int()
            case "state": state = try reader.word(State.self)
            default: throw reader.failure
            }
        }
        self.init(
            key: try reader.required(name), effect: try reader.required(effect), item: item,
            round: try reader.required(round), state: try reader.required(state))
    }
}

extension CanonicalWriter {
    /// In milliseconds; the member is left out where there is no time.
    fileprivate mutating func time(_ name: StaticString, _ time: Timestamp?) {
        guard let time else { return }
        key(name)
        number(time.milliseconds)
    }
}

extension CanonicalReader {
    mutating func strings() throws(MalformedJSON) -> [String] {
        try array { (reader) throws(MalformedJSON) in try reader.string() }
    }

    mutating func flags() throws(MalformedJSON) -> [String: Bool] {
        try map { (reader) throws(MalformedJSON) in try reader.bool() }
    }

    mutating func players() throws(MalformedJSON) -> [String: [String]] {
        try map { (reader) throws(MalformedJSON) in try reader.strings() }
    }
}
