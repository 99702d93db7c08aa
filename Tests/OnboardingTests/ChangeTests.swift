import Basics
import Directory
import Foundation
import Onboarding
import Records
import TestSupport
import Testing

@Suite("Changes", .timeLimit(.minutes(60)))
struct ChangeTests {
    private let alice = "alice@acme.example"

    /// All that happened after a position, read in pages of a size; they are in order and end where they say.
    private func changes(
        _ world: TestInstallation, after start: Int64 = 0, of organization: String? = nil, by actor: Actor? = nil,
        pages limit: Int = 1_000
    ) async throws -> [ChangeEvent] {
        var events: [ChangeEvent] = []
        var position = start
        while true {
            let page = try await world.usher.changes(
                after: position, of: organization, limit: limit, by: actor ?? world.owner)
            #expect(page.events.count <= limit && page.position >= position)
            #expect(page.events.allSatisfy { $0.position > position && $0.position <= page.position })
            events += page.events
            position = page.position
            if !page.hasMore { break }
        }
        #expect(events.map(\.position) == events.map(\.position).sorted())
        return events
    }

    private func actor(of client: TestClient, in world: TestInstallation) async throws -> Actor {
        try #require(try await world.usher.accessToken(try await world.token(of: client))).actor
    }

    @Test("tell what happened, and how whom it happened to stands now")
    func life() async throws {
        let world = try await TestInstallation.withAcme()
        let start = try #require(try await changes(world).last?.position)
        try await world.account()
        _ = try await world.usher.suspend(
            try EmailAddress(alice), until: nil, reason: "Laptop stolen.",
            by: try await world.actor("rita@acme.example"))
        let events = try await changes(world, after: start)
        let person = try await world.person(alice)
        #expect(
            Set(events.map(\.kind)).isSuperset(of: [.grantBegun, .personActivated, .factorActivated, .personSuspended]))
        for event in events {
            guard case .person(let told, let hasFactor, let grants) = event.subject else {
                Issue.record("\(event)")
                continue
            }
            #expect(event.organization == "acme" && event.request != nil)
            #expect(told == person && told.state == .suspended && hasFactor)
            #expect(Set(grants.map { "\($0.cloud)=\($0.profile)" }) == ["acme/prod=OPE", "acme/default=STD"])
        }
    }

    @Test("tell of programs, of what lies in clouds, and of what is gone by now")
    func things() async throws {
        let world = try await TestInstallation.withAcme()
        try await world.account()
        let start = try #require(try await changes(world).last?.position)
        let issued = try await world.apiAccount()
        _ = try await world.usher.addService("Shop", slug: nil, to: "acme/prod", by: world.owner)
        for id in ["i-1", "i-2"] {
            var wish = ResourceWish()
            (wish.service, wish.name, wish.type) = ("acme/prod/shop", id, "compute/instance")
            wish.environment = "qa"
            _ = try await world.usher.addResource(wish, id: id, by: world.owner)
        }
        try await world.usher.removeResource("i-2", by: world.owner)
        let told = try await changes(world, after: start).map { event in
            let subject = event.json["subject"]
            return "\(event.kind.rawValue) \(subject["type"].text ?? "") \(subject["id"].text ?? "")"
                + (subject["gone"] == true ? " gone" : "")
        }
        #expect(
            told == [
                "api_account.open program \(issued.clientID)", "api_account.admit program \(issued.clientID)",
                "service.add service acme/prod/shop", "resource.add resource i-1", "resource.add resource i-2 gone",
                "resource.remove resource i-2 gone",
            ])
    }

    @Test("are the same in pages of any size, from any place, and none where one only asks for the end")
    func pages() async throws {
        let world = try await TestInstallation.withAcme()
        try await world.account()
        _ = try await world.apiAccount()
        let all = try await changes(world).map(\.position)
        #expect(all.count > 8)
        for limit in 1...all.count + 1 { #expect(try await changes(world, pages: limit).map(\.position) == all) }
        for (index, position) in all.enumerated() {
            #expect(try await changes(world, after: position).map(\.position) == Array(all[(index + 1)...]))
        }
        let end = try await world.usher.changes(after: nil, of: nil, limit: 9, by: world.owner)
        #expect(end.events.isEmpty && !end.hasMore && end.position >= all.last ?? 0)
        #expect(try await changes(world, after: end.position).isEmpty)
        // Behind the end, as after a restored backup: nothing, and no error.
        #expect(try await changes(world, after: .max).isEmpty)
    }

    @Test("are told to operators, and to services with the scope of the organizations that they serve")
    func readers() async throws {
        let world = try await TestInstallation.withAcme()
        _ = try await world.organization("umbra")
        try await world.account()
        let olga = try await world.operatorByDuty()
        let everybodys = try await world.application("Platform", .service, scopes: [.changes])
        let acmes = try await world.application("Portal", .service, scopes: [.changes]) { $0.organizations = ["acme"] }
        let both = try await world.application("Both", .service, scopes: [.changes]) {
            $0.organizations = ["acme", "umbra"]
        }
        let blind = try await world.application("Blind", .service, scopes: [.decisions, .people, .introspection])
        let all = try await changes(world)
        let ofAcme = all.filter { $0.organization == "acme" }.map(\.position)
        #expect(!ofAcme.isEmpty && ofAcme.count < all.count)
        for reader in [try await world.actor(olga.email.text), try await actor(of: everybodys, in: world)] {
            #expect(try await changes(world, by: reader).map(\.position) == all.map(\.position))
            #expect(try await changes(world, of: "acme", by: reader).map(\.position) == ofAcme)
        }
        let portal = try await actor(of: acmes, in: world)
        #expect(try await changes(world, by: portal).map(\.position) == ofAcme)
        #expect(try await changes(world, of: "acme", by: portal).map(\.position) == ofAcme)
        #expect(
            try await changes(world, by: try await actor(of: both, in: world)).map(\.position)
                == all.filter { $0.organization != nil }.map(\.position))
        for slug in ["umbra", "nobody"] {
            await refused(.notFound) { _ = try await changes(world, of: slug, by: portal) }
        }
        var strangers = [try await actor(of: blind, in: world)]
        for email in ["rita@acme.example", "marie@provider.example", alice] {
            strangers.append(try await world.actor(email))
        }
        for reader in strangers { await refused(.forbidden) { _ = try await changes(world, by: reader) } }
        // Who may hear is asked anew with each look, and not of the token.
        _ = try await world.usher.removeApplication("Portal", reason: "Not used any more.", by: world.owner)
        await refused(.forbidden) { _ = try await changes(world, by: portal) }
    }

    private func refused(_ code: Fault.Code, _ body: () async throws -> Void) async {
        await #expect { try await body() } throws: { ($0 as? Fault)?.code == code }
    }

    /// What the trail tells and the platform does not hear, with the reason.
    private static let untold: Set = [
        // Nobody's access is another by these.
        "duty.assign", "duty.end", "delegation.add", "delegation.end", "person.language", "grant.confirm",
        "api_account.rotate", "factor.begin", "factor.void", "factor.verify", "factor.lock", "factor.unlock",
        "factor.repair",
    ]

    @Test(
        "leave nothing out that the trail tells of organizations, clouds, resources, people, factors, grants and programs"
    )
    func whole() throws {
        let nouns = [
            "organization", "cloud", "service", "resource", "grant", "person", "duty", "delegation", "factor",
            "api_account", "message",
        ]
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Onboarding").path(percentEncoded: false)
        let pattern = try Regex("\"((?:\(nouns.joined(separator: "|")))\\.[a-z_]+)\"", as: (Substring, Substring).self)
        var actions: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: sources) where path.hasSuffix(".swift") {
            let text = try String(contentsOfFile: "\(sources)/\(path)", encoding: .utf8)
            // Beside the list that is judged, and whom and what workflows ask.
            guard !path.hasPrefix("Changes/"), path != "Authority/PartSource.swift" else { continue }
            actions.formUnion(text.matches(of: pattern).map { String($0.output.1) }.filter { $0 != "factor.wanted" })
        }
        #expect(actions.count > 25 && nouns.allSatisfy { noun in actions.contains { $0.hasPrefix("\(noun).") } })
        let told = Set(ChangeEvent.Kind.allCases.map(\.rawValue))
        #expect(told.isDisjoint(with: Self.untold))
        #expect(actions.subtracting(told).subtracting(Self.untold) == [])
        #expect(told.union(Self.untold).subtracting(actions) == [])
    }
}

@Suite("The pulse of changes", .timeLimit(.minutes(60)))
struct ChangePulseTests {
    @Test("wakes whoever waits for what is newer, and nobody else, until it ends")
    func wakes() async throws {
        let pulse = ChangePulse()
        pulse.beat(3)
        async let early = pulse.wait(beyond: 3, for: .seconds(3_000))
        async let late = pulse.wait(beyond: 7, for: .seconds(3_000))
        // Whoever asks after it came is answered at once: the order of the two does not matter.
        pulse.beat(4)
        #expect(await early)
        pulse.beat(7)
        #expect(await pulse.wait(beyond: 6, for: .seconds(3_000)))
        pulse.end()
        #expect(await late == false)
        #expect(await pulse.wait(beyond: 6, for: .seconds(3_000)) == false)
    }

    @Test("lets nobody wait where nobody looks: a command goes on by itself")
    func alone() async { #expect(await ChangePulse().wait(beyond: 0, for: .seconds(3_000)) == false) }

    @Test("lets nobody wait for longer than they said")
    func ends() async {
        let pulse = ChangePulse()
        pulse.beat(0)
        #expect(await pulse.wait(beyond: 0, for: .milliseconds(1)) == false)
    }
}
