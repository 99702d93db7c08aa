import Basics
import Directory
import Onboarding

extension SQLTransaction {
    func person(_ id: PersonID) throws -> Person? {
        try connection.row(
            """
            SELECT id, organization_id, email, name, language, state, created_at_ms FROM person WHERE id = ?
            """,
            [.id(id)], Self.person)
    }

    func person(emailKey: String) throws -> Person? {
        try connection.row(
            """
            SELECT id, organization_id, email, name, language, state, created_at_ms FROM person WHERE email_key = ?
            """,
            [.text(emailKey)], Self.person)
    }

    func people(of organization: OrganizationID?, _ page: PageRequest) throws -> Page<Person> {
        // Why an address is refused says nothing about a cursor; that it is, does.
        let after = try Cursor.text(of: page) { (try? EmailAddress($0))?.key == $0 }
        let people: [Person]
        if let organization {
            people = try connection.rows(
                """
                SELECT id, organization_id, email, name, language, state, created_at_ms FROM person
                WHERE organization_id = ? AND email_key > ? ORDER BY email_key LIMIT ?
                """,
                [.id(organization), .text(after), Cursor.limit(page)], Self.person)
        } else {
            people = try connection.rows(
                """
                SELECT id, organization_id, email, name, language, state, created_at_ms FROM person
                WHERE email_key > ? ORDER BY email_key LIMIT ?
                """,
                [.text(after), Cursor.limit(page)], Self.person)
        }
        return Cursor.page(people, page) { $0.email.key }
    }

    func insert(_ person: Person) throws {
        let keys = SearchKeys(name: person.name.text)
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

    func setState(_ state: AccountState, of person: PersonID, at now: Timestamp) throws {
        let updated = try connection.run(
            "UPDATE person SET state = ?, state_since_ms = ? WHERE id = ?",
            [.text(state.rawValue), .time(now), .id(person)])
        try Self.requirePerson(updated)
        // Here, so that no way of suspending or closing an account can forget it.
        if state == .suspended || state == .closed { try endSessions(of: person, except: nil) }
    }

    func rename(_ person: PersonID, to name: String, language: Language) throws {
        let keys = SearchKeys(name: name)
        let updated = try connection.run(
            "UPDATE person SET name = ?, language = ?, name_key = ?, family_key = ? WHERE id = ?",
            [.text(name), .text(language.rawValue), .text(keys.name), .text(keys.family), .id(person)])
        try Self.requirePerson(updated)
    }

    static func person(_ row: any SQLRow) throws -> Person {
        Person(
            id: row.id(0), organization: row.maybeID(1), email: EmailAddress(trusted: row.text(2)),
            name: try DisplayName(row.text(3)), language: try row.word(4), state: try row.word(5),
            createdAt: row.time(6))
    }

    private static func requirePerson(_ updated: Int) throws {
        guard updated == 1 else { throw Fault(.notFound, "There is no such person.") }
    }
}
