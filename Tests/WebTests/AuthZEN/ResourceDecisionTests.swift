import Basics
import Directory
import Onboarding
import Records
import TestSupport
import Testing

@Suite("AuthZEN: services and resources", .timeLimit(.minutes(60)))
struct ResourceDecisionTests {
    private static let alice: JSON = ["type": "user", "id": "alice@acme.example"]

    /// Acme with two clouds, a service in each and resources in them; somebody else's beside them.
    private func platform() async throws -> (Site, Asker) {
        let (site, _, _) = try await Site.withAcme()
        let world = site.world
        try await world.account(grants: [("prod", "POW"), ("default", "OPE")])
        _ = try await world.organization("globex")
        for (cloud, count) in [("acme/prod", 3), ("acme/default", 2), ("globex/default", 1)] {
            _ = try await world.usher.addService("Shop", slug: nil, to: cloud, by: world.owner)
            _ = try await world.usher.addService("Lab", slug: nil, to: cloud, by: world.owner)
            for number in 0..<count {
                var wish = ResourceWish()
                (wish.service, wish.name) = ("\(cloud)/shop", "Web \(number)")
                (wish.type, wish.environment) = ("compute/instance/virtual", "production")
                let id = "\(cloud.replacing("/", with: "-"))-\(number)"
                _ = try await world.usher.addResource(wish, id: id, by: world.owner)
            }
        }
        let client = try await world.application("Platform", .service, scopes: [.decisions]) {
            $0.organizations = ["acme"]
        }
        return (site, Asker(site, token: try await world.token(of: client)))
    }

    private func answer(_ asker: Asker, _ action: String, _ type: String, _ id: String) async throws -> JSON {
        try await asker.post(
            "evaluation",
            [
                "subject": Self.alice, "action": ["name": .string(action)],
                "resource": ["type": .string(type), "id": .string(id)],
            ]
        ).json
    }

    @Test("what lies in a cloud is decided as the cloud is, whichever service it is in")
    func decide() async throws {
        let (site, asker) = try await platform()
        for action in site.world.usher.catalogue.actions.map(\.label) {
            for (cloud, resource) in [("acme/prod", "acme-prod-2"), ("acme/default", "acme-default-0")] {
                let decided = try await answer(asker, action, "cloud", cloud)
                for service in ["shop", "lab"] {
                    #expect(try await answer(asker, action, "service", "\(cloud)/\(service)") == decided)
                }
                #expect(try await answer(asker, action, "resource", resource) == decided, "\(action) \(resource)")
            }
        }
    }

    @Test("what is not there and what is not theirs to ask about is the same denial")
    func unknown() async throws {
        let (_, asker) = try await platform()
        let missing = try await answer(asker, "start-instance", "cloud", "globex/default")
        #expect(missing["decision"] == false && missing["context"]["reason"] == "unknown_resource")
        for (type, id) in [
            ("service", "globex/default/shop"), ("service", "acme/prod/none"), ("service", "acme/none/shop"),
            ("service", "acme/prod"), ("service", "acme/prod/shop/x"), ("service", ""), ("service", "/"),
            ("resource", "globex-default-0"), ("resource", "none"), ("resource", ""),
            ("resource", "\u{0}"), ("resource", String(repeating: "x", count: 10_000)),
        ] { #expect(try await answer(asker, "start-instance", type, id) == missing, "\(type) \(id.prefix(40))") }
    }

    @Test("a search finds all that lies in clouds where somebody may, page by page, each once")
    func search() async throws {
        let (_, asker) = try await platform()
        let inProd = ["acme-prod-0", "acme-prod-1", "acme-prod-2"]
        let resources = [
            "start-instance": ["acme-default-0", "acme-default-1"] + inProd, "create-instance": inProd,
        ]
        let services = [
            "start-instance": ["acme/default/lab", "acme/default/shop", "acme/prod/lab", "acme/prod/shop"],
            "create-instance": ["acme/prod/lab", "acme/prod/shop"],
        ]
        for limit in [1, 2, 3, 100] {
            for (type, table) in [("resource", resources), ("service", services)] {
                for (action, wanted) in table {
                    var found: [String] = []
                    var page: JSON = ["limit": .integer(Int64(limit))]
                    while true {
                        let part = try await asker.post(
                            "search/resource",
                            [
                                "subject": Self.alice, "action": ["name": .string(action)],
                                "resource": ["type": .string(type)], "page": page,
                            ]
                        ).json
                        let items = try part["results"].list
                        #expect(items.count <= limit && items.allSatisfy { $0["type"] == .string(type) })
                        found += try items.map { try $0["id"].text }
                        let token = try part["page"]["next_token"].text
                        if token.isEmpty { break }
                        page = ["token": .string(token)]
                    }
                    #expect(found.sorted() == wanted && Set(found).count == found.count, "\(type) \(action) \(limit)")
                }
            }
        }
    }
}
