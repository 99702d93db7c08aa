import Foundation
import Testing

@testable import Workflow

/// What `make fuzz` starts from, and what it once found.
@Suite("Fuzz corpus", .timeLimit(.minutes(60)))
struct FuzzCorpusTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/corpus")
    /// Without the corpus there is nothing to replay, which `isThere` refuses.
    static let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()) ?? []

    @Test("is there")
    func isThere() { #expect(Self.names.count >= 12) }

    @Test("is read and checked, or refused with a reason", arguments: names)
    func survives(name: String) throws {
        let text = String(decoding: try Data(contentsOf: Self.folder.appending(path: name)), as: UTF8.self)
        do throws(DefinitionDefects) {
            _ = check(try Definition(yaml: text, file: name), templates: { _, _ in [] })
        } catch { #expect(!error.findings.isEmpty) }
        do throws(DefinitionDefects) { _ = try BusinessCalendar(yaml: text, file: name) } catch {
            #expect(!error.findings.isEmpty)
        }
    }
}
