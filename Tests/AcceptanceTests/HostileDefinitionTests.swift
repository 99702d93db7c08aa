import Foundation
import Testing

@Suite("usher workflow check, of files that are meant to hurt", .timeLimit(.minutes(60)))
struct HostileDefinitionTests {
    /// A megabyte, or just under it, of each.
    static let files: [String: String] = {
        var files: [String: String] = [:]
        func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        files["scalars"] = "a: [" + repeated("a,", 499_000) + "]"
        files["scalars that are let through"] = "a: [" + repeated("a,", 119_990) + "]"
        files["keys"] = (0..<59_000).map { "k\($0): 1\n" }.joined()
        files["items that are let through"] = repeated("- a\n", 119_000)
        let states = (0..<49_000).map { "  s\($0): {}\n" }.joined()
        files["states"] = "workflow: a\nversion: 1\npeople: {p: x}\nstart: s\nstates:\n" + states
        files["brackets"] = repeated("[", 999_000)
        files["dashes"] = repeated("- ", 499_000)
        files["a text"] = "a: " + repeated("x", 999_000)
        files["escapes"] = "a: \"" + repeated("\\x41", 249_000) + "\""
        files["aliases"] = "a: &a [x,x,x,x]\n" + (1..<9).map { "b\($0): &b\($0) [*a,*a,*a,*a]\n" }.joined()
        files["more than a megabyte"] = repeated("#", 1_100_000)
        return files
    }()

    @Test("refuses them within 64 MB beyond what it needs for itself, and soon", arguments: files.keys.sorted())
    func staysSmall(name: String) async throws {
        let usher = try CommandLineProgram()
        let least = try await peak(of: usher, on: "a: b")
        let most = try await peak(of: usher, on: Self.files[name] ?? "")
        #expect(most - least < 64 * 1024, "\(name): \(most) KiB, where a small file needs \(least)")
    }

    /// The largest resident memory in KiB, of a run that must refuse within a minute.
    private func peak(of usher: CommandLineProgram, on text: String) async throws -> Int {
        let script = """
            import resource, subprocess, sys
            code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, timeout=60).returncode
            assert code == 1, code
            print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            """
        let file = try usher.write(text, to: "hostile.yaml")
        let words = try await usher.python(script, [usher.program.path, "workflow", "check", file])
        return try #require(Int(words))
    }
}
