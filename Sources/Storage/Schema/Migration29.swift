/// Grants by where they are and by whose they are, those that have ended among them.
extension Migration {
    static let access = Migration(number: 29, name: "access of the past", expands: true) { _ in
        [
            "CREATE INDEX cloud_grant_of_place ON cloud_grant (organization_id, cloud_id, person_id, id)",
            "CREATE INDEX cloud_grant_of_person ON cloud_grant (person_id, cloud_id, id)",
        ]
    }
}
