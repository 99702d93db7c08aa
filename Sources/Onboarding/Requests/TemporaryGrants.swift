import Basics
import Directory
import Records
import Workflow

/// Grants end by themselves: a decision looks at the clock.
///
/// A request of the workflow `grant-end` stands beside them only so that people hear of it in time.
extension Turn {
    /// Of what the watched request gave, what is left or has come to its end, be it under another grant for a time.
    func watchedGrants(_ request: Request) throws -> [Grant] {
        guard case .access(let giver)? = request.subject else { return [] }
        let holder = try request.account()
        let given = try snapshot.grants(of: holder, from: giver).filter { grant in
            grant.revokedAt.map { revoked in grant.until.map { $0 <= revoked } ?? false } ?? true
        }
        let later = try snapshot.liveGrants(of: holder, at: now).flatMap(\.spans).filter { span in
            span.request == giver && !given.contains { $0.id == span.id }
        }
        return (given + later).filter { $0.until == request.until }
    }
}

extension Writing {
    /// Begins to watch the end of what a request gave, whichever workflow it followed.
    func watchEnd(of request: Request) throws {
        guard request.run.ended == .success, let holder = request.holder else { return }
        let given = try transaction.liveGrants(of: holder, at: now).flatMap(\.spans).filter { $0.request == request.id }
        for until in Set(given.compactMap(\.until)).sorted() {
            let draft = RequestDraft(
                workflow: "grant-end", organization: request.organization, holder: holder,
                requester: .usher, reason: request.reason, until: until, subject: .access(from: request.id))
            let start = Event.Start(items: [], players: ["holder": [holder.text]])
            _ = try begin(draft, with: start, by: .usher)
        }
    }

    /// Nobody is warned of the end of what they have no more: ends the
    /// watch over requests of which nothing is left.
    ///
    /// - Parameter former: what was replaced or taken back just now.
    func settleWatches(over former: [Grant]) throws {
        for (holder, grants) in Dictionary(grouping: former.filter { $0.until != nil }, by: \.person) {
            let left = try transaction.liveGrants(of: holder, at: now).flatMap(\.spans)
            let gone = Set(grants.flatMap(\.spans).map(\.request)).subtracting(left.map(\.request))
            for id in try transaction.openRequests(about: holder) {
                guard let watch = try transaction.request(id), case .access(let giver)? = watch.subject,
                    gone.contains(giver),
                    let part = try library.definition(of: watch.run, in: transaction)
                        .anywhere["supersede"]?.part
                else { continue }
                let choice = Event.Choice("supersede", part: part, by: Party.usher.text)
                _ = try advance(watch, on: .choice(choice), by: .usher)
            }
        }
    }

    /// Puts the end on record; nothing has to be taken away, and `usher can` goes on saying why.
    ///
    /// What comes back is in force already: a decision looks at the clock there, too.
    func recordEnd(of request: Request) throws {
        for grant in try watchedGrants(request) {
            try transaction.audit(
                AuditNote(
                    "grant.end", organization: grant.organization, request: grant.request, subject: grant.person.text,
                    detail: "\(grant.cloud)=\(grant.profile)"), by: .usher, at: now)
            if grant.revokedAt == nil { try grants.bringBack(after: grant) }
        }
    }
}
