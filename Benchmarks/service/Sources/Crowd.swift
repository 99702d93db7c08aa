import Basics
import Directory
import Foundation
import LifecycleRig
import Onboarding
import OneTimePassword
import OpenSSL
import Records

/// Many people and requests, through the store: what would take hours by way of use cases.
enum Crowd {
    private static let chunk = 5_000

    static func address(_ number: Int) -> String { "p\(number)@acme.example" }

    /// The authenticator of a person: its secret follows from the number, so that nobody has to keep a list.
    static func totp(of number: Int) throws -> TOTP {
        TOTP(secret: Secret(Array(try SHA256.digest(of: Array("person \(number)".utf8)).prefix(20))))
    }

    /// Acme, its representative, and Marie who approves.
    ///
    /// - Returns: the token of a session in which Marie has just proven her authenticator.
    static func found(in onboarding: Onboarding) async throws -> String {
        let root = Actor.operator("root")
        _ = try await onboarding.appointFirstManager(
            email: "marie@provider.example", name: "Marie Durand", language: "en", by: root)
        _ = try await onboarding.addOrganization(
            name: "Acme", slug: "acme", representative: "rita@acme.example", representativeName: nil,
            manager: "marie@provider.example", language: "en", by: root)
        let now = Installation.world().now()
        try await onboarding.store.write { transaction in
            guard let person = try transaction.person(emailKey: "marie@provider.example") else {
                throw Fault(.notFound, "Marie")
            }
            try transaction.setState(.active, of: person.id, at: now)
            try transaction.insert(try session(of: person.id, token: token(of: -1), at: now))
        }
        return try token(of: -1)
    }

    /// The token of a person's session, -1 for Marie.
    static func token(of number: Int) throws -> String { try SHA256.digest(of: Array("session \(number)".utf8)).hex }

    private static func session(of person: PersonID, token: String, at now: Timestamp) throws -> Session {
        Session(
            id: SessionID(at: now, random: Installation.world().random),
            tokenHash: try SHA256.digest(of: Array(token.utf8)), person: person, stage: .full, verifiedAt: now,
            createdAt: now, seenAt: now, client: "benchmark")
    }

    /// People of acme, or of nobody where there is no acme, each active; signed in with an authenticator where there is
    /// a vault.
    static func fill(_ store: some Store, people: Int, sealing vault: FactorVault? = nil) async throws {
        let world = Installation.world()
        let now = world.now()
        let acme = try await store.read { try $0.organization(slug: "acme")?.id }
        for first in stride(from: 0, to: people, by: chunk) {
            try await store.write { transaction in
                for number in first..<min(first + chunk, people) {
                    let id = PersonID(at: now, random: world.random)
                    try transaction.insert(
                        Person(
                            id: id, organization: acme, email: try EmailAddress(address(number)),
                            name: try DisplayName("Person \(number)"), language: .english, state: .active,
                            createdAt: now))
                    guard let vault else { continue }
                    let factor = FactorID(at: now, random: world.random)
                    let nonce = world.random(12)
                    try transaction.insertPending(
                        Factor(
                            id: factor, person: id, state: .pending, parameters: .standard,
                            sealedSecret: try vault.seal(
                                try totp(of: number).secret, person: id, factor: factor, nonce: nonce),
                            nonce: nonce, keyID: vault.keys.currentSealing, lastStep: nil, lastAcceptedAt: nil,
                            createdAt: now))
                    try transaction.activateFactor(factor, step: 0, at: now)
                    try transaction.insert(try session(of: id, token: token(of: number), at: now))
                }
            }
        }
    }

    /// Requests about a hundred of them, waiting for approval.
    static func ask(_ requests: Int, in onboarding: Onboarding) async throws {
        guard requests > 0 else { return }
        let now = onboarding.world.now()
        let factory = try await RequestFactory(organization: "acme", requester: "rita@acme.example", in: onboarding)
        let holders = try await onboarding.store.read { snapshot in
            try (0..<100).compactMap { try snapshot.person(emailKey: address($0))?.id }
        }
        for first in stride(from: 0, to: requests, by: chunk) {
            try await onboarding.store.write { transaction in
                for number in first..<min(first + chunk, requests) {
                    let entered = now.adding(milliseconds: Int64(number))
                    try factory.insert(
                        for: holders[number % holders.count], at: entered, ordered: entered, in: transaction)
                }
            }
        }
    }
}
