import Basics
import Directory
import Records

extension SQLTransaction {
    func person(_ id: PersonID) throws -> Person? {
        try connection.row(
            Person.columns,
            "FROM person WHERE id = ?",
            [.id(id)])
    }

    func person(emailKey: String) throws -> Person? {
        try connection.row(
            Person.columns,
            "FROM person WHERE email_key = ?",
            [.text(emailKey)])
    }

    func formerPeople(emailKey: String) throws -> [Person] {
        // Above every key that `insert` makes of a closed account's, and below every other address.
        try connection.rows(
            Person.columns,
            """
            FROM person
            WHERE email_key > ? AND email_key < ? ORDER BY email_key
            """,
            [.text(emailKey + " "), .text(emailKey + "!")])
    }

    func people(of organization: OrganizationID?, _ page: PageRequest) throws -> Page<Person> {
        let after = try Cursor.text(of: page, isValid: Self.isEmailKey)
        let people =
            if let organization {
                try connection.rows(
                    PersonAndKey.columns,
                    "FROM person WHERE organization_id = ? AND email_key > ? ORDER BY email_key LIMIT ?",
                    [.id(organization), .text(after), Cursor.limit(page)])
            } else {
                try connection.rows(
                    PersonAndKey.columns, "FROM person WHERE email_key > ? ORDER BY email_key LIMIT ?",
                    [.text(after), Cursor.limit(page)])
            }
        return Cursor.page(people, page) { $0.key }.map(\.person)
    }

    /// An address, or that of a closed account with its id behind a blank.
    ///
    /// Why an address is refused says nothing about a cursor; that it is, does.
    private static func isEmailKey(_ text: String) -> Bool {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count < 3, let address = words.first, (try? EmailAddress(address))?.key == address
        else { return false }
        return words.count == 1 || PersonID(words[1])?.text == words[1]
    }

    func insert(_ person: Person) throws {
        let keys = SearchKeys(name: person.name.text)
        try free(person.email)
        let inserted = try connection.run(
            """
            INSERT INTO person
                (id, organization_id, email, email_key, name, language, state, state_since_ms, created_at_ms,
                 name_key, family_key)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (email_key) DO NOTHING
            """,
            [
                .id(person.id), .id(person.organization), .text(person.email.text), .text(person.email.key),
                .text(person.name.text), .text(person.language.rawValue), .text(person.state.rawValue),
                .time(person.createdAt), .time(person.createdAt), .text(keys.name), .text(keys.family),
            ])
        guard inserted == 1 else {
            throw Fault.taken("email", "Somebody has an account with this e-mail address already.")
        }
    }

    /// A closed account gives its address up to whoever comes next, and stays somebody of its own.
    private func free(_ address: EmailAddress) throws {
        try connection.send(
            "UPDATE person SET email_key = email_key || ' ' || id WHERE email_key = ? AND state = 'closed'",
            [.text(address.key)])
    }

    func setAddress(_ address: EmailAddress, of person: PersonID) throws {
        try free(address)
        let updated = try connection.run(
            """
            UPDATE person SET email = ?1, email_key = ?2 WHERE id = ?3
                AND NOT EXISTS (SELECT 1 FROM person other WHERE other.email_key = ?2 AND other.id <> ?3)
            """,
            [.text(address.text), .text(address.key), .id(person)])
        guard updated == 1 else {
            throw Fault.taken("address", "Somebody has an account with this e-mail address already.")
        }
    }

    func setState(_ state: AccountState, of person: PersonID, at now: Timestamp) throws {
        let updated = try connection.run(
            "UPDATE person SET state = ?1, state_since_ms = ?2 WHERE id = ?3 AND (state <> 'closed' OR ?1 = 'closed')",
            [.text(state.rawValue), .time(now), .id(person)])
        try Self.requirePerson(updated)
        // Here, so that no way of suspending or closing an account can forget it.
        if state == .suspended || state == .closed { try endSessions(of: person, except: nil) }
    }

    func setLanguage(_ language: Language, of person: PersonID) throws {
        let updated = try connection.run(
            "UPDATE person SET language = ? WHERE id = ?", [.text(language.rawValue), .id(person)])
        try Self.requirePerson(updated)
    }

    private static func requirePerson(_ updated: Int) throws {
        guard updated == 1 else { throw Fault(.notFound, "There is no such person.") }
    }
}

extension Person {
    static let columns = Columns(
        "person", ["id", "organization_id", "email", "name", "language", "state", "created_at_ms"]
    ) { row in
        Person(
            id: row.id(0), organization: row.maybeID(1), email: EmailAddress(trusted: row.text(2)),
            name: try DisplayName(row.text(3)), language: try row.word(4), state: try row.word(5),
            createdAt: row.time(6))
    }
}

/// Somebody, and where a list of people goes on after them.
private struct PersonAndKey {
    let person: Person
    let key: String

    static let columns = Columns("person", ["email_key"], computed: [Person.columns.list]) { row in
        PersonAndKey(person: try Person.columns.read(RowPart(row: row, first: 1)), key: row.text(0))
    }
}
