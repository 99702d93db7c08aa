import Basics
import Directory
import Foundation
import LifecycleRig
import Onboarding
import Records

/// A customer whose people may do things in a hundred clouds, for a platform that asks.
enum Decisions {
    static let clouds = 100

    /// - Returns: the platform, which may ask.
    static func prepare(_ people: Int, in onboarding: Onboarding) async throws -> SignIns.Client {
        _ = try await Crowd.found(in: onboarding)
        try await Crowd.fill(onboarding.store, people: people, sealing: onboarding.vault)
        let factory = try await RequestFactory(organization: "acme", requester: "rita@acme.example", in: onboarding)
        for number in 0..<clouds {
            _ = try await onboarding.addCloud(
                organization: "acme", name: "Cloud \(number)", cloudSlug: "c\(number)", by: .operator("root"))
        }
        try await grant(people, by: factory, in: onboarding)
        try await addMachine(in: onboarding)
        return try await SignIns.platform(in: onboarding)
    }

    /// The resource `vm-1` in the first cloud.
    private static func addMachine(in onboarding: Onboarding) async throws {
        _ = try await onboarding.addService("Shop", slug: "shop", to: "acme/c0", by: .operator("root"))
        var wish = ResourceWish()
        (wish.service, wish.name) = ("acme/c0/shop", "vm-1")
        (wish.type, wish.environment) = ("compute/instance/linux", "production")
        _ = try await onboarding.addResource(wish, id: "vm-1", by: .operator("root"))
    }

    /// Everything to the first person, and to everybody something in the first cloud.
    private static func grant(_ people: Int, by factory: RequestFactory, in onboarding: Onboarding) async throws {
        let (now, random) = (onboarding.world.now(), onboarding.world.random)
        try await onboarding.store.write { transaction in
            guard let acme = try transaction.organization(slug: "acme"),
                let first = try transaction.person(emailKey: Crowd.address(0))
            else { throw Fault(.notFound, "Acme") }
            // Grants name a request; all of these the same one.
            try factory.insert(for: first.id, at: now, ordered: now, in: transaction)
            guard let request = try transaction.openRequests(about: first.id).first else {
                throw Fault(.notFound, "a request")
            }
            func give(_ profile: String, to person: PersonID, in cloud: Cloud) throws {
                try transaction.replaceGrant(
                    with: Grant(
                        id: GrantID(at: now, random: random), organization: acme.id, cloud: cloud.id, person: person,
                        profile: profile, since: now, until: nil, request: request), at: now)
            }
            for cloud in try transaction.clouds(of: acme.id) {
                try give("POW", to: first.id, in: cloud)
                guard cloud.slug.text == "c0" else { continue }
                for number in 1..<people {
                    guard let person = try transaction.person(emailKey: Crowd.address(number)) else { continue }
                    try give(number % 10 == 0 ? "POW" : "OPE", to: person.id, in: cloud)
                }
            }
        }
    }
}
