import Basics
import Directory
import Records
import Workflow

/// A submission that takes away only: it holds at once, and asks nobody.
struct Reduction {
    let holder: Person
    /// What the holder has in each of the clouds.
    let held: [Grant]
    /// The profile that is left, by cloud; of the others nothing is.
    let left: [CloudID: String]
    let reason: String
    /// When what is left ends at the latest; nil leaves it the end that it has.
    let until: Timestamp?

    /// What is taken away, cloud by cloud.
    var items: [Run.Item] { held.map { Run.Item(id: $0.cloud.text, profile: $0.profile, needsMFA: false) } }
}

extension Onboarding {
    /// What stands in place of a profile where nothing is to be left.
    public static let noProfile = "none"

    fileprivate static func wrong(_ index: Int, _ code: String, _ sentence: Sentence) -> Fault {
        Fault.invalid("grants[\(index)].profile", code, sentence)
    }

    /// Whether a profile lets do less at some time than what is held, and at no time more.
    ///
    /// - Parameter until: nil for no end, which is more than what has one.
    func isLess(_ profile: String, _ until: Timestamp?, than held: Grant) -> Bool {
        guard let profile = catalogue.profile(profile) else { return false }
        let spans = held.spans
        let end = spans[spans.count - 1].until
        if let end { guard let until, until <= end else { return false } }
        var isLower = until.map { wished in end.map { wished < $0 } ?? true } ?? false
        for span in spans where until.map({ span.since < $0 }) ?? true {
            guard let former = catalogue.profile(span.profile) else { return false }
            if profile.isLower(than: former) { isLower = true } else if profile.code != former.code { return false }
        }
        return isLower
    }

    static let reductionWorkflow = "access-reduction"
}

extension Turn {
    /// Whether a submission takes away only; not if something is wrong with it.
    func takesAway(
        _ submission: Submission, of organization: Organization, _ capacity: Authority.Capacity
    ) throws -> Bool {
        do { return try reduction(submission, of: organization, capacity) != nil } catch let fault as Fault
            where fault.code == .invalid
        { return false }
    }

    /// Reads a submission that takes away only: no profile any more,
    /// one that may do less, or an earlier end.
    ///
    /// - Returns: nil for what gives something.
    /// - Throws: `.invalid` for what takes away and gives, for what is not
    ///   held, and for what is wrong otherwise.
    func reduction(_ submission: Submission, of organization: Organization, _ capacity: Authority.Capacity) throws
        -> Reduction?
    {
        let email = try? EmailAddress(submission.email)  // What is no address is refused with all else.
        let known = try email.flatMap { try snapshot.living(emailKey: $0.key) }
        let holder = known.flatMap { $0.organization == organization.id && $0.state != .invited ? $0 : nil }
        let taken = submission.grants.firstIndex { $0.profile.lowercased() == Onboarding.noProfile }
        guard let holder else {
            guard let taken else { return nil }
            throw Onboarding.wrong(
                taken, "not_held", "There is nothing to take away: this address has no account here.")
        }
        var faults: [Fault.Field] = []
        let until = try FieldRules.until(
            submission.until, at: now, in: timeZone(of: organization.locality), &faults)
        let reason = FieldRules.reason(submission.reason, &faults)
        if let key = submission.idempotencyKey { FieldRules.key(key, &faults) }
        if [actor.person?.id, capacity.onBehalfOf].contains(holder.id) { faults.append(FieldRules.ownAccount) }
        var (held, left): ([CloudID: Grant], [CloudID: String]) = ([:], [:])
        for (index, grant) in submission.grants.enumerated() {
            let cloud = try snapshot.cloud(slug: grant.cloud, of: organization.id)
            let former = try cloud.flatMap { try snapshot.liveGrant(of: holder.id, in: $0.id, at: now) }
            let isTaken = grant.profile.lowercased() == Onboarding.noProfile
            guard let former, held[former.cloud] == nil, isTaken || usher.isLess(grant.profile, until, than: former)
            else {
                guard let taken else { return nil }
                throw isTaken
                    ? Onboarding.wrong(index, "not_held", "Nothing is held there that could be taken away.")
                    : Onboarding.wrong(
                        taken, "takes_and_gives",
                        "To take a profile away holds at once, and to give one needs a decision: ask for the two apart."
                    )
            }
            held[former.cloud] = former
            if !isTaken { left[former.cloud] = catalogue.profile(grant.profile)?.code }
        }
        guard !held.isEmpty else { return nil }
        if left.isEmpty, until != nil {
            let sentence: Sentence = "What is taken away ends at once: leave the last day out, or say a profile."
            faults.append(.init("until", "unexpected", sentence))
        }
        guard faults.isEmpty, let reason else { throw Fault.invalid(faults) }
        return Reduction(
            holder: holder, held: held.values.sorted { $0.cloud.text < $1.cloud.text }, left: left, reason: reason,
            until: left.isEmpty ? nil : until)
    }
}

extension Grant {
    /// What is left of it under a profile that lets do less, span by span.
    ///
    /// Each lets do that at most, and ends at `wished` unless it lets do less still. At no time it lets do more than
    /// before.
    /// - Parameter request: the one that takes away.
    func lessened(
        to profile: Profile, until wished: Timestamp?, by request: RequestID, _ catalogue: Catalogue
    ) -> [Later] {
        var left: [Later] = []
        for span in spans {
            let isLess = catalogue.profile(span.profile)?.isLower(than: profile) ?? false
            let until = isLess ? span.until : [span.until, wished].compactMap { $0 }.min()
            if let end = left.last?.until {
                guard until.map({ $0 > end }) ?? true else { continue }
            } else if !left.isEmpty {
                break
            }
            let next = Later(
                profile: isLess ? span.profile : profile.code, until: until,
                request: isLess ? span.request : request)
            // What lets do the same now is one.
            if left.last?.profile == next.profile { left.removeLast() }
            left.append(next)
        }
        return left
    }
}

extension Writing {
    func begin(
        _ reduction: Reduction, _ submission: Submission, of organization: Organization, requester: Party,
        by mover: Mover
    ) throws -> Request {
        let draft = RequestDraft(
            workflow: Onboarding.reductionWorkflow, organization: organization.id, holder: reduction.holder.id,
            requester: requester, reason: reduction.reason, until: reduction.until,
            idempotencyKey: submission.idempotencyKey, subject: .reduction(left: reduction.left),
            batch: submission.batch)
        let start = Event.Start(
            items: reduction.items, players: ["requester": [requester.text], "holder": [reduction.holder.id.text]])
        return try begin(draft, with: start, by: mover)
    }

    /// Takes away what the items of a reduction are, and gives back what it leaves,
    /// with the end that there was at the latest.
    func lessen(_ request: Request) throws {
        guard let left = request.left, let organization = request.organization else {
            throw Fault(.unavailable, "The request \(request.id) does not say what it leaves.")
        }
        let holder = try request.account()
        for cloud in request.run.items.compactMap({ CloudID($0.id) }) {
            guard let former = try transaction.liveGrant(of: holder, in: cloud, at: now) else { continue }
            if let profile = left[cloud].flatMap(catalogue.profile) {
                let spans = former.lessened(to: profile, until: request.until, by: request.id, catalogue)
                let grant = Grant(
                    id: GrantID(at: now, random: world.random), organization: organization, cloud: cloud,
                    person: holder, profile: profile.code, since: now, until: spans.first?.until, request: request.id,
                    later: Array(spans.dropFirst()))
                try grants.begin(grant, lessening: former)
            } else {
                try grants.revoke(of: holder, in: cloud, "grant.lessen", in: request)
            }
            try settleWatches(over: [former])
        }
    }
}
