import Basics
import Directory
import Testing

@Suite("Catalogue", .timeLimit(.minutes(60)))
struct CatalogueTests {
    private static let profiles = """
        version: 3
        roles:
          see: {name: See, description: Look only, mfa: false}
          act: {name: Act, description: Do things, mfa: true}
        profiles:
          LOW: {name: Low, roles: [see]}
          TOP: {name: Top, aliases: [MAX], roles: [see, act]}
        """
    private static let matrix = """
        version: 5
        mfa_max_age_seconds: 60
        features:
          Things:
            look: LOW
            touch: MAX
        """
    private static let topology = """
        version: 2
        regions:
          AA:
            description: Somewhere
            data_centres: {AA1: Town}
            areas:
              AA-X:
                AA-X-1: {for: client, data_centre: AA1, description: Zone}
        """

    private func read(
        profiles: String = Self.profiles, matrix: String = Self.matrix, topology: String = Self.topology
    ) throws(CatalogueDefects) -> Catalogue {
        try Catalogue(
            profiles: .init(profiles, file: "p.yaml"), matrix: .init(matrix, file: "m.yaml"),
            topology: .init(topology, file: "t.yaml"))
    }

    private func defects(
        profiles: String = Self.profiles, matrix: String = Self.matrix, topology: String = Self.topology
    )
        -> String
    {
        do {
            _ = try read(profiles: profiles, matrix: matrix, topology: topology)
            return ""
        } catch { return error.description }
    }

    @Test("reads another provider's files")
    func reads() throws {
        let catalogue = try read()
        #expect(catalogue.profilesVersion == 3)
        #expect(catalogue.matrixVersion == 5)
        #expect(catalogue.topology.version == 2)
        #expect(catalogue.action("touch")?.requires.code == "TOP")
        #expect(catalogue.topology.zones.map(\.code) == ["AA-X-1"])
    }

    @Test(
        "refuses a profiles file, pointing at the fault",
        arguments: [
            ("roles:\n", "rolls:\n", "p.yaml:2:1: Unknown key “rolls” in the file. Did you mean “roles”?"),
            ("mfa: true", "mfa: yes", "p.yaml:4:49: “mfa” of role “act” must be true or false."),
            (
                "mfa: true", "mfa: true, programs: maybe",
                "p.yaml:4:65: “programs” of role “act” is never, with-key or always."
            ),
            ("version: 3", "version: x", "p.yaml:1:10: The version must be a whole number from 1 to 1000000."),
            ("version: 3", "version: 0", "p.yaml:1:10: The version must be a whole number from 1 to 1000000."),
            ("[see, act]", "[see, axt]", "p.yaml:7:49: Unknown role “axt” in profile “TOP”. Did you mean “act”?"),
            ("[see, act]", "[see, see]", "p.yaml:7:49: profile “TOP” names the role “see” twice."),
            ("[see, act]", "[see]", "p.yaml:7:3: “TOP” has the same roles as “LOW”; make it an alias."),
            ("[see, act]", "[]", "p.yaml:7:43: profile “TOP” needs at least one role."),
            ("roles: [see]", "roles: see", "p.yaml:6:27: the roles of profile “LOW” must be a list."),
            ("LOW:", "low:", "p.yaml:6:3: A profile's code has 2 to 16 of A–Z and 0–9."),
            ("[MAX]", "[LOW]", "p.yaml:7:30: The code “LOW” already names the profile “LOW”."),
            ("  LOW: {name: Low, roles: [see]}\n", "", "m.yaml:5:11: Unknown profile “LOW” for “look”."),
            ("  see:", "  See:", "p.yaml:3:3: A role's key has 1 to 40 of a–z, 0–9 and inner hyphens."),
            ("name: Top, ", "", "p.yaml:7:8: profile “TOP” lacks the key “name”."),
            ("  LOW:", "  TOP:", "p.yaml:6:3: Keys are written twice: TOP."),
            ("name: See,", "name: [See],", "p.yaml:3:15: The name of role “see” must be a text."),
            ("name: See,", "name: '',", "must have 1 to 500 characters on one line."),
            ("[see, act]", "[see, act", "Not well-formed YAML"),
            ("name: Low", "name: &a Low", "p.yaml:6:15: Anchors (&) and aliases (*) are not supported"),
            ("name: Low", "name: *a", "p.yaml:6:15: Anchors (&) and aliases (*) are not supported"),
        ])
    func refusesProfiles(old: String, new: String, finding: String) {
        let text = Self.profiles.replacing(old, with: new, maxReplacements: 1)
        #expect(text != Self.profiles)
        #expect(defects(profiles: text).contains(finding))
    }

    @Test("refuses a lower profile after a higher one")
    func refusesOrder() {
        let text = Self.profiles.replacing("LOW: {name: Low, roles: [see]}", with: "SWAP")
            .replacing(
                "  TOP: {name: Top, aliases: [MAX], roles: [see, act]}", with: "  LOW: {name: Low, roles: [see]}"
            )
            .replacing("SWAP", with: "TOP: {name: Top, aliases: [MAX], roles: [see, act]}")
        #expect(defects(profiles: text) == "p.yaml:7:3: “LOW” is lower than “TOP” and must stand before it.")
    }

    @Test(
        "refuses a matrix, pointing at the fault",
        arguments: [
            ("look: LOW", "look: LWO", "m.yaml:5:11: Unknown profile “LWO” for “look”. Did you mean “LOW”?"),
            ("look: LOW", "touch: LOW", "Keys are written twice: touch."),
            ("look: LOW", "Look: LOW", "m.yaml:5:5: An action has 1 to 64 of a–z, 0–9 and inner hyphens."),
            ("look: LOW", "look: [LOW]", "m.yaml:5:11: The profile of “look” must be a text."),
            ("  Things:\n", "  More: {touch: LOW}\n  Things:\n", "m.yaml:7:5: The action “touch” is listed twice."),
            ("seconds: 60", "seconds: 86401", "must be a whole number from 1 to 86400."),
            ("seconds: 60", "seconds: -1", "must be a whole number from 1 to 86400."),
            ("version: 5\n", "", "m.yaml:1:1: the file lacks the key “version”."),
            ("features:", "futures:", "Did you mean “features”?"),
        ])
    func refusesMatrix(old: String, new: String, finding: String) {
        let text = Self.matrix.replacing(old, with: new, maxReplacements: 1)
        #expect(text != Self.matrix)
        #expect(defects(matrix: text).contains(finding))
    }

    @Test(
        "refuses a topology, pointing at the fault",
        arguments: [
            ("for: client", "for: clients", "t.yaml:8:23: “for” of zone “AA-X-1” must be client or reserved."),
            ("data_centre: AA1", "data_centre: AA2", "zone “AA-X-1” lies in no data centre of its region: AA1."),
            ("AA-X-1:", "AA1:", "t.yaml:8:9: The code “AA1” already names another place."),
            ("for: client", "four: client", "Unknown key “four” in zone “AA-X-1”. Did you mean “for”?"),
            ("description: Zone", "colour: blue", "Known keys: for, data_centre, description."),
            ("{AA1: Town}", "AA1", "“data_centres” of region “AA” must be a mapping of names to values."),
        ])
    func refusesTopology(old: String, new: String, finding: String) {
        let text = Self.topology.replacing(old, with: new, maxReplacements: 1)
        #expect(text != Self.topology)
        #expect(defects(topology: text).contains(finding))
    }

    @Test("reports the faults of all three files at once, in their order")
    func reportsAll() throws {
        let all = defects(
            profiles: Self.profiles.replacing("mfa: true", with: "mfa: 1"),
            matrix: Self.matrix.replacing("version: 5", with: "version: five"),
            topology: Self.topology.replacing("for: client", with: "for: all"))
        #expect(all.split(separator: "\n").map { $0.prefix(6) } == ["p.yaml", "m.yaml", "t.yaml"])
    }

    @Test("blames no profile for a role that is itself at fault")
    func blamesRoleOnce() {
        #expect(
            defects(profiles: Self.profiles.replacing("mfa: true", with: "mfa: 1")).split(separator: "\n").count == 1)
        #expect(
            defects(profiles: Self.profiles.replacing("[see, act]", with: "[see, axt]")).split(separator: "\n").count
                == 1)
    }

    @Test("blames no action for profiles that could not be read")
    func blamesOnce() {
        #expect(defects(profiles: "").split(separator: "\n").count == 1)
    }

    @Test("refuses bombs, depth and size quickly")
    func refusesBombs() {
        let bomb = "a: &a [x,x]\n" + (1...40).map { "b\($0): &b\($0) [*a, *a]\n" }.joined()
        #expect(defects(matrix: bomb).contains("not supported"))
        #expect(defects(matrix: "a: " + String(repeating: "[", count: 100_000)).contains("m.yaml:"))
        #expect(defects(matrix: String(repeating: "- ", count: 100_000)).contains("m.yaml:"))
        #expect(defects(matrix: String(repeating: "#", count: 300_000)).contains("larger than"))
        let long = Self.profiles.replacing("Look only", with: String(repeating: "x", count: 501))
        #expect(defects(profiles: long).contains("1 to 500 characters"))
        let many = "features: {A: {" + (0...2_000).map { "a\($0): LOW" }.joined(separator: ", ") + "}}"
        #expect(defects(matrix: "version: 1\nmfa_max_age_seconds: 1\n" + many).contains("more than 2000 entries"))
        let faults =
            "version: 1\nmfa_max_age_seconds: 1\nfeatures: {A: {"
            + (0..<1_000).map { "a\($0): XX" }.joined(separator: ", ") + "}}"
        #expect(defects(matrix: faults).split(separator: "\n").count == 100)
    }

    @Test("keeps two profiles apart of which neither contains the other")
    func keepsApart() throws {
        let profiles = """
            version: 1
            roles:
              see: {name: See, description: Look, mfa: false}
              pay: {name: Pay, description: Pay, mfa: true}
              run: {name: Run, description: Run, mfa: false}
            profiles:
              LOW: {name: Low, roles: [see]}
              FIN: {name: Finance, roles: [see, pay]}
              OPS: {name: Operations, roles: [see, run]}
            """
        let catalogue = try read(profiles: profiles, matrix: Self.matrix.replacing("MAX", with: "FIN"))
        let finance = try #require(catalogue.profile("FIN"))
        let operations = try #require(catalogue.profile("OPS"))
        #expect(!finance.includes(operations) && !operations.includes(finance))
        #expect(!finance.isLower(than: operations) && !operations.isLower(than: finance))
        let now = Timestamp(seconds: 1_800_000_000)
        let standing = Standing(
            account: .active, grant: .init(profile: "OPS", since: now, until: nil), factor: .active,
            lastVerifiedAt: now)
        let pay = try #require(catalogue.action("touch"))
        #expect(catalogue.decide(pay, for: standing, at: now).reason == .profileTooLow)
    }

    @Test("takes words as written, not as YAML 1.1 understands them")
    func takesWords() throws {
        let catalogue = try read(
            profiles: Self.profiles.replacing("LOW", with: "NO"),
            matrix: Self.matrix.replacing("look: LOW", with: "on: NO"))
        #expect(catalogue.action("on")?.requires.code == "NO")
    }

    @Test("takes R&D and a star in a text for what they are")
    func takesMarks() throws {
        let text = Self.profiles.replacing("Look only", with: "R&D; 5 * 3; a*b")
        #expect(try read(profiles: text).roles.first?.description == "R&D; 5 * 3; a*b")
    }
}
