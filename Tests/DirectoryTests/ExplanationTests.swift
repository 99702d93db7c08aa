import Basics
import Directory
import Testing

/// An explanation says what `decide` says, and what it asks for is what was missing: no more and no less.
@Suite("Explanation", .timeLimit(.minutes(60)))
struct ExplanationTests {
    let catalogue: Catalogue
    private static let now = Timestamp(seconds: 1_800_000_000)

    init() throws { catalogue = try Seed.catalogue() }

    private static func held(_ profile: String, since: Int64, until: Int64?) -> Standing.Held {
        Standing.Held(
            profile: profile, since: now.adding(seconds: since), until: until.map { now.adding(seconds: $0) })
    }

    /// None, and each profile, an alias and one that is gone: as it holds, before it begins, and after its end.
    private static var grants: [Standing.Held?] {
        let held = ["STD", "DTM", "MNT", "OPE", "POW", "GONE"].flatMap { profile in
            [(-60, nil), (60, nil), (-60, 0), (-60, 60)].map { Self.held(profile, since: $0.0, until: $0.1) }
        }
        return [nil] + held
    }

    private static var people: [Asker] {
        let proofs: [(FactorState, Int64?)] = [
            (.none, nil), (.none, 0), (.active, nil), (.active, 0), (.active, 900), (.active, 901), (.active, -1),
        ]
        return grants.flatMap { grant in
            AccountState.allCases.flatMap { account in
                proofs.map { factor, age in
                    .person(
                        Standing(
                            account: account, grant: grant, factor: factor,
                            lastVerifiedAt: age.map { now.adding(seconds: -$0) }))
                }
            }
        }
    }

    private static var programs: [Asker] {
        grants.flatMap { grant in
            [false, true].flatMap { closed in
                [false, true].map { .program(ProgramStanding(isClosed: closed, grant: grant, hasKeys: $0)) }
            }
        }
    }

    /// Programs may have the second profile without more, the third by their key, and the highest not at all.
    private func catalogueForPrograms() throws -> Catalogue {
        let text = try Seed.source("profiles").text
        let roles = ["always", "with-key", "never"]
        var count = 0
        let changed = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard line.drop(while: { $0 == " " }) == "mfa: true" else { return String(line) }
            defer { count += 1 }
            let indent = line.prefix { $0 == " " }
            return "\(line)\n\(indent)programs: \(roles[min(count, 2)])"
        }
        return try Catalogue(
            profiles: Catalogue.Source(changed.joined(separator: "\n"), file: "profiles.yaml"),
            matrix: try Seed.source("matrix"), topology: try Seed.source("topology"))
    }

    private func applied(_ changes: [Explanation.Change], to asker: Asker) -> Asker {
        changes.reduce(asker) { $0.after($1, at: Self.now) }
    }

    @Test("says what decide says of everybody, and what it asks for is enough, and each of it is needed")
    func isExhaustive() throws {
        var (cases, asked) = (0, Set<Explanation.Change.Kind>())
        for catalogue in [catalogue, try catalogueForPrograms()] {
            for action in catalogue.actions {
                for asker in Self.people + Self.programs {
                    let told = catalogue.explain(action, for: asker, at: Self.now)
                    let decision = catalogue.decide(action, for: asker, at: Self.now)
                    let isHopeless = told.changes.isEmpty && decision.verdict != .allow
                    #expect(told.decision == decision && told.action == action)
                    if decision.verdict == .allow { #expect(told.changes.isEmpty) }
                    if !isHopeless { requireEnough(told, asker, catalogue) }
                    // Only a program can be helpless, and only where a person has to prove a factor.
                    if isHopeless {
                        guard case .program = asker else {
                            Issue.record("nothing helps \(asker)")
                            continue
                        }
                        #expect(action.requires.programs == .never)
                    }
                    asked.formUnion(told.changes.map(\.kind))
                    cases += 1
                }
            }
        }
        #expect(asked == Set(Explanation.Change.Kind.allCases))
        #expect(cases == 2 * catalogue.actions.count * (25 * 4 * 7 + 25 * 4))
    }

    private func requireEnough(_ told: Explanation, _ asker: Asker, _ catalogue: Catalogue) {
        let end = applied(told.changes, to: asker)
        #expect(catalogue.decide(told.action, for: end, at: Self.now).verdict == .allow, "\(told) \(asker)")
        #expect(Set(told.changes.map(\.kind)).count == told.changes.count, "nothing is asked for twice")
        for count in told.changes.indices {
            let partly = applied(Array(told.changes.prefix(count)), to: asker)
            let decision = catalogue.decide(told.action, for: partly, at: Self.now)
            #expect(decision.verdict != .allow, "the first \(count) of \(told.changes) would do")
        }
        for left in told.changes.indices {
            var others = told.changes
            others.remove(at: left)
            // What begins anew takes the rest with it, so its place in the order counts.
            let without = applied(others, to: asker)
            let verdict = catalogue.decide(told.action, for: without, at: Self.now).verdict
            #expect(verdict != .allow, "\(told.changes[left]) of \(told.changes) is not needed by \(asker)")
        }
    }

    @Test("tells which roles are needed, and which of them are held")
    func roles() throws {
        let action = try #require(catalogue.action("create-instance"))
        let asker = Asker.person(
            Standing(
                account: .active, grant: Self.held("STD", since: -60, until: nil), factor: .none, lastVerifiedAt: nil))
        let told = catalogue.explain(action, for: asker, at: Self.now)
        #expect(told.roles.map(\.role) == action.requires.roles)
        #expect(told.roles.filter(\.isHeld).map(\.role) == catalogue.profile("STD")?.roles)
        #expect(told.changes.map(\.kind) == [.raiseProfile, .enrolFactor, .verifyCode])
        #expect(told.changes.first?.profile == action.requires)
    }

    @Test("asks for the lowest profile that also keeps what is held")
    func raises() throws {
        let profiles = """
            version: 1
            roles:
              look: {name: Look, description: Look, mfa: false}
              net: {name: Net, description: Net, mfa: false}
              disk: {name: Disk, description: Disk, mfa: false}
            profiles:
              NET: {name: Net, roles: [look, net]}
              DSK: {name: Disk, roles: [look, disk]}
              ALL: {name: All, roles: [look, net, disk]}
            """
        let matrix = "version: 1\nmfa_max_age_seconds: 60\nfeatures: {Any: {wire: NET, format: DSK}}"
        let own = try Catalogue(
            profiles: .init(profiles, file: "profiles.yaml"), matrix: .init(matrix, file: "matrix.yaml"),
            topology: try Seed.source("topology"))
        let asker = Asker.person(
            Standing(
                account: .active, grant: Self.held("NET", since: -60, until: nil), factor: .none, lastVerifiedAt: nil))
        let told = own.explain(try #require(own.action("format")), for: asker, at: Self.now)
        #expect(told.changes.map(\.profile?.code) == ["ALL"])
    }

    @Test("keeps the words that scripts compare, and a sentence for each")
    func words() {
        for kind in Explanation.Change.Kind.allCases {
            #expect(kind.rawValue.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F })
            #expect(kind.sentence(profile: "OPE", at: "2027-01-01").english.hasSuffix("."))
        }
    }
}

/// What another catalogue changes is what `decide` says by the one and by the other.
@Suite("A comparison of catalogues", .timeLimit(.minutes(60)))
struct CatalogueChangeTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func changed(_ change: (String) -> String) throws -> Catalogue {
        try Catalogue(
            profiles: try Seed.source("profiles"),
            matrix: Catalogue.Source(change(try Seed.source("matrix").text), file: "matrix.yaml"),
            topology: try Seed.source("topology"))
    }

    private func changes(_ profile: String, _ factor: FactorState, under other: Catalogue) throws -> [ActionChange] {
        let standing = Standing(
            account: .active, grant: .init(profile: profile, since: now, until: nil), factor: factor,
            lastVerifiedAt: nil)
        return try Seed.catalogue().changes(under: other, for: .person(standing), at: now)
    }

    @Test("finds nothing in the same one")
    func same() throws {
        for profile in ["STD", "DTM", "OPE", "POW", "GONE"] {
            #expect(try changes(profile, .active, under: try Seed.catalogue()).isEmpty)
        }
    }

    @Test("tells who gains, who loses, and who needs a code that they did not need, or the other way round")
    func kinds() throws {
        let higher = try changed { $0.replacing("start-instance: OPE", with: "start-instance: POW") }
        #expect(try changes("OPE", .active, under: higher).map(\.kind) == [.loses])
        #expect(try changes("POW", .active, under: higher).isEmpty)
        #expect(try changes("OPE", .none, under: higher).isEmpty)
        let open = try changed { $0.replacing("start-instance: OPE", with: "start-instance: STD") }
        #expect(try changes("STD", .none, under: open).map(\.kind) == [.gains])
        #expect(try changes("OPE", .active, under: open).map(\.kind) == [.needsNoCode])
        #expect(try changes("OPE", .none, under: open).map(\.kind) == [.gains])
        let standing = Standing(
            account: .active, grant: .init(profile: "OPE", since: now, until: nil), factor: .active,
            lastVerifiedAt: nil)
        let back = open.changes(under: try Seed.catalogue(), for: .person(standing), at: now)
        #expect(back.map(\.kind) == [.needsCode])
    }

    @Test("counts an action that is gone as lost, and a new one as gained")
    func actions() throws {
        let renamed = try changed { $0.replacing("create-instance:", with: "make-instance:") }
        let found = try changes("POW", .active, under: renamed)
        #expect(found.map(\.action) == ["create-instance", "make-instance"])
        #expect(found.map(\.kind) == [.loses, .gains])
        #expect(found.first?.after == nil && found.last?.before == nil)
    }
}
