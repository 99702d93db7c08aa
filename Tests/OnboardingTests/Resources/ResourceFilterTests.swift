import Basics
import Directory
import Onboarding
import Records
import TestSupport
import Testing

@Suite("Resources by filters", .timeLimit(.minutes(60)))
struct ResourceFilterTests {
    let room: ResourceRoom

    init() async throws {
        room = try await ResourceRoom()
        for number in 1...4 {
            var wish = room.wish("web-\(number)", tags: ["n": .string("\(number)"), "team": "web"])
            wish.status = number == 4 ? "INACTIVE" : "ACTIVE"
            wish.environment = number == 1 ? "qa" : "production"
            wish.type = number == 2 ? "compute/cluster" : "compute/instance/linux"
            wish.zone = number == 3 ? "EB-HDS-A" : nil
            _ = try await room.world.usher.addResource(wish, id: "i-\(number)", by: room.world.owner)
        }
        _ = try await room.world.usher.addResource(
            room.wish("web-1", in: "globex/prod/shop", tags: ["team": "web"]), id: "g-1", by: room.world.owner)
    }

    private static let cases: [(filter: String, words: String, found: [String])] = [
        ("names", "web-1,web-3", ["i-1", "i-3"]), ("names", "!web-1", ["i-2", "i-3", "i-4"]),
        ("types", "compute/instance", ["i-1", "i-3", "i-4"]), ("types", "!Compute/Cluster", ["i-1", "i-3", "i-4"]),
        ("types", "compute", ["i-1", "i-2", "i-3", "i-4"]), ("families", "linux", ["i-1", "i-3", "i-4"]),
        ("families", "!linux", ["i-2"]), ("statuses", "inactive", ["i-4"]),
        ("statuses", "ACTIVE,INACTIVE,!INACTIVE", ["i-1", "i-2", "i-3"]), ("environments", "qa", ["i-1"]),
        ("zones", "eb-hds-a", ["i-3"]), ("zones", "!EB-HDS-A", ["i-1", "i-2", "i-4"]),
        ("tags", "team:web,n:2", ["i-2"]), ("tags", "team:web,!n:2", ["i-1", "i-3", "i-4"]),
        ("tags", "n:1,n:2", []), ("clouds", "acme/prod", ["i-1", "i-2", "i-3", "i-4"]), ("clouds", "acme/default", []),
        ("services", "!acme/prod/shop", []),
    ]

    private static func set(_ name: String, _ words: String, _ filter: inout ResourceFilter) {
        switch name {
        case "clouds": filter.clouds = words
        case "services": filter.services = words
        case "names": filter.names = words
        case "types": filter.types = words
        case "families": filter.families = words
        case "statuses": filter.statuses = words
        case "environments": filter.environments = words
        case "zones": filter.zones = words
        default: filter.tags = words
        }
    }

    @Test("are what fits each of them", arguments: cases.indices)
    func found(_ index: Int) async throws {
        let (filter, words, expected) = Self.cases[index]
        #expect(try await room.list(room.rita) { Self.set(filter, words, &$0) } == expected)
    }

    @Test("of every organization are found by whoever may see them all")
    func everywhere() async throws {
        #expect(try await room.list(room.world.owner) { $0.tags = "team:web" }.count == 5)
        #expect(try await room.list(room.world.owner) { $0.names = "web-1" } == ["g-1", "i-1"])
        #expect(
            try await room.list(room.world.owner) { ($0.names, $0.clouds) = ("web-1", "globex/prod") } == ["g-1"])
        #expect(try await room.list(room.stranger) { $0.tags = "team:web" } == ["g-1"])
    }

    private static let refusals: [(filter: String, words: String, field: String)] = [
        ("names", "", "names"), ("names", "a,,b", "names"), ("names", "!", "names"), ("types", "a/b/c/d", "types"),
        ("families", "a b", "families"), ("statuses", "GONE", "statuses"), ("environments", "a/b", "environments"),
        ("zones", "XX", "az"), ("tags", "team", "tags"), ("tags", "team:", "tags"), ("tags", ":web", "tags"),
        ("tags", (0...10).map { "k\($0):v" }.joined(separator: ","), "tags"),
        ("names", (0...20).map { "n\($0)" }.joined(separator: ","), "names"),
    ]

    @Test("are refused by name where the words mean nothing", arguments: refusals.indices)
    func refused(_ index: Int) async throws {
        let (filter, words, field) = Self.refusals[index]
        let fault = try await refusal {
            _ = try await room.list(room.rita) { Self.set(filter, words, &$0) }
        }
        #expect(fault.code == .invalid && Set(fault.fields) == [field])
    }
}
