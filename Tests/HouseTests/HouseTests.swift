import Foundation
import Testing

@Suite("The house", .timeLimit(.minutes(60)))
struct HouseTests {
    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Files under `folder` with one of the extensions; paths are relative to it.
    private func files(under folder: String, _ extensions: Set<String>) throws -> [(path: String, text: String)] {
        let root = Self.checkout.appending(path: folder)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path(percentEncoded: false))
        return try paths.sorted().filter { extensions.contains(URL(filePath: $0).pathExtension) }.map {
            ($0, try String(contentsOf: root.appending(path: $0), encoding: .utf8))
        }
    }

    private func target(of path: String) -> String { String(path.prefix { $0 != "/" }) }

    /// Runs `rule` over every Swift file of every target and lists what breaks it.
    private func violations(_ rule: (SwiftText, String) -> [Rules.Violation]) throws -> [String] {
        let sources = try files(under: "Sources", ["swift"])
        try #require(!sources.isEmpty)
        return sources.flatMap { path, text in
            rule(SwiftText(text), target(of: path)).map { "Sources/\(path):\($0)" }
        }
    }

    @Test("imports only what the plan gives to each room")
    func imports() throws {
        let found = try violations(Rules.strangers)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("reads clock and chance, prints and stops in usher alone, and forces no try")
    func calls() throws {
        let found = try violations(Rules.forbiddenCalls)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("shows to other rooms what is public: across them the compiler inlines and specializes nothing else")
    func access() throws {
        let found = try violations(Rules.packageAccess)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("writes SQL in Storage alone")
    func statements() throws {
        let found = try violations(Rules.strayStatements)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("gives the folders of a target an order: none names a type of a later one, and none is left out")
    func folders() throws {
        let targets = Dictionary(grouping: try files(under: "Sources", ["swift"])) { target(of: $0.path) }
        for (target, sources) in targets {
            var folders = Folders()
            for (path, text) in sources { folders.read(SwiftText(text), at: String(path.dropFirst(target.count + 1))) }
            let order = Plan.folders[target] ?? []
            #expect(folders.names == Set(order), "\(target)")
            #expect(folders.upward(in: order) == [], "\(target)")
        }
    }

    @Test("knows a driver in the folder of that driver alone: words and schema are for any database")
    func drivers() throws {
        let folders = [
            (
                "Sources/Storage/Words",
                ["Basics", "Directory", "Foundation", "OneTimePassword", "OpenSSL", "Records", "Workflow"]
            ),
            ("Sources/Storage/Schema", ["Basics", "Records"]),
        ]
        for (folder, allowed) in folders {
            let found = try files(under: folder, ["swift"])
            #expect(!found.isEmpty)
            for (path, text) in found {
                let strange = Rules.imports(of: SwiftText(text)).filter { !allowed.contains($0.module) }
                #expect(strange.isEmpty, "\(folder)/\(path) imports \(strange.map(\.module))")
            }
        }
    }

    @Test("has no file of more than 300 lines, what a script makes excepted")
    func lengths() throws {
        let made: Set = ["CDefaults/assets.c"]
        let all = try files(under: "Sources", ["swift", "c", "h"]).filter { !made.contains($0.path) }
        let tests = try files(under: "Tests", ["swift"])
        #expect((all + tests).flatMap { path, text in Rules.length(of: text).map { "\(path):\($0)" } } == [])
    }

    @Test("has no function, initialiser, subscript or computed property of more than 45 lines")
    func functionLengths() throws {
        let found = try violations { file, _ in Rules.functionLength(of: file) }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("declares nothing in Sources that nothing there names, and excepts no name without need")
    func orphans() throws {
        var orphans = Orphans()
        for (path, text) in try files(under: "Sources", ["swift"]) { orphans.read(SwiftText(text), at: path) }
        #expect(orphans.found == [])
        #expect(orphans.idle == [])
    }

    @Test("ends no test run by the subscript of an answer that is shorter than was meant")
    func subscripts() throws {
        let found = try ["OnboardingTests", "WebTests", "AcceptanceTests"].flatMap { room in
            try files(under: "Tests/\(room)", ["swift"]).flatMap { path, text in
                text.matches(of: #/[\w.]*\.\w+\[\d+\]/#).map { "\(room)/\(path): \($0.0)" }
            }
        }
        // What a test has written itself, and the programs in other languages.
        let loose = found.filter { !$0.contains(#/: (Self|CommandLine|sys)\./#) }
        #expect(loose.isEmpty, "take it by at(…): \(loose.joined(separator: "\n"))")
    }

    @Test("gives each command its name, which would be spelt from its type for all of them at every start")
    func commandNames() throws {
        let first = try files(under: "Sources/usher", ["swift"]).flatMap { path, text in
            text.matches(of: #/CommandConfiguration\(\s*(\w+)/#).map { (path, $0.1) }
        }
        #expect(first.count > 100)
        #expect(first.filter { $0.1 != "commandName" }.map(\.0) == [])
    }

    @Test("limits the time of every suite of tests")
    func timeLimits() throws {
        let tests = try files(under: "Tests", ["swift"])
        let found = tests.flatMap { path, text in
            Rules.endlessSuites(in: SwiftText(text)).map { "Tests/\(path):\($0)" }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("has no line over 120 columns, texts and comments included, and nine of ten under 96")
    func widths() throws {
        let sources = try files(under: "Sources", ["swift"])
        let found = sources.flatMap { path, text in Rules.width(of: text).map { "Sources/\(path):\($0)" } }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
        let widths = sources.flatMap { $0.text.split(separator: "\n", omittingEmptySubsequences: false).map(\.count) }
        #expect(widths.count { $0 < 96 } * 10 >= widths.count * 9)
    }

    @Test("is described with files and folders that are there")
    func describedFiles() throws {
        for (path, text) in try files(under: "docs", ["md"]) {
            for match in text.matches(of: #/`(Sources/[\w+/.-]+|Tests/[\w+/.-]+|Tools/[\w+/.-]+)`/#) {
                // `VERSION` and `NAME` stand for what a reader puts there.
                guard !match.1.contains(#/[A-Z]{4}/#) else { continue }
                let named = Self.checkout.appending(path: String(match.1)).path(percentEncoded: false)
                #expect(FileManager.default.fileExists(atPath: named), "docs/\(path) names \(match.1)")
            }
        }
    }

    @Test("builds every folder of tests: one that the package forgets would pass by never running")
    func testFolders() throws {
        let package = try String(contentsOf: Self.checkout.appending(path: "Package.swift"), encoding: .utf8)
        let root = Self.checkout.appending(path: "Tests").path(percentEncoded: false)
        let folders = try FileManager.default.contentsOfDirectory(atPath: root).filter {
            !$0.hasPrefix(".") && !$0.contains(".")
        }
        #expect(!folders.isEmpty)
        #expect(folders.filter { !package.contains("\"\($0)\"") } == [])
    }

    @Test("has exactly the rooms of the plan")
    func rooms() throws {
        let root = Self.checkout.appending(path: "Sources").path(percentEncoded: false)
        let folders = try FileManager.default.contentsOfDirectory(atPath: root).filter { !$0.hasPrefix(".") }
        #expect(Set(folders) == Set(Plan.rooms.keys))
    }

    @Test("lets a room stand only on lower floors")
    func floors() throws {
        for (name, room) in Plan.rooms {
            for below in room.rooms where Plan.neighbours[name] != below {
                let other = try #require(Plan.rooms[below], "\(name) imports \(below), which is not in the plan")
                #expect(other.floor < room.floor || other.isDoor, "\(name) may not stand on \(below)")
            }
            #expect(!room.isDoor || (room.rooms.isEmpty && room.modules.isEmpty), "\(name) is a door")
        }
    }
}
