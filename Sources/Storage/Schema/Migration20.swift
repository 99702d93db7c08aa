/// Mails that tell of what no request did, or go to an address that is nobody's yet or any more.
extension Migration {
    static let announcements = Migration(number: 20, name: "announcements") { _ in
        [
            "ALTER TABLE effect ADD COLUMN subject TEXT CHECK (length(subject) > 0)",
            "ALTER TABLE effect ADD COLUMN about_id TEXT REFERENCES person (id)",
            "ALTER TABLE effect ADD COLUMN address TEXT CHECK (length(address) > 0)",
        ]
    }
}
