import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

/// A way by which somebody comes to a duty, a program, a cloud or a profile.
struct Road: CustomTestStringConvertible, Sendable {
    let name: String
    /// Asks, for Bob or for somebody new, as this actor.
    let take: @Sendable (TestInstallation, Actor) async throws -> Void

    var testDescription: String { name }

    private static func appointment(_ duty: Duty, _ email: String, _ organization: String?) -> Road {
        Road(name: "appoint \(duty.rawValue) of \(organization ?? "the provider")") {
            try await $0.usher.appoint(
                email: email, name: nil, duty, organization: organization, language: "en", by: $1)
        }
    }

    static let all: [Road] = [
        appointment(.representative, "bob@acme.example", "acme"),
        appointment(.representative, "eve@acme.example", "acme"),
        appointment(.deliveryManager, "mole@provider.example", "acme"),
        appointment(.deliveryManager, "mole@provider.example", nil),
        appointment(.dutyManager, "mole@provider.example", nil),
        Road(name: "a second representative") {
            _ = try await $0.usher.proposeRepresentative(
                RepresentativeProposal(
                    organization: "acme", email: "bob@acme.example", name: nil, language: "en", replaces: nil,
                    reason: "So."), by: $1)
        },
        Road(name: "another representative") {
            _ = try await $0.usher.proposeRepresentative(
                RepresentativeProposal(
                    organization: "acme", email: "bob@acme.example", name: nil, language: "en",
                    replaces: "rita@acme.example", reason: "So."), by: $1)
        },
        Road(name: "a program for Bob") { try await Self.assign("bob@acme.example", $0, by: $1) },
        Road(name: "a program for oneself") { try await Self.assign($1.person?.email.text ?? "", $0, by: $1) },
        Road(name: "an account of a program") {
            _ = try await $0.usher.requestAPIAccount(
                organization: "acme", owner: "bob@acme.example", purpose: "So.", grants: [("prod", "STD")], by: $1)
        },
        Road(name: "an account") { _ = try await $0.usher.submit($0.submission("eve@acme.example"), by: $1) },
        Road(name: "a profile") {
            _ = try await $0.usher.submit($0.submission("bob@acme.example", grants: [("prod", "POW")]), by: $1)
        },
        Road(name: "a cloud") {
            _ = try await $0.usher.requestCloud(
                organization: "acme", name: "Lake", cloudSlug: nil, reason: "So.", by: $1)
        },
        Road(name: "an organization with both sides") {
            _ = try await $0.usher.addOrganization(
                name: "Shell", slug: "shell", representative: "eve@shell.example", representativeName: nil,
                manager: "mole@provider.example", language: "en", by: $1)
        },
    ]

    private static func assign(_ owner: String, _ world: TestInstallation, by actor: Actor) async throws {
        let owned = try await world.usher.apiAccounts(organization: "acme", PageRequest(), by: world.owner)
        guard let program = owned.items.first else { return }
        try await world.usher.assignAPIAccount(program.account.id, to: try EmailAddress(owner), by: actor)
    }
}

@Suite("What changes hands", .timeLimit(.minutes(60)))
struct HandoverTests {
    private static let olga = "olga@provider.example"
    private static let rita = "rita@acme.example"
    private static let marie = "marie@provider.example"
    private static let denis = "denis@provider.example"
    private static let dora = "dora@acme.example"
    private static let uma = "uma@acme.example"

    /// Everybody who may ask for something: by a duty, or standing in for somebody who has one.
    private static let actors = [olga, rita, marie, denis, dora, uma]

    /// Olga operates; Rita asks for acme, and Dora stands in for her; Marie and Denis decide; Uma owns a program.
    ///
    /// Bob has an account.
    private func installation() async throws -> TestInstallation {
        let world = try await TestInstallation.withAcme()
        try await world.deputy()
        try await world.operatorByDuty()
        for email in ["bob@acme.example", Self.uma, Self.dora] {
            try await world.account(email, grants: [("prod", "OPE")])
        }
        _ = try await world.apiAccount(of: Self.uma)
        _ = try await world.usher.delegate(
            try EmailAddress(Self.rita), to: try EmailAddress(Self.dora), from: nil,
            until: world.clock.now.adding(seconds: 30 * 86_400), by: try await world.actor(Self.rita))
        return world
    }

    /// Everything that somebody could have come to, in one text.
    private func held(_ world: TestInstallation) async throws -> [String] {
        try await world.store.read { snapshot in
            var held: [String] = []
            for person in try snapshot.people(of: nil, PageRequest(limit: 1_000)).items {
                held += try snapshot.duties(of: person.id).map {
                    "\(person.id) \($0.duty) \($0.organization?.text ?? "")"
                }
                held += try snapshot.liveGrants(of: person.id, at: world.clock.now).map {
                    "\(person.id) \($0.cloud) \($0.profile)"
                }
                held += try snapshot.openAPIAccounts(ownedBy: person.id).map { "\(person.id) \($0.id)" }
            }
            let acme = try #require(try snapshot.organization(slug: "acme"))
            return (held + (try snapshot.clouds(of: acme.id).map(\.id.text))).sorted()
        }
    }

    /// Who answers with nothing but the authority of whoever asked, or for themselves.
    private static let sameHands = [rita: [dora], dora: [rita]]

    @Test("is changed by no road and for no actor by one pair of hands", arguments: Road.all)
    func oneHand(road: Road) async throws {
        for away in [[], [Self.rita], [Self.marie, Self.denis]] {
            let world = try await installation()
            for other in away {
                try await world.usher.suspend(try EmailAddress(other), reason: "Away.", by: world.owner)
            }
            let before = try await held(world)
            for email in Self.actors where !away.contains(email) {
                do { try await road.take(world, try await world.actor(email)) } catch is Fault {}
                for request in try await open(world) {
                    let asked = try world.id(request)
                    for hand in [email, request.person?.email ?? email] + Self.sameHands[email, default: []] {
                        _ = try? await world.approve(asked, by: hand)  // Refused, or not enough.
                    }
                }
                _ = try await world.usher.runDue()
                #expect(
                    try await Set(held(world)).subtracting(before) == [], "\(road.name) by \(email), without \(away)")
                let actor = try await world.actor(email)
                for request in try await open(world) {
                    // Taken back, if it is theirs.
                    _ = try? await world.usher.cancel(try world.id(request), by: actor)
                }
            }
        }
    }

    private func open(_ world: TestInstallation) async throws -> [RequestView] {
        try await world.usher.requests(
            organization: nil, mine: false, state: nil, overdue: false, isOpen: true, PageRequest(), by: world.owner
        ).items.filter { $0.workflow != "suspension" }
    }
}
