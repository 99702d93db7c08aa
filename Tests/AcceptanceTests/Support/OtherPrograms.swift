import Foundation

/// Programs that are not ours, and say what our answers are worth.
enum OtherPrograms {
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A Python that has aiosmtpd and pyotp: `USHER_TEST_PYTHON`, else the virtual environment of `make setup`.
    static var python: String {
        ProcessInfo.processInfo.environment["USHER_TEST_PYTHON"]
            ?? package.appending(path: ".build/venv/bin/python3").path
    }
}

extension CommandLineProgram {
    /// Runs a program that must succeed, and returns its standard output without the last line end.
    ///
    /// - Throws: `Missing` if it is not installed or ends with anything but 0.
    @discardableResult
    func output(
        of path: String, _ arguments: [String], input: String = "", environment: [String: String] = [:],
        isCrowd: Bool = false
    ) async throws -> String {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "\(path) is not installed. Run: make setup")
        }
        let result = try await launch(URL(filePath: path), arguments, input, environment, isCrowd: isCrowd)
        guard result.code == 0 else { throw Missing(description: "\(path): \(result)") }
        return result.output.hasSuffix("\n") ? String(result.output.dropLast()) : result.output
    }

    /// A Python script given as text, its arguments in `sys.argv[1:]`.
    @discardableResult
    func python(_ script: String, _ arguments: [String] = [], input: String = "") async throws -> String {
        try await output(of: OtherPrograms.python, ["-c", script] + arguments, input: input)
    }

    /// The code that oathtool makes of a base32 secret at an instant in Unix seconds.
    func oathtool(
        _ secret: String, at seconds: Int, algorithm: String = "sha1", digits: Int = 6, period: Int = 30
    ) async throws -> String {
        try await output(
            of: "/usr/bin/oathtool",
            [
                "--totp=\(algorithm)", "-b", secret, "--now", "@\(seconds)", "-d", "\(digits)", "-s", "\(period)s",
                // A code that waits for its turn is none any more where the clock runs.
            ], isCrowd: true)
    }

    /// The token in the newest invitation to an address, read by Python's e-mail package.
    func token(to address: String, in folder: String = "data/mail") async throws -> String {
        try await python(
            """
            import email, email.policy, pathlib, re, sys, time
            # Couriers of a service bring a mail after the answer.
            for attempt in range(3000):
                for file in sorted(pathlib.Path(sys.argv[1]).glob("*.eml"), reverse=True):
                    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                    found = re.search("(?:#|--token )([0-9a-f]{64})", mail.get_body(("plain",)).get_content())
                    if found and [a.addr_spec for a in mail["to"].addresses] == [sys.argv[2]]:
                        print(found[1]); sys.exit()
                time.sleep(0.02)
            sys.exit("no mail to " + sys.argv[2] + " has a token")
            """, [path(folder), address])
    }
}
