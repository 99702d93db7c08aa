import Foundation
import Testing

@Suite("usher init in several processes at once", .timeLimit(.minutes(60)))
struct InitRaceTests {
    @Test("makes one installation, sound, with the keys that it began with; the others change nothing")
    func makesOne() async throws {
        let usher = try CommandLineProgram()
        let results = try await withThrowingTaskGroup(of: CommandLineProgram.Result.self) { group in
            for number in 0..<6 {
                group.addTask { try await usher.run("init", "--manager", "m\(number)@provider.example", "--json") }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.filter { $0.code == 0 }.count == 1)
        for result in results where result.code != 0 {
            #expect(result.code == 1, "\(result)")
            #expect(try result.fault()["code"] == "conflict", "\(result)")
        }
        let people = try await usher.run("person", "list", "--json").document()["items"].items
        #expect(people.count == 1)
        #expect(try await usher.run("doctor").code == 0)
        let keys = try FileManager.default.contentsOfDirectory(atPath: usher.path("data/keys"))
        #expect(keys.sorted() == ["audit.head", "audit.key", "recovery.key", "seal-1.key", "tokens.key"])
    }
}
