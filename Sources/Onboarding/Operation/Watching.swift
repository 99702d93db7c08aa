public import Basics
import Directory
import Records

/// What somebody has on their screen and wants to be told of when it changes.
public enum Watched: Hashable, Sendable {
    case inbox
    case request(RequestID)

    /// `inbox` or `request/ID`; nil for anything else.
    public init?(_ text: String) {
        if text == "inbox" {
            self = .inbox
        } else if text.hasPrefix("request/"), let id = RequestID(String(text.dropFirst("request/".count))) {
            self = .request(id)
        } else {
            return nil
        }
    }
}

/// That something happened, without what: enough to look again.
public struct Change: Sendable {
    public let sequence: Int64
    /// Ids, as the audit trail has them.
    let organization: String?
    let request: String?
}

/// Somebody who watches, with what concerns them.
public struct Watch: Sendable {
    public let session: SessionID
    let person: PersonID
    let watched: Watched
    /// Whose requests may come into their inbox; nil: everybody's.
    let organizations: Set<String>?

    /// Whether they have to look again.
    public func isConcerned(by change: Change) -> Bool {
        guard let request = change.request else { return false }
        switch watched {
        case .request(let id): return request == id.text
        case .inbox: return organizations?.contains(change.organization ?? "") ?? true
        }
    }
}

extension Onboarding {
    /// - Throws: `.notFound` for a request that is not there, or not
    ///   the visitor's to see: the same answer.
    public func watch(_ watched: Watched, by visitor: Visitor) async throws -> Watch {
        _ = try visitor.actor()
        let watch = Watch(session: visitor.session.id, person: visitor.person.id, watched: watched, organizations: [])
        guard let renewed = try await self.renewed(watch) else {
            if case .request(let id) = watched { throw Authority.missing("request", id.text) }
            throw Self.ended
        }
        return renewed
    }

    /// The same with what concerns its owner now; nil once their session
    /// has ended, or they may not see it any more.
    ///
    /// Reads only: whoever leaves a page open does not use their session by that.
    public func renewed(_ watch: Watch) async throws -> Watch? {
        try await reading(by: .usher) { turn in
            guard let person = try turn.snapshot.person(watch.person), person.state == .active,
                let session = try turn.snapshot.sessions(of: person.id).first(where: { $0.id == watch.session }),
                session.isAlive(at: turn.now),
                try session.stage == .full || turn.snapshot.factor(of: person.id, .active) == nil
            else { return nil }
            if case .request(let id) = watch.watched {
                let actor = Actor(person: person, operatorName: nil, verifiedAt: nil)
                guard let request = try turn.snapshot.request(id), try turn.acting(actor).mayRead(request)
                else { return nil }
            }
            let towards = try turn.duties(of: person.id).map(\.organization)
            return Watch(
                session: watch.session, person: person.id, watched: watch.watched,
                organizations: towards.contains(nil) ? nil : Set(towards.compactMap { $0?.text }))
        }
    }

    /// The number of the newest change; 0 before the first.
    public func newestChange() async throws -> Int64 {
        try await store.read { try $0.lastAuditEntry()?.sequence ?? 0 }
    }

    /// Oldest first, whichever process made them.
    public func changes(after sequence: Int64, limit: Int) async throws -> [Change] {
        try await store.read { snapshot in
            try snapshot.auditEntries(after: sequence, limit: limit).map {
                Change(sequence: $0.sequence, organization: $0.organization, request: $0.request)
            }
        }
    }
}
