import Basics
import Directory
import OneTimePassword
import Records
import Workflow

/// Plain values to put into a store; every id is made of a number, so that its order is known.
enum Sample {
    static let now = Timestamp(seconds: 1_790_000_000)
    static let organization = OrganizationID(trusted: id(1))
    static let cloud = CloudID(trusted: id(2))
    static let holder = PersonID(trusted: id(100))
    static let manager = PersonID(trusted: id(101))
    static let requester = Party.person(manager)

    static func id(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 26 - digits.count) + digits
    }

    static func hash(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

    static func organization(_ number: Int, slug: String) throws -> Organization {
        Organization(
            id: OrganizationID(trusted: id(number)), slug: try Slug(slug),
            name: try DisplayName("Organization \(number)"),
            createdAt: now)
    }

    static func cloud(_ number: Int, of organization: OrganizationID = organization, slug: String) throws -> Cloud {
        Cloud(
            id: CloudID(trusted: id(number)), organization: organization, slug: try Slug(slug),
            name: try DisplayName("Cloud \(number)"), createdAt: now)
    }

    static func person(
        _ number: Int, of organization: OrganizationID? = organization, email: String, name: String? = nil
    ) throws -> Person {
        Person(
            id: PersonID(trusted: id(number)), organization: organization, email: try EmailAddress(email),
            name: try DisplayName(name ?? "Zoë \(number)"), language: .french, state: .invited, createdAt: now)
    }

    /// An organization with a cloud, a user and a delivery manager.
    static func fill(_ store: any Store) async throws {
        try await store.write { transaction in
            try transaction.insert(organization(1, slug: "acme"))
            try transaction.insert(cloud(2, slug: "main"))
            try transaction.insert(person(100, email: "ada@acme.example"))
            try transaction.insert(person(101, of: nil, email: "max@provider.example"))
        }
    }

    /// A run in `state`, as the engine would leave it.
    static func run(
        _ state: String = "approval", timers: [String: Int64] = [:], dueAt: Timestamp? = nil, ended: String? = nil,
        frozenAt: Timestamp? = nil
    ) throws -> Run {
        let pending = timers.sorted { $0.key < $1.key }.map { #"{"at":\#($0.value),"id":"\#($0.key)"}"# }
        let due = dueAt.map { #""dueAt":\#($0.milliseconds),"# } ?? ""
        let ending = ended.map { #""ended":"\#($0)","# } ?? ""
        let frozen = frozenAt.map { #""frozenAt":\#($0.milliseconds),"# } ?? ""
        return try Run(
            canonicalJSON: """
                {"asked":[],"counts":{},\(due)\(ending)"enteredAt":0,"flags":{},\(frozen)"items":[],"ledger":[],"players":{},\
                "round":0,"state":"\(state)","timers":[\(pending.joined(separator: ","))],"version":1,\
                "workflow":"account-request"}
                """)
    }

    static func requestID(_ number: Int) -> RequestID { RequestID(trusted: id(number)) }

    static func move(
        _ number: Int, expecting: Int64 = 0, before: Run? = nil, after: Run, asks: [InboxEntry] = [],
        effects: [Effect] = [], cancelled: [String] = [], calendar: KeptCalendar? = nil
    ) -> Transition {
        Transition(
            request: requestID(number), expecting: expecting, before: before, after: after,
            history: HistoryEntry(
                at: now, event: .timer(id: "remind"), name: "timer.remind", by: .usher, onBehalfOf: nil,
                from: before?.state, to: after.state, note: "why not", calendar: calendar?.hash),
            asks: asks, effects: effects, cancelled: cancelled, calendar: calendar)
    }

    static func request(
        _ number: Int, run: Run, requester: Party = requester, organization: OrganizationID? = organization,
        key: String? = nil, subject: RequestSubject? = nil, batch: BatchID? = nil
    ) -> Request {
        Request(
            id: requestID(number), organization: organization, holder: holder, requester: requester,
            reason: "A new colleague", until: nil, idempotencyKey: key, createdAt: now, run: run, version: 1,
            subject: subject, batch: batch)
    }

    /// Keeps a new request whose first move is this.
    static func submit(
        _ number: Int, to store: any Store, run: Run? = nil, requester: Party = requester, key: String? = nil,
        asks: [InboxEntry] = [], effects: [Effect] = [], subject: RequestSubject? = nil,
        batch: BatchID? = nil
    ) async throws {
        let run = try run ?? Sample.run()
        try await store.write { transaction in
            try transaction.insert(
                request(number, run: run, requester: requester, key: key, subject: subject, batch: batch),
                move(number, after: run, asks: asks, effects: effects))
        }
    }

    static func ask(_ number: Int, part: String = "approver", audience: String, dueAt: Timestamp? = nil) -> InboxEntry {
        InboxEntry(request: requestID(number), part: part, audience: Audience(text: audience), dueAt: dueAt)
    }

    static func effect(
        _ number: Int, _ key: String, due: Timestamp = now, kind: String = "mail", needed: String? = nil,
        ordered: Timestamp = now
    ) -> Effect {
        Effect(
            key: "\(requestID(number))/\(key)", request: requestID(number), kind: kind,
            order: Effect.Order(
                template: "reminder", recipient: holder, item: "i", profile: "OPE", comment: "c", actor: manager,
                runKey: "k", state: "s", needed: needed),
            orderedAt: ordered, dueAt: due, greatestTries: 8)
    }

    static func factor(_ number: Int, of person: PersonID = holder) -> Factor {
        Factor(
            id: FactorID(trusted: id(number)), person: person, state: .pending,
            means: .totp(
                TOTPMeans(parameters: .standard, sealedSecret: [1, 2, 0, 3], nonce: [4, 5], keyID: "k1")),
            createdAt: now)
    }

    static func auditEntry(_ sequence: Int64, of chain: String? = organization.text) -> AuditEntry {
        AuditEntry(
            sequence: sequence, at: now, actor: .person(holder), onBehalfOf: nil, action: "request.submit",
            organization: chain, request: nil, subject: nil, detail: "d\(sequence)",
            previousHash: hash(UInt8(sequence - 1)), hash: hash(UInt8(sequence)))
    }
}
