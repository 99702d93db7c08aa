import Basics
import Directory
import Onboarding
import Records
import TestSupport
import Testing

@Suite("Who may with resources", .timeLimit(.minutes(60)))
struct ResourceAuthorityTests {
    let room: ResourceRoom
    let usher: Onboarding

    init() async throws {
        room = try await ResourceRoom()
        usher = room.world.usher
        _ = try await usher.addResource(room.wish(), id: "i-1", by: room.world.owner)
    }

    @Test("whoever may read an organization's requests reads its resources, and nobody else")
    func reading() async throws {
        try await room.world.account("bob@acme.example")
        let marie = try await room.world.actor("marie@provider.example")
        try await room.world.operatorByDuty()
        let olga = try await room.world.actor("olga@provider.example", fresh: false)
        for reader in [room.rita, marie, olga, room.world.owner] {
            #expect(try await room.list(reader) == ["i-1"])
            #expect(try await usher.resource("i-1", by: reader).resource.id.text == "i-1")
            #expect(try await usher.services(of: "acme/prod", PageRequest(), by: reader).items.count == 1)
        }
        let bob = try await room.world.actor("bob@acme.example")
        for other in [room.stranger, bob, try await room.platform([.decisions]), try await room.platform([.people])] {
            #expect(try await room.list(other) == [])
            for (real, absent) in [("i-1", "i-2")] {
                let (one, two) = (try await message(real, other), try await message(absent, other))
                #expect(one.replacing(real, with: "…") == two.replacing(absent, with: "…"))
            }
            await expectRefusal(.notFound) { _ = try await usher.services(of: "acme/prod", PageRequest(), by: other) }
            await expectRefusal(.notFound) { _ = try await usher.service(ResourceRoom.service, by: other) }
            await expectRefusal(.notFound) { _ = try await room.list(other) { $0.clouds = "acme/prod" } }
            await expectRefusal(.notFound) { _ = try await room.list(other) { $0.services = "!acme/prod/shop" } }
        }
    }

    private func message(_ id: String, _ actor: Actor) async throws -> String {
        let fault = try await refusal { _ = try await usher.resource(id, by: actor) }
        #expect(fault.code == .notFound)
        return fault.message
    }

    @Test("nobody writes but the owner, operators who proved themselves a moment ago, and the platform by its scope")
    func writing() async throws {
        try await room.world.operatorByDuty()
        let olga = try await room.world.actor("olga@provider.example")
        let stale = try await room.world.actor("olga@provider.example", fresh: false)
        let marie = try await room.world.actor("marie@provider.example")
        let decisions = try await room.platform([.decisions, .people])
        for (actor, code) in [
            (room.rita, Fault.Code.forbidden), (room.stranger, .forbidden), (marie, .forbidden),
            (decisions, .forbidden), (stale, .unauthenticated),
        ] {
            await expectRefusal(code) { _ = try await usher.addResource(room.wish(), id: nil, by: actor) }
            await expectRefusal(code) { _ = try await usher.putResource("i-1", room.wish("x"), by: actor) }
            await expectRefusal(code) { _ = try await usher.changeResource("i-1", ResourceWish(), by: actor) }
            await expectRefusal(code) { try await usher.removeResource("i-1", by: actor) }
            await expectRefusal(code) {
                _ = try await usher.addService("S", slug: nil, to: "acme/prod", by: actor)
            }
            await expectRefusal(code) {
                _ = try await usher.importResources(csv: [], allOrNothing: false, dryRun: true, by: actor)
            }
        }
        for actor in [olga, try await room.platform()] {
            _ = try await usher.putResource("i-9", room.wish("x"), by: actor)
            try await usher.removeResource("i-9", by: actor)
        }
        #expect(try await usher.resource("i-1", by: room.rita).json["name"] == "web-1")
    }

    @Test("a platform of some organizations knows nothing of the others, be it by an id of theirs")
    func limited() async throws {
        let platform = try await room.platform(for: ["globex"])
        #expect(try await room.list(platform) == [])
        await expectRefusal(.notFound) { _ = try await usher.resource("i-1", by: platform) }
        await expectRefusal(.notFound) { _ = try await usher.putResource("i-1", room.wish(), by: platform) }
        // That it is taken, as whoever adds it hears, and nothing else.
        await expectRefusal(.conflict) {
            _ = try await usher.putResource("i-1", room.wish(in: "globex/prod/shop"), by: platform)
        }
        await expectRefusal(.notFound) { try await usher.removeResource("i-1", by: platform) }
        await expectRefusal(.notFound) { _ = try await usher.addService("S", slug: nil, to: "acme/prod", by: platform) }
        _ = try await usher.putResource("g-1", room.wish(in: "globex/prod/shop"), by: platform)
        #expect(try await room.list(platform) == ["g-1"])
        #expect(try await room.list(room.rita) == ["i-1"])
        #expect(try await room.list(room.stranger) == ["g-1"])
        #expect(try await Set(room.list(room.world.owner)) == ["i-1", "g-1"])
    }

    @Test("a platform changes nothing but resources and services")
    func nothingElse() async throws {
        let platform = try await room.platform()
        await expectRefusal(.forbidden) {
            _ = try await usher.addCloud(organization: "acme", name: "X", cloudSlug: nil, by: platform)
        }
        await expectRefusal(.forbidden) {
            _ = try await usher.setOrganization("acme", calendar: "", timeZone: nil, by: platform)
        }
        await expectRefusal(.notFound) { _ = try await usher.organization("acme", by: platform) }
    }
}
