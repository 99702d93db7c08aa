package import Basics
package import Directory
package import Workflow

/// One run of a workflow, and what does not change while it runs.
package struct Request: Sendable {
    package let id: RequestID
    /// Nil for appointments among the provider's own staff.
    package let organization: OrganizationID?
    /// Whose account it is about; where it is about no account, who asked; nil where it is
    /// about a whole cloud and hence about several people's accounts.
    package let holder: PersonID?
    /// The cloud that it is about as a whole; nil where it is about an account.
    package let cloud: CloudID?
    /// The access review that it is one run of.
    package let campaign: CampaignID?
    package let requester: Party
    package let reason: String
    /// When its grants end by themselves.
    package let until: Timestamp?
    package let idempotencyKey: String?
    package let createdAt: Timestamp
    package let run: Run
    /// Counts the moves; a move names the version that it read.
    package let version: Int64
    package let subject: RequestSubject?
    /// Of its organization, as it is now: what is scheduled from here on counts by it.
    package let locality: Locality
    /// The file that it was submitted with, and others with it.
    package let batch: BatchID?

    package init(
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
    package func moved(to run: Run) -> Request {
        Request(
            id: id, organization: organization, holder: holder, cloud: cloud, campaign: campaign, requester: requester,
            reason: reason, until: until, idempotencyKey: idempotencyKey, createdAt: createdAt, run: run,
            version: version + 1, subject: subject, locality: locality, batch: batch)
    }

    /// - Throws: `Fault.Code.unavailable` for a request that is about no
    ///   account, where its workflow needs one.
    package func account() throws -> PersonID {
        guard let holder else { throw Fault(.unavailable, "The request \(id) is about no account.") }
        return holder
    }
}
