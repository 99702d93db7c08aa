public import Basics

/// This person has this profile in this cloud, since when, until when, because of which request.
public struct Grant: Hashable, Sendable {
    public let id: GrantID
    public let organization: OrganizationID
    public let cloud: CloudID
    public let person: PersonID
    /// A profile's code as the catalogue spells it, never an alias.
    public let profile: String
    /// From this instant on.
    public let since: Timestamp
    /// Up to, not including, this instant; nil: no end.
    public let until: Timestamp?
    public let request: RequestID
    /// What holds once it has ended: what it took the place of for a time.
    ///
    /// The next first; each ends later than the one before.
    public let later: [Later]
    public let revokedAt: Timestamp?

    /// What a temporary grant took the place of, and outlasts it.
    public struct Later: Hashable, Sendable {
        public let profile: String
        /// Nil: no end.
        public let until: Timestamp?
        /// The one that gave it.
        public let request: RequestID

        public init(profile: String, until: Timestamp?, request: RequestID) {
            self.profile = profile
            self.until = until
            self.request = request
        }
    }

    public init(
        id: GrantID, organization: OrganizationID, cloud: CloudID, person: PersonID, profile: String,
        since: Timestamp, until: Timestamp?, request: RequestID, later: [Later] = [], revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.organization = organization
        self.cloud = cloud
        self.person = person
        self.profile = profile
        self.since = since
        self.until = until
        self.request = request
        self.later = later
        self.revokedAt = revokedAt
    }
}

extension Grant {
    /// Whether it has neither ended at `now` nor been taken back.
    public func holds(at now: Timestamp) -> Bool { revokedAt == nil && !hasEnded(at: now) }

    public func hasEnded(at now: Timestamp) -> Bool { until.map { $0 <= now } ?? false }

    /// It, and what comes after it, each from the end of the one before.
    public var spans: [Grant] {
        var spans = [self]
        for (index, next) in later.enumerated() {
            spans.append(
                Grant(
                    id: id, organization: organization, cloud: cloud, person: person, profile: next.profile,
                    since: next.begins(after: spans[index].since, spans[index].until), until: next.until,
                    request: next.request, later: Array(later[(index + 1)...]), revokedAt: revokedAt))
        }
        return spans
    }

    /// What of it holds at `now`; what held last, where all of it has ended.
    public func inForce(at now: Timestamp) -> Grant {
        guard hasEnded(at: now), !later.isEmpty else { return self }
        let spans = spans
        return spans.first { !$0.hasEnded(at: now) } ?? spans[spans.count - 1]
    }

    /// All that holds, one after the other, once something new is given: what lets do more and ends before it goes on.
    ///
    /// - Parameter isMore: whether a profile lets do more than the new one.
    public func placing(_ new: Later, where isMore: (_ profile: String) -> Bool) -> [Later] {
        let first = spans.prefix { span in
            guard let end = span.until, isMore(span.profile) else { return false }
            return new.until.map { end < $0 } ?? true
        }
        return first.map(Later.init) + [new] + outlasting(new.until)
    }

    /// What of it would hold again after a grant that takes its place until `end`.
    public func outlasting(_ end: Timestamp?) -> [Later] {
        guard let end else { return [] }
        return spans.filter { span in span.until.map { $0 > end } ?? true }
            .map(Later.init)
    }
}

extension Standing.Held {
    /// What holds once this has ended.
    public func followed(by next: Grant.Later) -> Standing.Held {
        Standing.Held(profile: next.profile, since: next.begins(after: since, until), until: next.until)
    }
}

extension Grant.Later {
    /// At the end of what comes before it, be it that this ended before it began.
    fileprivate func begins(after since: Timestamp, _ until: Timestamp?) -> Timestamp { max(since, until ?? since) }

    fileprivate init(_ span: Grant) { self.init(profile: span.profile, until: span.until, request: span.request) }
}
