import Testing

/// Small violating samples: a rule that finds nothing in them would find nothing anywhere.
@Suite("The rules of the house", .timeLimit(.minutes(60)))
struct RulesTests {
    private func found(_ violations: [Rules.Violation]) -> [Int] { violations.map(\.line) }

    @Test(
        "find an import of every form",
        arguments: [
            "import GRDB", "package import GRDB", "  public import GRDB", "@testable import GRDB",
            "@preconcurrency private import GRDB", "import struct GRDB.Row", "import Foundation; import GRDB",
            "@_spi(Some) import GRDB", "import GRDB // why",
        ])
    func findImport(line: String) {
        #expect(found(Rules.strangers(in: SwiftText("\n" + line), of: "Onboarding")) == [2])
        #expect(Rules.strangers(in: SwiftText(line), of: "Storage").isEmpty)
    }

    @Test("take no import from a comment or a text")
    func ignoreComments() {
        let text =
            "// import GRDB\n/* import GRDB\nimport GRDB */\nlet a = \"import GRDB\"\nlet b = \"\"\"\nimport GRDB\n\"\"\""
        #expect(Rules.imports(of: SwiftText(text)).isEmpty)
    }

    @Test("refuse an upper floor, a neighbour, and a target that is not in the plan")
    func refuseFloors() {
        #expect(!Rules.strangers(in: SwiftText("import Storage"), of: "Onboarding").isEmpty)
        #expect(!Rules.strangers(in: SwiftText("import Directory"), of: "Workflow").isEmpty)
        #expect(!Rules.strangers(in: SwiftText("import Notification"), of: "Storage").isEmpty)
        #expect(!Rules.strangers(in: SwiftText("import COpenSSL"), of: "Onboarding").isEmpty)
        #expect(!Rules.strangers(in: SwiftText(""), of: "Shed").isEmpty)
    }

    @Test(
        "find calls that belong to usher, in interpolations too",
        arguments: [
            "let a = Date()", "let a = Date.init()", "let a = Date.now", "let a = UUID()", "Int.random(in: 0...1)",
            "Bool.random()", "list.randomElement()", "list.shuffled()", "var g = SystemRandomNumberGenerator()",
            "fatalError(\"x\")", "print(\"x\")", "debugPrint(x)", "let a = \"now \\(Date())\"",
            "let a = #\"now \\#(\"\\(UUID())\")\"#",
        ])
    func findCall(line: String) {
        #expect(found(Rules.forbiddenCalls(in: SwiftText("\n\n" + line), of: "Onboarding")) == [3])
        #expect(Rules.forbiddenCalls(in: SwiftText(line), of: "usher").isEmpty)
    }

    @Test("find a forced try in usher as well")
    func findForcedTry() {
        #expect(found(Rules.forbiddenCalls(in: SwiftText("let a = try! f()"), of: "usher")) == [1])
    }

    @Test(
        "let pass what only looks alike",
        arguments: [
            "let a = world.random(16)", "let a = world.now()", "let a = Date(timeIntervalSince1970: 0)",
            "let a = fingerprint(x)", "printer.print(x)", "// Date() is not used", "let a = \"UUID()\"",
            "let a = \"\\\"\" // Date()", "let a = #\"\\(Date())\"#", "UUID(uuidString: text)", "let a = try f()",
        ])
    func letPass(line: String) {
        #expect(Rules.forbiddenCalls(in: SwiftText(line), of: "Onboarding").isEmpty)
    }

    @Test(
        "find SQL in a text",
        arguments: [
            "run(\"SELECT 1\")", "run(\"\"\"\n  INSERT INTO a VALUES (1)\n  \"\"\")", "run(\"DELETE FROM a\" + b)",
            "run(\"INSERT OR IGNORE INTO a\" )", "run(\"UPDATE a SET b = 1\")", "run(#\"CREATE TABLE a (b)\"#)",
            "run(\"PRAGMA \\(x)\")",
        ])
    func findSQL(text: String) {
        #expect(Rules.strayStatements(in: SwiftText(text), of: "Onboarding").count == 1)
        #expect(Rules.strayStatements(in: SwiftText(text), of: "Storage").isEmpty)
    }

    @Test("take no SQL from code, comments and prose")
    func ignoreProse() {
        for text in ["// SELECT x", "let SELECT = 1", "let a = \"Select one, then update a set of items.\""] {
            #expect(Rules.strayStatements(in: SwiftText(text), of: "usher").isEmpty)
        }
    }

    @Test("find what is shown by package, and not what is only called so")
    func findPackageAccess() {
        let text =
            "package struct A {}\n  @MainActor package init() {}\nlet package = 1\n// package let\npackage.open()"
        #expect(found(Rules.packageAccess(in: SwiftText(text), of: "Web")) == [1, 2])
    }

    @Test("find the 121st column, of a comment too")
    func findWidth() {
        let wide = String(repeating: "ä", count: 120)
        #expect(Rules.width(of: "\(wide)\n").isEmpty)
        #expect(found(Rules.width(of: "a\n//\(wide)\n")) == [2])
    }

    @Test("find the 301st line")
    func findLength() {
        #expect(Rules.length(of: String(repeating: "a\n", count: 300)).isEmpty)
        #expect(found(Rules.length(of: String(repeating: "a\n", count: 301))) == [301])
        #expect(found(Rules.length(of: String(repeating: "a\n", count: 300) + "a")) == [301])
    }
    @Test(
        "find the 46th line of a body of every form, and let pass the 45th",
        arguments: [
            "func a(b: () -> Int = { 1 }) {", "init() {", "init?(a: Int) throws(E) {", "subscript(a: Int) -> Int {",
            "var a: [Int] {", "var a: (Int, Int) {", "static func < (a: A, b: A) -> Bool {",
            "func a<B>(\n  b: B\n) async -> (\n  Int, Int\n) where B: C {", "deinit {",
            "func a() { let b = \"\\(c(\"}\"))\" // }",
        ])
    func findLongBody(head: String) {
        func sample(_ lines: Int) -> SwiftText {
            SwiftText("struct A {\n" + head + String(repeating: "\n", count: lines) + "}\n}\nlet a = 1\n")
        }
        let line = 2 + head.count { $0 == "\n" }
        #expect(found(Rules.functionLength(of: sample(46))) == [line])
        #expect(Rules.functionLength(of: sample(45)).isEmpty)
    }

    @Test(
        "take no body from what has none",
        arguments: [
            "protocol A { func a()\n var b: Int { get }\n", "protocol A { init()\n func a() -> Int\n",
            "let a = A.init() {", "var a = {", "let a = [{", "struct A {", "if var a = b {",
            "protocol A { var a: Int }\n let b = {",
        ])
    func ignoreBodiless(head: String) {
        let text = head + String(repeating: "\n", count: 60) + "}"
        #expect(Rules.functionLength(of: SwiftText(text)).isEmpty)
    }

    @Test("find a function, a property and a type that nothing names, and each overload of one")
    func findOrphans() {
        var orphans = Orphans()
        let first = "struct Used { var lost: Int }\nlet used = Used() // lost\nprint(used, \"gone\")"
        orphans.read(SwiftText(first), at: "a")
        orphans.read(SwiftText("enum Gone {}\n\nfunc twice(a: Int) {}\nfunc twice() {}\nlet _ = 1"), at: "b")
        #expect(orphans.found == ["a:1: lost", "b:1: Gone", "b:3: twice", "b:4: twice"])
    }

    @Test("take for named what an interpolation or another file names, and for no declaration a member")
    func findNamed() {
        var orphans = Orphans()
        orphans.read(SwiftText("let first = 1\nclass func second() {}\nvar `class` = actor.third"), at: "a")
        orphans.read(SwiftText("print(\"\\(first)\", second())"), at: "b")
        #expect(!orphans.found.contains { $0.hasSuffix("first") || $0.hasSuffix("second") || $0.hasSuffix("third") })
    }

    @Test(
        "find a suite that may wait for ever, and tests outside of any",
        arguments: [
            ("\n@Suite struct A { @Test(.timeLimit(.minutes(1))) func a() {} }", [2]),
            ("@Suite(\"A\", .serialized) // .timeLimit(.minutes(1))", [1]),
            ("@Suite(\".timeLimit(\") struct A {}\n@Suite(\n.timeLimit(.minutes(1)))\n@Suite()", [1, 4]),
            ("@Test func a() {}", [1]), ("extension A {\n@Test func a() {} }", []),
            ("@Suite(\n  \"A (b\",\n  .serialized, .timeLimit(.minutes(1))) struct A { @Test func a() {} }", []),
        ])
    func findEndless(text: String, lines: [Int]) {
        #expect(found(Rules.endlessSuites(in: SwiftText(text))) == lines)
    }

    @Test("find a type of a later folder wherever it is named, and none that is private, shared or told of")
    func findUpward() {
        var folders = Folders()
        folders.read(SwiftText("struct Low {}\nlet a: High\n// Higher\nlet b = \"Higher\""), at: "A/a.swift")
        folders.read(
            SwiftText("public struct High { let low: Low }\nprivate enum Own {}\nenum Twice {}"), at: "B/b.swift")
        folders.read(SwiftText("final class Higher {}\nlet c: Own\nlet d: Twice\nenum Twice {}"), at: "C/c.swift")
        folders.read(SwiftText("let e: Higher"), at: "B/e.swift")
        folders.read(SwiftText("let f: Higher"), at: "wiring.swift")
        #expect(folders.names == ["A", "B", "C"])
        #expect(
            folders.upward(in: ["A", "B", "C"]) == ["A/a.swift:2: High is of B", "B/e.swift:1: Higher is of C"])
    }
}
