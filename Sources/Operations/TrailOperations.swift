import Basics
import Onboarding
import Records

/// `/audit` and `/security-events`: who did what, and who tried to.
extension APIOperation {
    static let trails = [listAudit, listSecurityEvents]

    public static var listAudit: APIOperation {
        .list("/audit", filters: AuditWish.fields + ["order", "addresses"]) { call in
            let (query, actor) = (call.query, try call.actor)
            // The whole trail is read from its beginning, so that its chain can be
            // followed; what is looked for, from its end.
            let isFiltered = AuditWish.fields.contains { query[$0] != nil }
            let found =
                isFiltered
                ? try await call.onboarding.auditEntries(
                    AuditWish { query[$0] }, oldestFirst: try query.isOldestFirst, try query.page(), by: actor)
                : try await call.onboarding.auditEntries(try query.page(), by: actor)
            return .list(found.document(withAddresses: try query.flag("addresses")), next: found.next)
        }
    }

    public static var listSecurityEvents: APIOperation {
        .list("/security-events", filters: ["kind", "person", "order"]) { call in
            let query = call.query
            let kind = try query["kind"].map { text in
                guard let kind = SecurityEvent.Kind(rawValue: text) else {
                    throw Fault.invalid("kind", "unknown_kind", "There is no such kind of security event.")
                }
                return kind
            }
            let found = try await call.onboarding.securityEvents(
                kind.map { [$0] }, of: try query["person"].map { try EmailAddress($0, field: "person") },
                oldestFirst: try query.isOldestFirst, try query.page(), by: try call.actor)
            return .list(found.document, next: found.next)
        }
    }
}
