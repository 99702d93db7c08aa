/// The trail by who, what, which request and which organization, found without reading all of it.
extension Migration {
    static let auditSearch = Migration(number: 18, name: "indexes of the audit trail") { _ in
        [
            "CREATE INDEX audit_by_actor ON audit (actor, sequence)",
            "CREATE INDEX audit_on_behalf ON audit (on_behalf_of, sequence) WHERE on_behalf_of IS NOT NULL",
            "CREATE INDEX audit_by_action ON audit (action, sequence)",
            "CREATE INDEX audit_of_request ON audit (request, sequence) WHERE request IS NOT NULL",
            "CREATE INDEX audit_of_organization ON audit (organization, sequence) WHERE organization IS NOT NULL",
        ]
    }
}
