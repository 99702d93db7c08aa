import Basics
import Directory
import Testing

@Suite("Decision", .timeLimit(.minutes(60)))
struct DecisionTests {
    let catalogue: Catalogue
    let now = Timestamp(seconds: 1_800_000_000)

    init() throws { catalogue = try Seed.catalogue() }

    /// What is known of the factor, and when a code was accepted, in seconds before now.
    private static let factors: [(state: FactorState, age: Int64?)] = [
        (.none, nil), (.none, 0), (.active, nil), (.active, 0), (.active, 899), (.active, 900), (.active, 901),
        (.active, 86_400), (.active, -1),
    ]

    private func standing(
        _ account: AccountState = .active, profile: String? = "POW", since: Int64 = -60, until: Int64? = nil,
        factor: FactorState = .active, age: Int64? = 0
    ) -> Standing {
        let held = profile.map { code in
            Standing.Held(
                profile: code, since: now.adding(seconds: since), until: until.map { now.adding(seconds: $0) })
        }
        return Standing(
            account: account, grant: held, factor: factor, lastVerifiedAt: age.map { now.adding(seconds: -$0) })
    }

    /// Told independently of the code: by position in this list, and by the age alone.
    private func expected(
        _ action: Action, _ account: AccountState, _ profile: String?, _ factor: FactorState, _ age: Int64?
    ) -> (Decision.Verdict, Decision.Reason) {
        let order = ["STD", "DTM", "OPE", "POW"]
        switch account {
        case .invited: return (.deny, .accountNotActive)
        case .suspended: return (.deny, .accountSuspended)
        case .closed: return (.deny, .accountClosed)
        case .active: break
        }
        guard let profile, let held = order.firstIndex(of: profile) else { return (.deny, .noGrant) }
        let needed = order.firstIndex(of: action.written == "MNT" ? "DTM" : action.written) ?? order.count
        if held < needed { return (.deny, .profileTooLow) }
        if needed == 0 { return (.allow, .allowed) }
        if factor == .none { return (.deny, .mfaNotEnrolled) }
        guard let age, age >= 0 else { return (.stepUp, .mfaUnknown) }
        return age <= 900 ? (.allow, .allowed) : (.stepUp, .mfaStale)
    }

    @Test("answers for every action, account state, profile and state of the factor as the rules say")
    func isExhaustive() {
        var cases = 0
        for action in catalogue.actions {
            for account in AccountState.allCases {
                for profile in [nil, "STD", "DTM", "OPE", "POW"] {
                    for factor in Self.factors {
                        let standing = standing(account, profile: profile, factor: factor.state, age: factor.age)
                        let decision = catalogue.decide(action, for: standing, at: now)
                        let (verdict, reason) = expected(action, account, profile, factor.state, factor.age)
                        let isRight =
                            decision.verdict == verdict && decision.reason == reason && decision.profile == profile
                            && decision.requires == action.requires.code && decision.matrixVersion == 1
                        #expect(isRight, "\(action.label) \(account) \(profile ?? "-") \(factor): \(decision)")
                        cases += 1
                    }
                }
            }
        }
        #expect(cases == 41 * 4 * 5 * 9)
    }

    @Test("counts a grant from its first instant up to, not including, its last")
    func boundsGrant() throws {
        let action = try #require(catalogue.action("create-instance"))
        func reason(_ since: Int64, _ until: Int64?) -> Decision.Reason {
            catalogue.decide(action, for: standing(since: since, until: until), at: now).reason
        }
        #expect(reason(0, nil) == .allowed)
        #expect(reason(1, nil) == .grantNotBegun)
        #expect(reason(-60, 1) == .allowed)
        #expect(reason(-60, 0) == .grantExpired)
        #expect(reason(-60, -1) == .grantExpired)
    }

    @Test("ignores a revoked grant")
    func ignoresRevoked() throws {
        let zero = String(repeating: "0", count: 26)
        func grant(revokedAt: Timestamp?) -> Grant {
            Grant(
                id: .init(trusted: zero), organization: .init(trusted: zero), cloud: .init(trusted: zero),
                person: .init(trusted: zero), profile: "OPE", since: now, until: nil,
                request: .init(trusted: zero), revokedAt: revokedAt)
        }
        #expect(Standing.Held(grant(revokedAt: now)) == nil)
        #expect(Standing.Held(grant(revokedAt: nil)) == Standing.Held(profile: "OPE", since: now, until: nil))
    }

    @Test("resolves an alias in a grant, and denies a profile that the catalogue has lost")
    func resolvesProfile() throws {
        let action = try #require(catalogue.action("create-snapshot"))
        let alias = catalogue.decide(action, for: standing(profile: "MNT"), at: now)
        #expect(alias.verdict == .allow)
        #expect(alias.profile == "DTM")
        let lost = catalogue.decide(action, for: standing(profile: "GONE"), at: now)
        #expect(lost.verdict == .deny)
        #expect(lost.reason == .unknownProfile)
        #expect(lost.profile == "GONE")
    }

    @Test("asks nobody for MFA where the lowest profile needs none, whatever the person holds")
    func allowsUngated() throws {
        let matrix = Catalogue.Source(
            "version: 7\nmfa_max_age_seconds: 60\nfeatures: {Any: {look: STD}}", file: "matrix.yaml")
        let open = try Catalogue(
            profiles: Seed.source("profiles"), matrix: matrix, topology: Seed.source("topology"))
        let action = try #require(open.action("look"))
        for profile in ["STD", "POW"] {
            let decision = open.decide(action, for: standing(profile: profile, factor: .none, age: nil), at: now)
            #expect(decision.verdict == .allow)
            #expect(decision.matrixVersion == 7)
        }
    }

    @Test("keeps the words that scripts compare, and a sentence for each")
    func keepsWords() {
        #expect(Decision.Verdict.allCases.map(\.rawValue) == ["allow", "deny", "step_up"])
        for reason in Decision.Reason.allCases {
            #expect(reason.rawValue.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F })
            #expect(reason.sentence.english.hasSuffix("."))
        }
    }
}
