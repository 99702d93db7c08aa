import Foundation
import Scratch
import Testing

/// The data folder and what may be wrong with it.
@Suite("The data folder", .timeLimit(.minutes(60)))
struct DataFolderTests {
    private func chmod(_ path: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test("is not touched while others may enter it or its keys", arguments: ["data", "data/keys"], [0o755, 0o710])
    func refusesOpenFolder(name: String, mode: Int) async throws {
        let office = try await Office.open()
        try chmod(office.usher.path(name), mode)
        let result = try await office.run("person", "list", "--json")
        #expect(result.code == 3 && result.output.isEmpty, "\(result)")
        #expect(try result.fault()["code"] == "forbidden")
        #expect(try result.fault()["message"].text?.contains("chmod 700") == true)
        try chmod(office.usher.path(name), 0o700)
        try await office.done("person", "list")
    }

    @Test("is made for its owner only, with each file in it, whatever the umask")
    func isPrivate() async throws {
        let usher = try CommandLineProgram()
        let result = try await usher.launch(
            URL(filePath: "/bin/sh"),
            ["-c", "umask 0; exec \"$0\" init --manager marie@provider.example", usher.program.path], "", [:])
        #expect(result.code == 0, "\(result)")
        let open = try await usher.output(of: "/usr/bin/find", [usher.data.path, "-perm", "/077"])
        #expect(open.isEmpty)
    }

    @Test("that is not there is not found; one that is there is not made again")
    func refusesMissing() async throws {
        let usher = try CommandLineProgram()
        let missing = try await usher.run("person", "list", "--json")
        #expect(missing.code == 4, "\(missing)")
        #expect(try missing.fault()["message"].text?.contains("usher init") == true)
        #expect(!FileManager.default.fileExists(atPath: usher.data.path))
        try await usher.initialize()
        let again = try await usher.run("init", "--manager", "eve@provider.example", "--json")
        #expect(again.code == 1, "\(again)")
        #expect(try again.fault()["code"] == "conflict")
        #expect(try usher.sql("SELECT email FROM person") == "marie@cloud.example\n")
    }

    @Test("that a newer program wrote is left alone, with both versions named")
    func refusesNewer() async throws {
        let office = try await Office.open()
        try office.usher.sql("INSERT INTO schema_version (version, name) VALUES (999, 'later')")
        let result = try await office.run("person", "list", "--json")
        #expect(result.code == 5 && result.output.isEmpty, "\(result)")
        #expect(try result.fault()["message"].text?.contains("schema version 999") == true)
        try office.usher.sql("DELETE FROM schema_version WHERE version = 999")
        try await office.done("person", "list")
    }

    @Test("that cannot be written gives a clear outage, and works again once it can", .aboutTheFile)
    func survivesReadOnly() async throws {
        let office = try await Office.open()
        // Root may write everywhere, unless that very right is taken from it.
        let drop = geteuid() == 0 ? "setpriv --bounding-set -dac_override,-dac_read_search --" : ""
        let result = try await office.shell(
            """
            chmod -R a-w "$data"
            \(drop) "$usher" cloud add acme Test --json
            code=$?
            chmod -R u+w "$data"
            exit $code
            """)
        #expect(result.code == 5 && result.output.isEmpty, "\(result)")
        let message = try result.fault()["message"].text ?? ""
        #expect(message.contains(/read-only|cannot be opened/), "\(result)")
        try await office.done("cloud", "add", "acme", "Test")
        #expect(try await office.done("cloud", "list", "acme")["items"].items.count == 3)
    }

    @Test(
        "on a full disk gives a clear outage with nothing half-done, and works again", .aboutTheFile,
        arguments: StorageLimit.available)
    func survivesFullDisk(limit: StorageLimit) async throws {
        let office = try await Office.open()
        let submit = """
            request submit --org acme --email alice@acme.example --name 'Alice Martin' --grant prod=OPE \
            --reason Joins --as \(Office.rita) --json
            """
        let result =
            switch limit {
            case .smallDisk:
                try await office.shell(
                    """
                    mkdir "$data.disk" && mount -t tmpfs -o size=16m,mode=700 tmpfs "$data.disk" || exit 99
                    cp -a "$data/." "$data.disk/"
                    head -c 16m /dev/zero > "$data.disk/filler" 2> /dev/null
                    "$usher" \(submit) --data "$data.disk"
                    code=$?
                    rm "$data.disk/filler"
                    rm -r "$data" && cp -a "$data.disk" "$data"
                    exit $code
                    """, mayMount: true)
            case .fileSize:
                // Writing beyond the limit fails, as on a disk, once the signal is ignored.
                try await office.shell("trap '' XFSZ; ulimit -f 40; \"$usher\" \(submit)")
            }
        #expect(result.code == 5 && result.output.isEmpty, "\(result)")
        let message = try result.fault()["message"].text ?? ""
        #expect(message.contains("disk") && message.contains("Nothing was changed"), "\(result)")
        #expect(try office.usher.sql("SELECT count(*) FROM person WHERE email LIKE 'alice%'") == "0\n")
        #expect(try office.usher.sql("PRAGMA integrity_check") == "ok\n")
        _ = try await office.submit(MainJobTests.alice, "prod=OPE")
        #expect(try await office.run("doctor").code == 0)
    }

    @Test("is not left half-made by init on a full disk", .aboutTheFile, arguments: [1, 8, 64, 200])
    func survivesFullDiskAtInit(kibibytes: Int) async throws {
        let usher = try CommandLineProgram()
        let result = try await usher.launch(
            URL(filePath: "/bin/bash"),
            [
                "-c", "trap '' XFSZ; ulimit -f \(kibibytes); exec \"$0\" init --manager marie@cloud.example --json",
                usher.program.path,
            ], "", [:])
        #expect(result.code == 5 && result.output.isEmpty, "\(result)")
        #expect(try result.fault()["code"] == "unavailable")
        try await usher.initialize()
        #expect(try await usher.run("doctor").code == 0)
    }
}

@Suite("The database in the sqlite3 shell", .aboutTheFile, .timeLimit(.minutes(60)))
struct DatabaseFileTests {
    @Test("is sound, and holds no secret in clear: neither in the file, nor in its log, nor in a mail")
    func hidesSecrets() async throws {
        let office = try await Office.open()
        try await office.approve(try await office.submit(MainJobTests.alice, "prod=OPE"))
        let token = try await office.usher.token(to: MainJobTests.alice)
        let recovery = try await office.enrol(MainJobTests.alice)["recoveryCodes"].items.compactMap(\.text)
        #expect(try office.usher.sql("PRAGMA integrity_check; PRAGMA foreign_key_check") == "ok\n")
        #expect(try office.usher.sql("PRAGMA journal_mode") == "wal\n")

        let secret = try office.authenticator(of: MainJobTests.alice).secret
        let hex = try await office.usher.python(
            "import base64, sys; print(base64.b32decode(sys.argv[1]).hex())", [secret])
        let raw = Data(
            stride(from: 0, to: hex.count, by: 2).compactMap { index in
                UInt8(hex.dropFirst(index).prefix(2), radix: 16)
            })
        try #require(raw.count == 20 && recovery.count == 10)
        let texts = [secret, secret.lowercased(), hex, hex.uppercased(), raw.base64EncodedString(), Office.password]
        let never = (texts + recovery + recovery.map { $0.replacing("-", with: "") }).map { Data($0.utf8) } + [raw]
        for file in try FileManager.default.subpathsOfDirectory(atPath: office.usher.data.path) {
            guard let bytes = FileManager.default.contents(atPath: office.usher.path("data/\(file)")) else { continue }
            for (index, canary) in never.enumerated() {
                #expect(bytes.range(of: canary) == nil, "\(file) holds canary \(index)")
            }
            // The invitation's token is in its mail, and nowhere else.
            #expect(bytes.range(of: Data(token.utf8)) == nil || file.hasPrefix("mail/"), "\(file) holds the token")
        }
        let dump = try office.usher.sql(".dump")
        #expect(dump.contains("$scrypt$") && !dump.contains(secret) && !dump.contains(hex))
    }

    @Test(
        "refuses what no rule allows, whoever writes it",
        arguments: [
            "UPDATE audit SET detail = 'x'", "DELETE FROM audit", "DELETE FROM audit_head",
            "UPDATE person SET state = 'superuser'", "INSERT INTO attempts VALUES ('nobody', -1, NULL, 0)",
            "UPDATE factor SET digits = 4",
        ])
    func constrains(statement: String) async throws {
        let office = try await Office.open()
        _ = try await office.submit(MainJobTests.alice, "prod=OPE")
        let result = try await office.usher.run(
            tool: "/usr/bin/sqlite3", office.usher.data.appending(path: "usher.db").path, statement)
        #expect(result.code != 0 && !result.error.isEmpty, "\(result)")
        #expect(try await office.run("doctor").code == 0)
    }
}
