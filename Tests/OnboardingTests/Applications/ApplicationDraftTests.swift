import Basics
import Directory
import Records
import TestSupport
import Testing

@testable import JOSE
@testable import Onboarding

/// Each rule of what an application may be, with its fault.
@Suite("A draft of an application", .timeLimit(.minutes(60)))
struct ApplicationDraftTests {
    private static func draft(
        _ kind: Application.Kind = .web, _ change: (inout ApplicationDraft) -> Void = { _ in }
    ) -> ApplicationDraft {
        var draft = ApplicationDraft(name: "Console", kind: kind)
        if kind != .service { draft.redirects = ["https://console.example.com/callback"] }
        change(&draft)
        return draft
    }

    private static let acme = OrganizationID(trusted: "00000000000000000000000001")

    private static func judged(_ draft: ApplicationDraft) throws -> (name: DisplayName, registration: Registration) {
        try draft.judged { $0 == "acme" ? acme : nil }
    }

    private func faults(
        _ kind: Application.Kind = .web, _ location: SourceLocation = #_sourceLocation,
        _ change: (inout ApplicationDraft) -> Void
    ) async throws -> [String] {
        let fault = try await refusal(location) { _ = try Self.judged(Self.draft(kind, change)) }
        #expect(fault.code == .invalid, sourceLocation: location)
        return fault.faults.map { "\($0.field) \($0.code)" }
    }

    @Test("has what is usual of its kind where it says nothing")
    func usual() throws {
        let web = try Self.judged(Self.draft())
        #expect(web.name.text == "Console")
        #expect(web.registration.grants == [.authorizationCode, .refreshToken])
        #expect(web.registration.scopes == [.openid, .profile, .email])
        #expect(web.registration.algorithm == .es256 && web.registration.sessionSeconds == 43_200)
        #expect(web.registration.organizations.isEmpty && web.registration.keys == nil)
        #expect(!web.registration.mustPush && !web.registration.mustProveKey)
        let native = try Self.judged(Self.draft(.native)).registration
        #expect(native.grants == [.authorizationCode, .refreshToken, .deviceCode])
        #expect(native.scopes == [.openid, .profile, .email, .offline])
        let service = try Self.judged(Self.draft(.service)).registration
        #expect(service.grants == [.clientCredentials] && service.scopes == [.decisions])
    }

    @Test("has all that it says, and reads the same after it was kept")
    func whole() throws {
        let key = try PrivateJWK.generate(.es256).publicKey.json
        let registration = try Self.judged(
            Self.draft {
                $0.redirects = ["https://a.example/1", "https://a.example/2"]
                $0.logoutRedirects = ["https://a.example/"]
                $0.logoutNotice = "https://a.example/out"
                $0.grants = ["authorization_code"]
                $0.scopes = ["openid", "access", "api:read"]
                $0.organizations = ["acme"]
                $0.algorithm = "RS256"
                $0.sessionSeconds = 300
                $0.resources = ["https://b.example"]
                $0.keys = ["keys": [key]]
                ($0.mustPush, $0.mustProveKey) = (true, true)
            }
        ).registration
        #expect(registration.redirects == ["https://a.example/1", "https://a.example/2"])
        #expect(registration.logoutRedirects == ["https://a.example/"])
        #expect(registration.logoutNotice == "https://a.example/out")
        #expect(registration.grants == [.authorizationCode] && registration.scopes == [.openid, .access, .apiRead])
        #expect(registration.organizations == [Self.acme] && registration.algorithm == .rs256)
        #expect(registration.sessionSeconds == 300 && registration.resources == ["https://b.example"])
        #expect(registration.keys?["keys"].elements.count == 1)
        #expect(registration.mustPush && registration.mustProveKey)
        #expect(Registration(json: registration.json) == registration)
    }

    @Test("is told every fault at once")
    func all() async throws {
        let found = try await faults {
            $0.name = ""
            $0.redirects = ["https://*.example", "https://a.example/", "https://a.example/"]
            $0.scopes = ["root"]
            $0.organizations = ["nowhere"]
            $0.algorithm = "none"
            $0.sessionSeconds = 0
        }
        #expect(
            found == [
                "name invalid_name", "redirects[0] invalid_address", "redirects[2] duplicate", "scopes unknown",
                "organizations unknown", "algorithm unknown", "sessionSeconds out_of_range",
            ])
    }

    @Test("names an address for each thing, each judged by its own rules")
    func addresses() async throws {
        let http = "http://console.example.com/x"
        #expect(try await faults { $0.redirects = [http] } == ["redirects[0] invalid_address"])
        #expect(try await faults { $0.logoutRedirects = [http] } == ["logoutRedirects[0] invalid_address"])
        #expect(try await faults { $0.logoutNotice = http } == ["logoutNotice invalid_address"])
        let own = "com.example.app:/x"
        #expect(try await faults { $0.redirects = [own] } == ["redirects[0] invalid_address"])
        // We call it ourselves, and know no scheme of anybody's own.
        #expect(try await faults(.native) { $0.logoutNotice = own } == ["logoutNotice invalid_address"])
        #expect(try Self.judged(Self.draft(.native) { $0.redirects = [own] }).registration.redirects == [own])
        let many = (0..<21).map { "https://a.example/\($0)" }
        #expect(try await faults { $0.redirects = many } == ["redirects too_many"])
        let twice = ["https://a.example/", "https://a.example/"]
        #expect(try await faults { $0.logoutRedirects = twice } == ["logoutRedirects[1] duplicate"])
        #expect(try await faults { $0.logoutRedirects = many } == ["logoutRedirects too_many"])
        #expect(
            try Self.judged(Self.draft { $0.redirects = Array(many.prefix(20)) }).registration.redirects.count == 20)
        #expect(try await faults { $0.resources = ["b.example"] } == ["resources[0] invalid_address"])
    }

    @Test("says where people are led back to exactly where they are")
    func redirects() async throws {
        #expect(try await faults { $0.redirects = [] } == ["redirects required"])
        #expect(
            try await faults(.service) { $0.redirects = ["https://a.example/"] } == ["redirects unexpected"])
        let device = Self.draft(.native) { ($0.redirects, $0.grants) = ([], ["refresh_token", deviceGrant]) }
        #expect(try Self.judged(device).registration.redirects.isEmpty)
    }

    private let deviceGrant = GrantType.deviceCode.rawValue

    @Test("has ways to tokens that go with its kind and with each other")
    func grants() async throws {
        #expect(try await faults { $0.grants = ["authorization_code", "password"] } == ["grants unknown"])
        #expect(
            try await faults { $0.grants = ["authorization_code", "implicit", "token"] } == ["grants unknown"])
        for kind in [Application.Kind.web, .native] {
            #expect(
                try await faults(kind) { $0.grants = ["authorization_code", "client_credentials"] }
                    == ["grants not_of_kind"])
        }
        #expect(
            try await faults(.service) { $0.grants = [deviceGrant] } == ["grants not_of_kind"])
        #expect(
            try await faults(.service) { $0.grants = ["client_credentials", "refresh_token"] } == ["grants not_alone"])
        #expect(
            try await faults { ($0.grants, $0.redirects) = (["refresh_token"], []) } == ["grants not_alone"])
    }

    @Test("has no right of its own where people sign in, and none of people's where nobody does")
    func scopes() async throws {
        for scope in Scope.allCases {
            for kind in Application.Kind.allCases {
                let isPossible = Scope.ofServices.contains(scope) == (kind == .service)
                let draft = Self.draft(kind) { $0.scopes = [scope.rawValue] }
                guard isPossible else {
                    #expect(try await faults(kind) { $0.scopes = [scope.rawValue] } == ["scopes unknown"])
                    continue
                }
                #expect(try Self.judged(draft).registration.scopes == [scope], "\(scope) \(kind)")
            }
        }
        #expect(try await faults { $0.scopes = ["OpenID", "openid "] } == ["scopes unknown", "scopes unknown"])
    }

    @Test("signs by one of two algorithms, for five minutes to twelve hours")
    func limits() async throws {
        for algorithm in ["es256", "PS256", "HS256", ""] {
            #expect(try await faults { $0.algorithm = algorithm } == ["algorithm unknown"])
        }
        for seconds in [Int64.min, -1, 0, 299, 43_201, .max] {
            #expect(try await faults { $0.sessionSeconds = seconds } == ["sessionSeconds out_of_range"])
        }
        #expect(try Self.judged(Self.draft { $0.sessionSeconds = 43_200 }).registration.sessionSeconds == 43_200)
    }

    @Test("has public keys that sign, and no others; a native application has none")
    func keys() async throws {
        let key = try PrivateJWK.generate(.es256)
        let set: JSON = ["keys": [key.publicKey.json]]
        #expect(try await faults(.native) { $0.keys = set } == ["keys unexpected"])
        #expect(try Self.judged(Self.draft(.service) { $0.keys = set }).registration.keys != nil)
        let secret = try JSON(reading: key.secretBytes.exposed, limits: JSON.Limits(values: 100))
        for bad: JSON in [
            [:], ["keys": []], ["keys": [[:]]], ["keys": "x"],
            ["keys": [["kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"]]],
            // Whoever hands over a private key has to make another one.
            ["keys": [secret]],
            ["keys": [["kty": "oct", "k": "c2VjcmV0"]]],
        ] {
            #expect(try await faults { $0.keys = bad } == ["keys invalid_keys"], "\(bad)")
        }
        let many = JSON.array(Array(repeating: key.publicKey.json, count: 33))
        #expect(try await faults { $0.keys = ["keys": many] } == ["keys invalid_keys"])
    }
}
