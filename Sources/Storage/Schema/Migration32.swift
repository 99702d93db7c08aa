/// What a temporary grant took the place of, and comes back at its end.
extension Migration {
    static let laterGrants = Migration(number: 32, name: "profiles that come back", expands: true) { _ in
        ["ALTER TABLE cloud_grant ADD COLUMN later TEXT"]
    }
}
