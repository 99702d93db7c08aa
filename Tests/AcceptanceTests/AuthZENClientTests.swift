import Foundation
import Testing

/// A platform that asks `usher serve`, as `docs/platform.md` builds it.
@Suite("The console of a platform", .timeLimit(.minutes(60)))
struct AuthZENClientTests {
    @Test("signs people in by Usher, asks for each deed whether they may, steps up, and stops with a suspension")
    func console() async throws {
        let usher = try CommandLineProgram()
        let path = OtherPrograms.package.appending(path: "Tests/WebTests/AuthZEN/console_client.py").path
        try await usher.output(
            of: OtherPrograms.python, [path],
            environment: ["USHER_TEST_PROGRAM": usher.program.path, "PYTHONDONTWRITEBYTECODE": "1"])
    }

    @Test("asks for access where it was denied, follows what becomes of it, and is allowed once it was approved")
    func access() async throws {
        let usher = try CommandLineProgram()
        let path = OtherPrograms.package.appending(path: "Tests/WebTests/AuthZEN/access_client.py").path
        try await usher.output(
            of: OtherPrograms.python, [path],
            environment: ["USHER_TEST_PROGRAM": usher.program.path, "PYTHONDONTWRITEBYTECODE": "1"])
    }
}
