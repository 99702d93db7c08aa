import Foundation
import Testing

/// Many processes at once on one data folder.
@Suite("Codes under parallel attack", .timeLimit(.minutes(60)))
struct SingleUseTests {
    /// Presents codes in as many processes at the same moment.
    private func present(_ codes: [String], to office: Office) async throws -> [CommandLineProgram.Result] {
        try await withThrowingTaskGroup(of: CommandLineProgram.Result.self) { group in
            for code in codes {
                group.addTask {
                    try await office.runInCrowd([
                        "mfa", "verify", Office.marie, code, "--as", Office.marie, "--json",
                    ])
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("one code in fifty processes is accepted exactly once, and the database stays sound", arguments: Way.allCases)
    func acceptsOnce(way: Way) async throws {
        let office = try await Office.open(way)
        let code = try await office.code(of: Office.marie)
        let results = try await present(Array(repeating: code, count: 50), to: office)
        #expect(results.filter { $0.code == 0 }.count == 1)
        for result in results {
            let document = try result.document()
            #expect(document["accepted"] == .bool(result.code == 0), "\(result)")
            #expect(result.code == 0 || document["reason"] == "replayed", "\(result)")
        }
        #expect(try await office.run("doctor").code == 0)
        // Those who came too late were no guesses: nobody is locked out by a double click.
        office.pass(seconds: 60)
        try await office.done("mfa", "verify", Office.marie, try await office.code(of: Office.marie))
        #expect(try await office.done("audit", "verify")["ok"] == true)
    }

    /// In process only, where the clock stands still: over HTTP forty programs may take longer than the wait.
    @Test("of forty guesses in parallel five are looked at, and the right code waits then, too")
    func throttles() async throws {
        let office = try await Office.open(.inProcess)
        let right = try await office.code(of: Office.marie)
        let wrong = (0..<40).map { String(format: "%06d", (Int(right) ?? 0) / 2 + $0) }.filter { $0 != right }
        let results = try await present(wrong, to: office)
        #expect(results.allSatisfy { $0.code == 1 })
        let reasons = try results.map { try $0.document()["reason"] }
        #expect(reasons.filter { $0 == "wrong" }.count == 5)
        #expect(reasons.filter { $0 == "throttled" }.count == wrong.count - 5)
        let status = try await office.done("mfa", "status", Office.marie)
        #expect(status["misses"] == 5)
        let refused = try await office.run(
            "mfa", "verify", Office.marie, right, "--as", Office.marie, "--json")
        #expect(refused.code == 1)
        #expect(try refused.document()["reason"] == "throttled", "\(refused)")
        #expect((try refused.document()["retryAfterSeconds"].integer ?? 0) > 0)
        office.pass(seconds: 60)
        try await office.done("mfa", "verify", Office.marie, try await office.code(of: Office.marie))
        #expect(try await office.done("mfa", "status", Office.marie)["misses"] == 0)
    }

    @Test("of two decisions on one request at the same moment one is taken", arguments: Way.allCases)
    func decidesOnce(way: Way) async throws {
        let office = try await Office.open(way)
        let max = "max@provider.example"
        try await office.done("person", "appoint", max, "--duty", "delivery_manager", "--org", "acme")
        try await office.enrol(max)
        office.pass(seconds: 60)
        let id = try await office.submit(MainJobTests.alice, "prod=OPE")
        let (hers, his) = (try await office.code(of: Office.marie), try await office.code(of: max))
        async let first = office.run("request", "approve", id, "--as", Office.marie, "--code", hers)
        async let second = office.run("request", "reject", id, "--reason", "No", "--as", max, "--code", his)
        let results = try await [first, second]
        #expect(results.map(\.code).sorted() == [0, 1], "\(results)")
        let state = try await office.done("request", "show", id)["state"]
        #expect(state == (results[0].code == 0 ? "invitation" : "rejected"))
    }
}
