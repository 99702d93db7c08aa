public import Basics
import Directory
import Records
import Workflow

/// A request that asks, and that nobody can answer.
public struct Vacancy: Sendable {
    public let request: RequestID
    /// Short name; nil for what is asked among the provider's own staff.
    public let organization: String?
    public let workflow: String
    public let state: String

    public var sentence: String {
        "\(request) (\(workflow), \(organization ?? "provider")) is in \(state), and nobody can answer. "
            + "Use: usher person appoint"
    }
}

/// Nobody waits for nobody: those who can fill a gap hear of it at
/// once, and whoever fills it is asked at once.
extension Onboarding {
    fileprivate static var vacancyTemplate: String { "nobody-answers" }
    fileprivate static var vacancyEntry: String { "request.vacant" }
    static var waitingTemplate: String { "waiting-for-you" }

    /// Requests that nobody can answer, oldest first; reads along all that are open.
    public func vacancies() async throws -> [Vacancy] {
        var found: [Vacancy] = []
        var cursor: String?
        repeat {
            let after = cursor
            let (vacant, next) = try await reading(by: .usher) { turn in
                let page = try turn.snapshot.requests(
                    RequestFilter(isOpen: true), PageRequest(after: after, limit: PageRequest.greatestLimit))
                return (try page.items.compactMap { try turn.vacancy($0) }, page.next)
            }
            found += vacant
            cursor = next
        } while cursor != nil
        return found.reversed()
    }

    /// Those that became so after an entry of the audit trail and
    /// still are; a thousand entries on at most.
    public func vacancies(after sequence: Int64) async throws -> [Vacancy] {
        try await reading(by: .usher) { turn in
            let entries = try turn.snapshot.auditEntries(after: sequence, limit: 1_000)
            let ids = entries.filter { $0.action == Self.vacancyEntry }.compactMap {
                $0.request.flatMap(RequestID.init)
            }
            return try Set(ids).sorted { $0.text < $1.text }.compactMap { try turn.snapshot.request($0) }
                .compactMap { try turn.vacancy($0) }
        }
    }
}

extension Turn {
    /// Mails to those who can fill the gap.
    ///
    /// - Precondition: nobody can answer what the request asks.
    func vacancyNotices(of request: Request) throws -> [Effect] {
        try fillers().map { person in
            Effect(
                mail: Onboarding.vacancyTemplate, to: person.id, of: .request(request.id),
                "\(request.run.round)/\(now.milliseconds)/\(person.id)", Effect.Order(state: request.run.state),
                at: now)
        }
    }

    /// Whoever appoints, or asks for an appointment.
    private func fillers() throws -> [Person] {
        var known: Set<PersonID> = []
        return try
            (working(.dutyManager, towards: nil)
            + working(.operator, towards: nil)).filter { known.insert($0.id).inserted }
    }

    /// Everything that one person's duties and account are asked for.
    func audiences(concerning person: PersonID) throws -> [Audience] {
        [.person(person)] + (try snapshot.duties(of: person)).map(Audience.duty)
    }

    /// Requests that wait for these audiences, and those whose guardians are found anew at each look.
    fileprivate func requests(waitingFor audiences: [Audience]) throws -> [Request] {
        var seen: Set<RequestID> = []
        var requests: [Request] = []
        var cursor: String?
        repeat {
            let page = try snapshot.inbox(
                of: audiences, PageRequest(after: cursor, limit: PageRequest.greatestLimit))
            for entry in page.items where seen.insert(entry.request).inserted {
                requests += try [snapshot.request(entry.request)].compactMap { $0 }
            }
            cursor = page.next
        } while cursor != nil
        let guarded = library.current.values.filter { definition in
            definition.parts.contains { PartSource($0) == .requestGuardians }
        }
        for definition in guarded {
            let open = try snapshot.requests(
                RequestFilter(workflow: definition.name, isOpen: true), PageRequest(limit: PageRequest.greatestLimit))
            requests += open.items.filter { seen.insert($0.id).inserted }
        }
        return requests
    }

    fileprivate func vacancy(_ request: Request) throws -> Vacancy? {
        guard try awaited(request).isVacant else { return nil }
        return Vacancy(
            request: request.id,
            organization: try request.organization.flatMap { try snapshot.organization($0) }?.slug.text,
            workflow: request.run.workflow, state: request.run.state)
    }
}

extension Writing {
    /// Carries out a change of duties or of accounts, and sees
    /// to what waits for those whom it concerns.
    ///
    /// Requests that nobody can answer any more are told to those who can fill the gap.
    /// Whoever can answer now, and could not before, is asked by one mail, however much waits.
    /// - Parameter audiences: those that the change may empty or fill.
    func minding(_ audiences: [Audience], _ change: () throws -> Void) throws {
        let requests = try requests(waitingFor: audiences)
        var before: [RequestID: Set<PersonID>] = [:]
        for request in requests {
            before[request.id] = Set(try awaited(request).everybody.map(\.id))
        }
        try change()
        var asked: [PersonID] = []
        for id in requests.map(\.id) {
            // The change may have moved it.
            guard let request = try transaction.request(id), request.run.ended == nil else { continue }
            let after = try awaited(request)
            let could = before[id] ?? []
            asked += after.everybody.map(\.id).filter { !could.contains($0) }
            if after.isVacant, !could.isEmpty {
                try transaction.insert(vacancyNotices(of: request))
                try record(vacancyOf: request)
            }
            try renewAsks(of: request)
        }
        var known: Set<PersonID> = []
        try transaction.insert(
            asked.filter { known.insert($0).inserted }.map {
                usher.notice(Onboarding.waitingTemplate, to: $0, at: now)
            })
    }

    func record(vacancyOf request: Request) throws {
        try transaction.audit(
            AuditNote(
                Onboarding.vacancyEntry, organization: request.organization, request: request.id,
                subject: request.holder?.text ?? request.cloud?.text, detail: request.run.state),
            by: .usher, at: now)
    }

    /// Guardians that are the next in line see what waits for them.
    private func renewAsks(of request: Request) throws {
        let definition = try library.definition(of: request.run, in: transaction)
        let parts = request.run.asked.compactMap(definition.part)
        guard parts.contains(where: { PartSource($0) == .requestGuardians }) else { return }
        let wanted = try Set(parts.flatMap { try asked(for: PartSource($0), in: request) })
        guard try Set(transaction.asks(of: request.id).map(\.audience)) != wanted else { return }
        _ = try advance(request, on: .remark("guardians"), by: .usher)
    }
}
