import Basics
import Directory
import Records
import Workflow

extension SQLTransaction {
    func request(_ id: RequestID) throws -> Request? {
        try connection.row(
            Request.columns,
            "FROM request WHERE id = ?",
            [.id(id)])
    }

    func request(idempotencyKey: String, requester: Party) throws -> Request? {
        try connection.row(
            Request.columns,
            "FROM request WHERE requester = ? AND idempotency_key = ?",
            [.party(requester), .text(idempotencyKey)])
    }

    func openRequests(about person: PersonID) throws -> [RequestID] {
        try connection.rows(
            "SELECT id FROM request WHERE holder_id = ? AND ended IS NULL ORDER BY id", [.id(person)]
        ) { $0.id(0) }
    }

    func newestRequests(about person: PersonID, limit: Int) throws -> [Request] {
        try connection.rows(
            Request.columns,
            "FROM request WHERE holder_id = ? ORDER BY id DESC LIMIT ?",
            [.id(person), .number(limit)])
    }

    func openRequests(of batch: BatchID, _ page: PageRequest) throws -> Page<Request> {
        let after = try Cursor.text(of: page) { RequestID($0)?.text == $0 }
        let found = try connection.rows(
            Request.columns,
            "FROM request WHERE batch_id = ? AND ended IS NULL AND id > ? ORDER BY id LIMIT ?",
            [.id(batch), .text(after), Cursor.limit(page)])
        return Cursor.page(found, page) { $0.id.text }
    }

    func requests(of batch: BatchID, in state: String, limit: Int) throws -> [Request] {
        try connection.rows(
            Request.columns,
            "FROM request WHERE batch_id = ? AND state || '' = ? ORDER BY id LIMIT ?",
            [.id(batch), .text(state), .number(max(limit, 0))])
    }

    func newestRequest(about person: PersonID) throws -> RequestID? {
        try connection.row("SELECT id FROM request WHERE holder_id = ? ORDER BY id DESC LIMIT 1", [.id(person)]) {
            $0.id(0)
        }
    }

    func openRequests(
        following workflow: String, before version: Int, _ page: PageRequest
    ) throws -> Page<RequestID> {
        let after = try Cursor.text(of: page) { RequestID($0)?.text == $0 }
        let found: [RequestID] = try connection.rows(
            """
            SELECT id FROM request WHERE id > ? AND ended IS NULL AND workflow = ? AND workflow_version < ?
            ORDER BY id LIMIT ?
            """,
            [.text(after), .text(workflow), .number(version), Cursor.limit(page)]
        ) { $0.id(0) }
        return Cursor.page(found, page) { $0.text }
    }

    /// Newest first means by id, which begins with the time of creation.
    func requests(_ filter: RequestFilter, _ page: PageRequest) throws -> Page<Request> {
        // Above every id, whose letters end at z.
        let before = try page.after == nil ? "~" : Cursor.text(of: page) { RequestID($0)?.text == $0 }
        let values: [SQLValue] = [
            .text(before), Cursor.limit(page), .id(filter.organization), .party(filter.requester),
            .maybe(filter.state), .time(filter.overdueAt), .maybe(filter.workflow),
            .number(filter.isOpen ? 1 : 0),
        ]
        let requests = try connection.rows(RequestSearch.best(for: filter), values, Request.columns.read)
        return Cursor.page(requests, page) { $0.id.text }
    }

    func definition(name: String, version: Int) throws -> String? {
        try connection.row(
            "SELECT source FROM definition WHERE name = ? AND version = ?", [.text(name), .number(version)]
        ) { $0.text(0) }
    }

    func newestDefinitions() throws -> [String: Int] {
        let rows: [(String, Int)] = try connection.rows(
            "SELECT name, MAX(version) FROM definition GROUP BY name", []
        ) { ($0.text(0), Int($0.integer(1))) }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    func register(name: String, version: Int, source: String, at now: Timestamp) throws {
        // Looked up first: every new request registers what is almost always known.
        guard let known = try definition(name: name, version: version) else {
            try connection.send(
                "INSERT INTO definition (name, version, source, registered_at_ms) VALUES (?, ?, ?, ?)",
                [.text(name), .number(version), .text(source), .time(now)])
            return
        }
        guard known == source else {
            throw Fault(
                .conflict,
                """
                Version \(version) of the workflow \(name) is known with another text, and requests may be running on \
                it. Give the changed file a new version number.
                """)
        }
    }

    func openCloudRequest(slug: Slug, of organization: OrganizationID) throws -> RequestID? {
        try openRequest(beginning: RequestSubject.beginning(ofCloud: slug), of: organization)
    }

    func openProgramRequest(about account: APIAccountID, of organization: OrganizationID) throws -> RequestID? {
        try openRequest(beginning: RequestSubject.beginning(ofProgram: account), of: organization)
    }

    func openRequest(subject: RequestSubject) throws -> RequestID? {
        try connection.row(
            "SELECT id FROM request WHERE ended IS NULL AND subject = ? ORDER BY id LIMIT 1", [.text(subject.text)]
        ) { $0.id(0) }
    }

    /// - Parameter beginning: of its subject.
    private func openRequest(beginning: String, of organization: OrganizationID) throws -> RequestID? {
        try connection.row(
            """
            SELECT id FROM request
            WHERE organization_id = ?1 AND ended IS NULL AND subject IS NOT NULL
                AND substr(subject, 1, ?2) = ?3
            ORDER BY id LIMIT 1
            """,
            [.id(organization), .number(beginning.count), .text(beginning)]
        ) { $0.id(0) }
    }
}

extension Request {
    static let columns = Columns(
        "request",
        [
            "id", "organization_id", "holder_id", "requester", "reason", "until_ms", "idempotency_key", "created_at_ms",
            "run", "version", "cloud_id", "campaign_id", "subject", "batch_id",
        ],
        computed: [
            "(SELECT calendar FROM organization WHERE id = request.organization_id)",
            "(SELECT time_zone FROM organization WHERE id = request.organization_id)",
        ]
    ) { row in
        Request(
            id: row.id(0), organization: row.maybeID(1), holder: row.maybeID(2), cloud: row.maybeID(10),
            campaign: row.maybeID(11), requester: row.party(3), reason: row.text(4), until: row.maybeTime(5),
            idempotencyKey: row.maybeText(6), createdAt: row.time(7),
            run: try run(row.text(8), of: row.id(0)), version: row.integer(9),
            subject: try row.maybeText(12).map(subject),
            locality: Locality(calendar: row.maybeText(14), timeZone: row.maybeText(15)), batch: row.maybeID(13))
    }

    private static func subject(_ text: String) throws -> RequestSubject {
        guard let subject = RequestSubject(text: text) else {
            throw Fault(.unavailable, "The database holds a request about something that this program does not know.")
        }
        return subject
    }

    private static func run(_ text: String, of request: RequestID) throws -> Run {
        do throws(MalformedJSON) { return try Run(canonicalJSON: text) } catch {
            throw Fault(
                .unavailable, "What is stored of the request \(request) is damaged, at character \(error.offset).")
        }
    }
}

/// One statement for each column that leads to few rows, so that each has its index; all take
/// the same values, and what is NULL does not matter.
///
/// The casts tell PostgreSQL the type of a parameter that is compared with nothing.
private enum RequestSearch {
    static func best(for filter: RequestFilter) -> SQL {
        if filter.requester != nil { return byRequester }
        if filter.organization != nil { return filter.isOpen ? openOfOrganization : ofOrganization }
        return filter.overdueAt != nil ? overdue : newest
    }

    private static let newest: SQL = "\(some) ORDER BY id DESC LIMIT ?2"
    private static let byRequester: SQL = "\(some) AND requester = ?4 ORDER BY id DESC LIMIT ?2"
    private static let ofOrganization: SQL = "\(some) AND organization_id = ?3 ORDER BY id DESC LIMIT ?2"
    /// Those that go on have an index of their own: an organization has few beside all that has ended.
    private static let openOfOrganization: SQL = """
        \(some) AND organization_id = ?3 AND ended IS NULL ORDER BY id DESC LIMIT ?2
        """
    private static let overdue: SQL = """
        \(some) AND id IN (SELECT id FROM request WHERE ended IS NULL AND due_at_ms < ?6) ORDER BY id DESC LIMIT ?2
        """

    private static let some: SQL = """
        \(Request.columns.selecting) FROM request
        WHERE id < ?1 AND (CAST(?3 AS TEXT) IS NULL OR organization_id = ?3)
            AND (CAST(?4 AS TEXT) IS NULL OR requester = ?4) AND (CAST(?5 AS TEXT) IS NULL OR state = ?5)
            AND (CAST(?7 AS TEXT) IS NULL OR workflow = ?7)
            AND (CAST(?6 AS BIGINT) IS NULL OR (ended IS NULL AND due_at_ms < ?6))
            AND (CAST(?8 AS BIGINT) = 0 OR ended IS NULL)
        """
}
