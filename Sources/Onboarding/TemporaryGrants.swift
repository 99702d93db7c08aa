import Basics
import Directory
import Records
import Workflow

/// Grants end by themselves: a decision looks at the clock.
///
/// A request of the workflow `grant-end` stands beside them only so that people hear of it in time.
extension Onboarding {
    /// Begins to watch the end of what a request gave, whichever workflow it followed.
    func watchEnd(of request: Request, at now: Timestamp, in transaction: any Transaction) throws {
        guard request.run.ended == .success, let until = request.until, let holder = request.holder,
            try transaction.liveGrants(of: holder).contains(where: { $0.request == request.id })
        else { return }
        let draft = RequestDraft(
            workflow: "grant-end", organization: request.organization, holder: holder,
            requester: Actor.usher, reason: request.reason, until: until, subject: .access(from: request.id))
        let start = Event.Start(items: [], players: ["holder": [holder.text]])
        _ = try begin(draft, with: start, by: .usher, at: now, in: transaction)
    }

    /// Nobody is warned of the end of what they have no more: ends the watch over requests of which nothing is left.
    ///
    /// - Parameter former: what was replaced or taken back just now.
    func settleWatches(over former: [Grant], at now: Timestamp, in transaction: any Transaction) throws {
        for (holder, grants) in Dictionary(grouping: former.filter { $0.until != nil }, by: \.person) {
            let left = Set(try transaction.liveGrants(of: holder).map(\.request))
            let gone = Set(grants.map(\.request)).subtracting(left)
            for id in try transaction.openRequests(about: holder) {
                guard let watch = try transaction.request(id), case .access(let giver)? = watch.subject,
                    gone.contains(giver),
                    let part = try library.definition(of: watch.run, in: transaction)
                        .anywhere["supersede"]?.part
                else { continue }
                let choice = Event.Choice("supersede", part: part, by: Actor.usher)
                _ = try advance(watch, on: .choice(choice), by: .usher, at: now, in: transaction)
            }
        }
    }

    /// What is left of what the watched request gave.
    func watchedGrants(_ request: Request, in snapshot: any Snapshot) throws -> [Grant] {
        guard case .access(let giver)? = request.subject else { return [] }
        return try snapshot.liveGrants(of: request.account()).filter { $0.request == giver }
    }

    /// Puts the end on record; nothing has to be taken away, and `usher can` goes on saying why.
    func recordEnd(of request: Request, at now: Timestamp, in transaction: any Transaction) throws {
        for grant in try watchedGrants(request, in: transaction) {
            try transaction.audit(
                AuditNote(
                    "grant.end", organization: grant.organization, request: grant.request, subject: grant.person.text,
                    detail: "\(grant.cloud)=\(grant.profile)"), by: Actor.usher, at: now)
        }
    }
}
