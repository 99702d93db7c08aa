public import Basics
public import Directory
public import Workflow

/// One run of a workflow, and what does not change while it runs.
public struct Request: Sendable {
    public let id: RequestID
    /// Nil for appointments among the provider's own staff.
    public let organization: OrganizationID?
    /// Whose account it is about; where it is about no account, who asked; nil where it is
    /// about a whole cloud and hence about several people's accounts.
    public let holder: PersonID?
    /// The cloud that it is about as a whole; nil where it is about an account.
    public let cloud: CloudID?
    /// The access review that it is one run of.
    public let campaign: CampaignID?
    public let requester: Party
    public let reason: String
    /// When its grants end by themselves.
    public let until: Timestamp?
    public let idempotencyKey: String?
    public let createdAt: Timestamp
    public let run: Run
    /// Counts the moves; a move names the version that it read.
    public let version: Int64
    public let subject: RequestSubject?
    /// Of its organization, as it is now: what is scheduled from here on counts by it.
    public let locality: Locality
    /// The file that it was submitted with, and others with it.
    public let batch: BatchID?

    public init(
        id: RequestID, organization: OrganizationID?, holder: PersonID?, cloud: CloudID? = nil,
        campaign: CampaignID? = nil, requester: Party, reason: String, until: Timestamp?, idempotencyKey: String?,
        createdAt: Timestamp, run: Run, version: Int64, subject: RequestSubject? = nil,
        locality: Locality = .installation, batch: BatchID? = nil
    ) {
        self.id = id
        self.organization = organization
        self.holder = holder
        self.cloud = cloud
        self.campaign = campaign
        self.requester = requester
        self.reason = reason
        self.until = until
        self.idempotencyKey = idempotencyKey
        self.createdAt = createdAt
        self.run = run
        self.version = version
        self.subject = subject
        self.locality = locality
        self.batch = batch
    }

    /// The same request after a move.
    public func moved(to run: Run) -> Request {
        Request(
            id: id, organization: organization, holder: holder, cloud: cloud, campaign: campaign, requester: requester,
            reason: reason, until: until, idempotencyKey: idempotencyKey, createdAt: createdAt, run: run,
            version: version + 1, subject: subject, locality: locality, batch: batch)
    }

    /// - Throws: `Fault.Code.unavailable` for a request that is about no
    ///   account, where its workflow needs one.
    public func account() throws -> PersonID {
        guard let holder else { throw Fault(.unavailable, "The request \(id) is about no account.") }
        return holder
    }
}
