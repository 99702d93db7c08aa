import Basics
import Directory
import Onboarding
import Records

/// `/resources`, and the services that they are in: what the platform runs for customers.
extension APIOperation {
    static let resources = [
        listServices, addService, listResources, addResource, importResources, showResource, putResource,
        changeResource, removeResource,
    ]

    public static var listServices: APIOperation {
        .list("/organizations/{slug}/clouds/{cloud}/services") { call in
            .list(try await call.onboarding.services(of: call.cloudPath, call.query.page(), by: call.actor), \.json)
        }
    }

    public static var addService: APIOperation {
        APIOperation(.post, "/organizations/{slug}/clouds/{cloud}/services") {
            (name: $0.text("name"), slug: $0.optionalText("slug"))
        } run: { call, wish in
            let home = try await call.onboarding.addService(
                wish.name, slug: wish.slug, to: call.cloudPath, by: call.actor)
            return .document(home.json, status: 201)
        }
    }

    /// By filters of which `a,b` is either and `!c` is not that; of tags all hold.
    ///
    /// A page may hold fewer than asked for, even none, and have a next.
    public static var listResources: APIOperation {
        .list(
            "/resources",
            filters: [
                "clouds", "services", "names", "types", "families", "statuses", "environments", "az", "tags",
            ]
        ) { call in
            var filter = ResourceFilter()
            (filter.clouds, filter.services) = (call.query["clouds"], call.query["services"])
            (filter.names, filter.types) = (call.query["names"], call.query["types"])
            (filter.families, filter.statuses) = (call.query["families"], call.query["statuses"])
            (filter.environments, filter.zones) = (call.query["environments"], call.query["az"])
            filter.tags = call.query["tags"]
            return .list(try await call.onboarding.resources(filter, call.query.page(), by: call.actor), \.json)
        }
    }

    /// With an id of the platform's, or one that is made here.
    public static var addResource: APIOperation {
        APIOperation(.post, "/resources") { input in
            (wish: ResourceWish.whole(input), id: input.optionalText("id"))
        } run: { call, said in
            let home = try await call.onboarding.addResource(said.wish, id: said.id, by: call.actor)
            return .created(home.json, at: "/resources/\(home.resource.id)")
        }
    }

    /// A table as `resource import` takes it: the answer is the verdict on every row.
    public static var importResources: APIOperation {
        APIOperation(
            .post, "/resources/batches", query: ["allOrNothing"], content: .table, canDryRun: true
        ) { call in
            .document(
                try await call.onboarding.importResources(
                    csv: call.table, allOrNothing: call.query.flag("allOrNothing"), dryRun: call.isDryRun,
                    by: call.actor
                ).json)
        }
    }

    public static var showResource: APIOperation {
        APIOperation(.get, "/resources/{resource}") { call in
            try .tagged(try await call.onboarding.resource(call["resource"], by: call.actor).json)
        }
    }

    /// What is told is all that there is about it, and one that is not there is added: by this the platform
    /// keeps the registry current.
    public static var putResource: APIOperation {
        APIOperation(.put, "/resources/{resource}") {
            ResourceWish.whole($0)
        } run: { call, wish in
            let (home, outcome) = try await call.onboarding.putResource(call["resource"], wish, by: call.actor) {
                try call.requireSight(of: $0?.json ?? .null)
            }
            if outcome == .added { return .created(home.json, at: "/resources/\(home.resource.id)") }
            return try .tagged(home.json)
        }
    }

    /// What is left out stays; a tag that is `null` goes, and a zone that is empty.
    public static var changeResource: APIOperation {
        APIOperation(.patch, "/resources/{resource}") { input in
            var wish = ResourceWish()
            (wish.service, wish.name) = (input.optionalText("service"), input.optionalText("name"))
            (wish.type, wish.status) = (input.optionalText("type"), input.optionalText("status"))
            (wish.environment, wish.zone) = (input.optionalText("environment"), input.optionalText("zone"))
            wish.tags = input.document("tags")?.members
            return wish
        } run: { call, wish in
            let home = try await call.onboarding.changeResource(call["resource"], wish, by: call.actor) { found in
                try call.requireSight(of: found.json)
            }
            return try .tagged(home.json)
        }
    }

    public static var removeResource: APIOperation {
        APIOperation(.delete, "/resources/{resource}") { call in
            try await call.onboarding.removeResource(call["resource"], by: call.actor) {
                try call.requireSight(of: $0.json)
            }
            return .done
        }
    }
}

extension ResourceWish {
    /// A description that leaves nothing to what was before.
    fileprivate static func whole(_ input: APIInput) -> ResourceWish {
        var wish = ResourceWish()
        wish.service = input.text("service")
        wish.name = input.text("name")
        wish.type = input.text("type")
        wish.environment = input.text("environment")
        wish.status = input.optionalText("status")
        wish.zone = input.optionalText("zone")
        wish.tags = input.document("tags")?.members
        return wish
    }
}

extension APICall {
    fileprivate var cloudPath: String { "\(self["slug"])/\(self["cloud"])" }
}
