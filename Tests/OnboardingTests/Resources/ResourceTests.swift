import Basics
import Directory
import Onboarding
import Records
import TestSupport
import Testing

@Suite("Resources", .timeLimit(.minutes(60)))
struct ResourceTests {
    let room: ResourceRoom
    let usher: Onboarding

    init() async throws {
        room = try await ResourceRoom()
        usher = room.world.usher
    }

    @Test("are told with the keys that the contract promises")
    func document() async throws {
        var wish = room.wish(zone: "eb-hds-a", tags: ["team": "web", "note": "a: b"])
        wish.environment = "PRODUCTION"
        let home = try await usher.addResource(wish, id: "i-0042", by: room.world.owner)
        let expected: JSON = [
            "id": "i-0042", "type": "compute/instance/linux", "name": "web-1", "status": "ACTIVE",
            "environment": "production", "tags": ["team": "web", "note": "a: b"], "service": "acme/prod/shop",
            "cloud": "acme/prod", "zone": "EB-HDS-A",
        ]
        #expect(home.json == expected)
        #expect(try await usher.resource("i-0042", by: room.rita).json == expected)
        let made = try await usher.addResource(room.wish(), id: nil, by: room.world.owner)
        #expect(made.resource.id.text.count == 26)
        #expect(try await room.list(room.rita) == [made.resource.id.text, "i-0042"])
    }

    @Test("are changed in what is said, and the trail has what became different")
    func change() async throws {
        _ = try await usher.addResource(room.wish(tags: ["a": "1", "b": "2"]), id: "i-1", by: room.world.owner)
        var change = ResourceWish()
        (change.status, change.tags) = ("inactive", ["a": .null, "c": "3"])
        let changed = try await usher.changeResource("i-1", change, by: room.world.owner)
        #expect(changed.json["status"] == "INACTIVE" && changed.json["tags"] == ["b": "2", "c": "3"])
        #expect(changed.json["name"] == "web-1")
        _ = try await usher.changeResource("i-1", change, by: room.world.owner)
        try await usher.removeResource("i-1", by: room.world.owner)
        await expectRefusal(.notFound) { _ = try await usher.resource("i-1", by: room.world.owner) }
        let trail = try await room.trail().filter { $0.subject == "i-1" }
        #expect(trail.map(\.action) == ["resource.add", "resource.set", "resource.remove"])
        #expect(trail[1].detail == #"{"status":"INACTIVE","tags":{"a":null,"c":"3"}}"#)
        #expect(trail.allSatisfy { $0.actor == .operator("root") && $0.organization != nil })
    }

    @Test("are kept current by the platform, which is recorded by its name, and the same again is nothing")
    func platform() async throws {
        let platform = try await room.platform()
        let (added, first) = try await usher.putResource("i-1", room.wish(tags: ["a": "1"]), by: platform)
        let (_, second) = try await usher.putResource("i-1", room.wish(tags: ["a": "1"]), by: platform)
        let (bare, third) = try await usher.putResource("i-1", room.wish("web-2"), by: platform)
        #expect([first, second, third] == [.added, .unchanged, .changed])
        #expect(added.json["tags"] == ["a": "1"] && bare.json["tags"] == [:])
        let trail = try await room.trail().filter { $0.subject == "i-1" }
        #expect(trail.map(\.action) == ["resource.add", "resource.set"])
        guard case .application(let application, _)? = platform.program else { throw CancellationError() }
        #expect(trail.allSatisfy { $0.actor == .application(application.id) })
        #expect(try await room.list(platform) == ["i-1"])
    }

    @Test("may be moved within their organization, and not to another")
    func move() async throws {
        _ = try await usher.addService("Bank", slug: nil, to: "acme/default", by: room.world.owner)
        _ = try await usher.addResource(room.wish(), id: "i-1", by: room.world.owner)
        var change = ResourceWish()
        change.service = "acme/default/bank"
        #expect(try await usher.changeResource("i-1", change, by: room.world.owner).json["cloud"] == "acme/default")
        #expect(try await room.list(room.rita) { $0.clouds = "acme/prod" } == [])
        #expect(try await room.list(room.rita) { $0.services = "acme/default/bank" } == ["i-1"])
        change.service = "globex/prod/shop"
        let fault = try await refusal { _ = try await usher.changeResource("i-1", change, by: room.world.owner) }
        #expect(fault.codes == ["other_organization"])
    }

    @Test("of clients stand in no zone that is reserved for the provider's own group")
    func zones() async throws {
        let reserved = room.wish(zone: "EB-A")
        let fault = try await refusal {
            _ = try await usher.addResource(reserved, id: "i-1", by: room.world.owner)
        }
        #expect(fault.codes == ["reserved_zone"] && fault.message.contains("EB-HDS-A"))
        _ = try await usher.setOrganization(
            "acme", calendar: nil, timeZone: nil, kind: .group, by: room.world.owner)
        _ = try await usher.addResource(reserved, id: "i-1", by: room.world.owner)
        // Nor does what is there already make a client of them.
        let back = try await refusal {
            _ = try await usher.setOrganization(
                "acme", calendar: nil, timeZone: nil, kind: .client, by: room.world.owner)
        }
        #expect(back.code == .conflict && back.message.contains("i-1"))
        var change = ResourceWish()
        change.zone = "EB-HDS-B"
        _ = try await usher.changeResource("i-1", change, by: room.world.owner)
        let organization = try await usher.setOrganization(
            "acme", calendar: nil, timeZone: nil, kind: .client, by: room.world.owner)
        #expect(organization.kind == .client)
        let trail = try await room.world.trail().filter { $0.action == "organization.kind" }
        #expect(trail.map(\.detail) == ["client -> group", "group -> client"])
    }

    @Test("are refused whole, with every fault")
    func faults() async throws {
        var wish = ResourceWish()
        (wish.service, wish.name, wish.type) = (ResourceRoom.service, "=1+1", "a/b/c/d")
        (wish.environment, wish.status, wish.zone) = ("not one word", "GONE", "XX")
        wish.tags = ["a b": "x", "k": "", "l": "a,b", "n": 1]
        let fault = try await refusal { [wish] in
            _ = try await usher.addResource(wish, id: "i-1", by: room.world.owner)
        }
        #expect(
            fault.fields == [
                "name", "type", "environment", "status", "zone", "tags.a b", "tags.k", "tags.l", "tags.n",
            ])
        for id in ["", "a/b", ".", "..", "é", "-x", String(repeating: "x", count: 65)] {
            let fault = try await refusal { _ = try await usher.addResource(room.wish(), id: id, by: room.world.owner) }
            #expect(fault.fields == ["id"], "\(id)")
        }
        let many = JSON.Members((0...50).map { ("k\($0)", JSON.string("v")) }) { first, _ in first }
        let tooMany = try await refusal {
            _ = try await usher.addResource(room.wish(tags: many), id: nil, by: room.world.owner)
        }
        #expect(tooMany.codes == ["too_many"])
        #expect(try await room.list(room.world.owner) == [])
        #expect(try await room.trail().allSatisfy { $0.action == "service.add" })
    }
}
