import Basics
import Directory
import Onboarding
import Operations
import Records

/// How often operations may be tried that are worth guessing; pages count with the same buckets.
struct APILimiters: Sendable {
    let passwords: RateLimiter
    let links: RateLimiter
    let mails: RateLimiter
    /// Nobody needs hundreds in a minute.
    private let rehearsals = RateLimiter(burst: 120)

    init(_ tries: WebServer.Tries) {
        passwords = RateLimiter(burst: tries.signIn)
        links = RateLimiter(burst: tries.enrolment)
        mails = RateLimiter(burst: tries.renewal)
    }

    private func limiter(_ limit: APIOperation.Limit?) -> RateLimiter? {
        switch limit {
        case .passwords: passwords
        case .links: links
        case .mails: mails
        case .rehearsals, nil: nil
        }
    }

    /// - Throws: `Fault.Code.tooMany` when this client's network has no try left.
    func count(_ limit: APIOperation.Limit?, _ client: Client, at now: Timestamp) throws {
        try limiter(limit)?.count(client, at: now)
    }

    /// For what was right.
    func giveBack(_ limit: APIOperation.Limit?, _ client: Client, at now: Timestamp) {
        guard let limit, !limit.countsWhatIsRight else { return }
        limiter(limit)?.giveBack(client, at: now)
    }

    /// - Throws: `Fault.Code.tooMany` for one dry run too many of this person.
    func countRehearsal(_ limit: APIOperation.Limit?, _ context: WebContext, at now: Timestamp) throws {
        guard limit == .rehearsals, let visitor = context.visitor else { return }
        let standing = rehearsals.take(visitor.person.id.text, at: now)
        guard standing.isRefused else { return }
        throw Fault(
            .tooMany, "Too many calls. Wait \(standing.seconds) seconds and try again.",
            retryAfterSeconds: standing.seconds)
    }
}
