import Basics
import Foundation
import RegexBuilder
import Testing

@testable import Workflow

@Suite("Drawing", .timeLimit(.minutes(60)))
struct DrawingTests {
    @Test("has a node for each state and one for what may happen anywhere", arguments: shippedNames)
    func nodes(name: String) throws {
        let definition = try shipped(name)
        let drawing = Drawing(definition)
        let states = drawing.nodes.filter { $0.shape != .start && $0.shape != .anywhere }
        #expect(states.map(\.id) == definition.states.map(\.name))
        #expect(drawing.nodes.count { $0.shape == .anywhere } == (definition.anywhere.isEmpty ? 0 : 1))
        #expect(Set(drawing.nodes.map(\.id)).count == drawing.nodes.count)
    }

    @Test("has an edge wherever the proofs see a way, and no other", arguments: shippedNames)
    func edges(name: String) throws {
        let definition = try shipped(name)
        let graph = StateGraph(definition)
        let seen = Set(
            graph.edges.joined().compactMap { edge in
                let (from, to) = (graph.states[edge.from].name, graph.states[edge.to].name)
                // What `anywhere` adds to each state is drawn once.
                return definition.anywhere[edge.label] == nil ? "\(from) \(to)" : nil
            })
        let drawn = Drawing(definition).edges.filter { !$0.from.hasPrefix("(") }
        #expect(Set(drawn.map { "\($0.from) \($0.to)" }) == seen)
    }

    @Test("says who is asked, until when, what is ordered in order, and what happens meanwhile")
    func wordsOfState() throws {
        let drawing = Drawing(try shipped("mfa-reset"))
        let reported = try #require(drawing.nodes.first { $0.id == "reported" })
        #expect(
            reported.groups.map { $0.map(\.text) } == [
                ["asks approver, fresh MFA", "may agree, refuse", "due in 1bd"],
                ["(1) do retire [request.stolen]", "(2) send reset-asked"],
                [
                    "after 1bd also ask deputy, send reset-asked",
                    "after 2bd send approval-reminder, again every 1bd, twice in all",
                ],
            ])
        let enrolment = try #require(drawing.nodes.first { $0.id == "enrolment" })
        #expect(
            enrolment.groups.last?.map(\.text) == [
                "begin, 20 times at most / do issue, stays", "verify 2 [tries < 10], stays",
            ])
        let replaced = try #require(drawing.nodes.first { $0.id == "replaced" })
        #expect(replaced.shape == .end(.success) && replaced.groups.first?.map(\.text) == ["end (success)"])
    }

    @Test("says on edges the choice, the guard and the limit; timers are told apart")
    func wordsOfEdges() throws {
        let drawing = Drawing(try shipped("account-request"))
        let approval = drawing.edges.filter { $0.from == "approval" }
        #expect(approval.filter(\.isTimer).map { "\($0.to) \($0.ways.map(\.text))" } == [#"expired ["after 14bd"]"#])
        let ways = Dictionary(
            uniqueKeysWithValues: approval.filter { !$0.isTimer }.map { ($0.to, $0.ways.map(\.text)) })
        #expect(
            ways == [
                "provisioning": ["decided [any(items.approved)]"],
                "rejected": ["decided [else]"],
                "clarification": ["question, with comment, 3 times at most"],
            ])
        let anywhere = drawing.edges.filter { $0.from == "(in every state)" }
        #expect(anywhere.map(\.to) == ["cancelled"] && anywhere.first?.ways.map(\.text) == ["requester may cancel"])
    }

    @Test("marks the states that a run passed, the ways it took with their number, and where it rests")
    func marks() throws {
        var story = try Story(try shipped("account-request"))
        var trail = Trail()
        func follow() { trail.follow(story.last, in: story.definition) }
        follow()
        for _ in 0..<2 {
            try story.choose("question", "approver", by: "anna", comment: "Why?")
            follow()
            try story.choose("answer", "requester", by: "rita", comment: "So.")
            follow()
        }
        story.now = monday.after(days: 2)
        try story.apply(.timer(id: "remind"))
        follow()
        try story.decide(["paris": .approve, "lyon": .approve])
        follow()
        let drawing = Drawing(story.definition, trail: trail)
        func edge(_ from: String, _ to: String) -> Drawing.Edge? {
            drawing.edges.first { $0.from == from && $0.to == to && !$0.isTimer }
        }
        #expect(
            drawing.nodes.filter { $0.visits > 0 }.map { "\($0.id) \($0.visits)" } == [
                "(start) 1", "approval 3", "clarification 2", "provisioning 1",
            ])
        #expect(drawing.nodes.filter(\.isResting).map(\.id) == ["provisioning"])
        #expect(edge("approval", "clarification")?.times == 2)
        #expect(edge("clarification", "approval")?.times == 2)
        #expect(edge("approval", "provisioning")?.times == 1)
        #expect(edge("approval", "rejected")?.times == 0)
        let reminders = drawing.nodes.first { $0.id == "approval" }?.groups.flatMap { $0 }.filter { $0.times > 0 }
        #expect(reminders?.map(\.text) == ["after 2bd send approval-reminder, again every 2bd, 5 times in all"])
    }

    @Test("tells a branch from its `else` after the last time, and passes through states")
    func marksLimits() throws {
        let yaml = """
            workflow: loop
            version: 1
            people: {asker: request.requester}
            start: here
            states:
              here:
                ask: {who: asker, choices: [round]}
                after: {9d: {go: over}}
                when: {round: {stay: true, at_most: 1, else: over}}
              over: {end: lapsed}
            """
        var story = try Story(try Definition(yaml: yaml, file: "loop"), players: ["asker": ["rita"]])
        var trail = Trail()
        trail.follow(story.last, in: story.definition)
        for _ in 0..<2 {
            try story.choose("round", "asker", by: "rita")
            trail.follow(story.last, in: story.definition)
        }
        let drawing = Drawing(story.definition, trail: trail)
        #expect(drawing.nodes.first { $0.id == "here" }?.groups.last?.first?.times == 1)
        #expect(drawing.edges.filter { $0.to == "over" }.map { $0.times } == [1, 0])
        #expect(drawing.nodes.first { $0.id == "over" }?.isResting == true)
    }

    @Test("is the same bytes each time", arguments: shippedNames)
    func deterministic(name: String) throws {
        #expect(Drawing(try shipped(name)).dot() == Drawing(try shipped(name)).dot())
        #expect(Drawing(try shipped(name)).mermaid() == Drawing(try shipped(name)).mermaid())
    }
}

/// A picture whose every text is hostile to the languages that it is written in.
let hostileDrawing: Drawing = {
    let words =
        #"<b>"a\N\"</b> & <br/> ]]> %%{init: x}%% `c` |d| {e} #35; end style: x"# + " é 漢 \u{1}\u{0} ; click \u{202E}x"
    let nodes = ["end", words, "\\", "\"", "x"].enumerated().map { index, id in
        Drawing.Node(
            id: id, shape: [.state, .end(.error), .anywhere, .end(.lapsed), .end(.withdrawn)][index], title: words,
            groups: [[.init(words, times: index)], [.init("\\"), .init("1. \(words)")]], visits: index,
            isResting: index == 1)
    }
    let edges = [
        Drawing.Edge(from: "end", to: words, isTimer: true, ways: [.init(words)]),
        Drawing.Edge(from: words, to: "\\", isTimer: false, ways: [.init("\\"), .init(words, times: 2)]),
        Drawing.Edge(from: "\\", to: "\"", isTimer: false, ways: []),
        Drawing.Edge(from: "\"", to: "x", isTimer: true, ways: [.init("\"\"\"", times: 1)]),
    ]
    return Drawing(title: words, about: words, legend: [words], nodes: nodes, edges: edges, showsRun: true)
}()

@Suite("Drawing as Mermaid", .timeLimit(.minutes(60)))
struct MermaidTests {
    /// What one line of a flowchart may look like: inside of quotation marks nothing has a meaning.
    private static var lines: [Regex<Substring>] {
        let label = #/"[^"]*"/#
        return [
            #/flowchart TB/#, #/ +acc(?:Title|Descr): [^\#;{}<>%"`\\]*/#,
            Regex {
                #/ +s\d+/#
                ChoiceOf {
                    #/\(\["[^"]*"\]\)/#
                    #/\(\("[^"]*"\)\)/#
                    #/\("[^"]*"\)/#
                    #/>"[^"]*"\]/#
                    #/\[\["[^"]*"\]\]/#
                    #/\[\/"[^"]*"[\/\\]\]/#
                    #/\{\{"[^"]*"\}\}/#
                }
            },
            Regex {
                #/ +s\d+ (?:-->|-\.->)/#
                Optionally {
                    "|"
                    label
                    "|"
                }
                #/ s\d+/#
            },
            #/ +classDef \w+ stroke-[a-z]+:[0-9px ]+/#, #/ +class [s0-9,]+ \w+/#,
            #/ +linkStyle [0-9,]+ stroke-width:4px/#,
        ]
    }

    private func expectWellFormed(_ text: String) {
        #expect(text.hasSuffix("\n"))
        let allowed = Self.lines
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            #expect(allowed.contains { line.wholeMatch(of: $0) != nil }, "\(line)")
        }
    }

    @Test("is well-formed for every shipped definition", arguments: shippedNames)
    func shippedOnes(name: String) throws { expectWellFormed(Drawing(try shipped(name)).mermaid()) }

    @Test("keeps hostile texts inside of their labels, as character references")
    func hostile() {
        let text = hostileDrawing.mermaid()
        expectWellFormed(text)
        // Nothing but our own tags and references is left in a label.
        let labels = text.matches(of: /"([^"]*)"/).map { String($0.1) }
        for label in labels {
            let rest = label.replacing(/<\/?b>|<br\/>|#\d+;/, with: "")
            #expect(!rest.contains(/[<>&#;"\\`{}|%:]/), "\(rest)")
        }
        #expect(text.contains("#60;b#62;#34;a#92;N#92;#34;"))
        #expect(text.contains("é 漢"))
    }
}

@Suite("Drawing as DOT", .timeLimit(.minutes(60)))
struct DOTTests {
    /// What Graphviz makes of it; tells its complaint if it makes nothing.
    private func svg(_ dot: String) throws -> String {
        let process = Process()
        let folder = FileManager.default.temporaryDirectory.appending(path: "usher-dot-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(dot.utf8).write(to: folder.appending(path: "in.dot"))
        let complaints = folder.appending(path: "complaints")
        try Data().write(to: complaints)
        process.executableURL = URL(filePath: "/usr/bin/dot")
        process.arguments = [
            "-Tsvg", "-o", folder.appending(path: "out.svg").path, folder.appending(path: "in.dot").path,
        ]
        let handle = try FileHandle(forWritingTo: complaints)
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        try handle.close()
        let complaint = try String(contentsOf: complaints, encoding: .utf8)
        #expect(process.terminationStatus == 0 && complaint.isEmpty, "\(complaint)")
        return try String(contentsOf: folder.appending(path: "out.svg"), encoding: .utf8)
    }

    @Test("is drawn by Graphviz without a complaint, every state by its name", arguments: shippedNames)
    func shippedOnes(name: String) throws {
        let definition = try shipped(name)
        let picture = try svg(Drawing(definition).dot())
        for state in definition.states { #expect(picture.contains(">\(state.name)</text>"), "\(state.name)") }
    }

    @Test("shows hostile texts as they are")
    func hostile() throws {
        let picture = try svg(hostileDrawing.dot())
        // Graphviz writes some characters as references; what a reader sees is what counts.
        let seen = picture.replacing("&#45;", with: "-").replacing("&quot;", with: "\"").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&").replacing("&#160;", with: " ")
        #expect(seen.contains(#"<b>"a\N\"</b> & <br/>"#))
        #expect(seen.contains("é 漢"))
        #expect(!picture.contains("\u{0}") && !picture.contains("\u{1}"))
    }
}
