import Basics
import Directory
import JOSE
import Onboarding
import Records
import TestSupport
import Testing

@Suite("Keys of programs", .timeLimit(.minutes(60)))
struct ProgramKeyTests {
    /// An installation whose gated roles programs may have as `rule` says, with Alice who owns programs.
    private func world(_ rule: Role.Programs) async throws -> TestInstallation {
        let plain = try await TestInstallation.withAcme()
        let world = try plain.opened(profiles: {
            $0.replacing("\n    mfa: true", with: "\n    mfa: true\n    programs: \(rule.rawValue)")
        })
        try await world.account()
        return world
    }

    private func decision(_ world: TestInstallation, _ program: APIAccountID) async throws -> Decision.Verdict {
        try await world.usher.decide("create-instance", byProgram: program, in: "acme/prod").verdict
    }

    private func assertion(
        by key: PrivateJWK, of client: String, at world: TestInstallation, to audience: String, id: String = "1"
    ) throws -> ClientProof {
        let claims: JSON = [
            "iss": .string(client), "sub": .string(client), "aud": .string(audience), "jti": .string(id),
            "exp": .integer(world.clock.now.seconds + 60),
        ]
        return ClientProof(clientID: client, means: .assertion(try key.sign(claims)))
    }

    @Test("a gated profile is asked for by no program, by any, or by one that proves a key, as the catalogue says")
    func catalogue() async throws {
        let none = try await world(.never)
        await #expect(throws: Fault.self) { _ = try await none.apiAccount(profile: "POW") }

        let any = try await world(.always)
        let free = try #require(APIAccountID(try await any.apiAccount(profile: "POW").clientID))
        #expect(try await decision(any, free) == .allow)

        let keyed = try await world(.withKey)
        let program = try #require(APIAccountID(try await keyed.apiAccount(profile: "POW").clientID))
        #expect(try await decision(keyed, program) == .deny)
        let key = try PrivateJWK.generate(.es256)
        let owner = try await keyed.actor("alice@acme.example")
        _ = try await keyed.usher.setProgramKeys(program, JWKSet([key.publicKey]).json, by: owner)
        #expect(try await decision(keyed, program) == .allow)
        // Such a token is good to nobody but the holder of a key.
        let client = try await keyed.usher.authenticate(
            try assertion(by: key, of: program.text, at: keyed, to: keyed.usher.issuer))
        let bare = try TokenWish(client: client, scope: nil, resource: nil, keyThumbprint: nil)
        await #expect(throws: TokenRefusal.self) { _ = try await keyed.usher.tokenForClient(bare) }
        let bound = try TokenWish(client: client, scope: nil, resource: nil, keyThumbprint: key.publicKey.thumbprint)
        #expect(try await keyed.usher.tokenForClient(bound).json["token_type"] == "DPoP")
    }

    @Test("a key takes the place of every secret, and a new secret that of the key")
    func inPlace() async throws {
        let world = try await world(.never)
        let issued = try await world.apiAccount()
        let program = try #require(APIAccountID(issued.clientID))
        let owner = try await world.actor("alice@acme.example")
        let bySecret = ClientProof(clientID: issued.clientID, means: .secret(issued.secret))
        _ = try await world.usher.authenticate(bySecret)

        let key = try PrivateJWK.generate(.es256)
        let keys = JWKSet([key.publicKey]).json
        for actor in [world.owner, try await world.actor("rita@acme.example")] {
            await #expect(throws: Fault.self) { try await world.usher.setProgramKeys(program, keys, by: actor) }
        }
        let secret = try JSON(reading: key.secretBytes.exposed, limits: .init(values: 50))
        for wrong in [nil, ["keys": []], ["keys": [secret]], ["keys": [["kty": "oct", "k": "AAAA"]]]] as [JSON?] {
            await #expect(throws: Fault.self) { try await world.usher.setProgramKeys(program, wrong, by: owner) }
        }
        _ = try await world.usher.setProgramKeys(program, keys, by: owner)
        await #expect(throws: TokenRefusal.self) { try await world.usher.authenticate(bySecret) }

        let issuer = world.usher.issuer
        let proof = try assertion(by: key, of: issued.clientID, at: world, to: issuer)
        #expect(try await world.usher.authenticate(proof).id == issued.clientID)
        // Once, for us, and by its own key.
        await #expect(throws: TokenRefusal.self) { try await world.usher.authenticate(proof) }
        let foreign = try assertion(by: key, of: issued.clientID, at: world, to: "https://other.example", id: "2")
        await #expect(throws: TokenRefusal.self) { try await world.usher.authenticate(foreign) }
        let stolen = try assertion(by: .generate(.es256), of: issued.clientID, at: world, to: issuer, id: "3")
        await #expect(throws: TokenRefusal.self) { try await world.usher.authenticate(stolen) }

        let renewed = try await world.usher.rotateAPISecret(program, overlapDays: 0, by: owner)
        _ = try await world.usher.authenticate(ClientProof(clientID: issued.clientID, means: .secret(renewed.secret)))
        let late = try assertion(by: key, of: issued.clientID, at: world, to: issuer, id: "4")
        await #expect(throws: TokenRefusal.self) { try await world.usher.authenticate(late) }
    }
}
