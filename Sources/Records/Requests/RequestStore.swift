public import Basics
public import Directory

/// Requests with their runs, histories, timers, inboxes and effects, as they are kept.
public protocol RequestSnapshot {
    func request(_ id: RequestID) throws -> Request?
    /// The request that was submitted before under the same key by the same requester.
    func request(idempotencyKey: String, requester: Party) throws -> Request?
    /// A request of any workflow about this person that has not ended.
    func openRequests(about person: PersonID) throws -> [RequestID]
    /// The newest request about this person, whatever became of it.
    func newestRequest(about person: PersonID) throws -> RequestID?
    /// The newest first, whatever became of them.
    func newestRequests(about person: PersonID, limit: Int) throws -> [Request]
    /// The request that asks for a cloud of this slug and has not ended.
    func openCloudRequest(slug: Slug, of organization: OrganizationID) throws -> RequestID?
    /// The request that asks for another owner of this program and has not ended.
    func openProgramRequest(about account: APIAccountID, of organization: OrganizationID) throws -> RequestID?
    /// The oldest request about exactly this that has not ended.
    func openRequest(subject: RequestSubject) throws -> RequestID?
    /// Newest first.
    func requests(_ filter: RequestFilter, _ page: PageRequest) throws -> Page<Request>
    /// Requests that go on under an older version of
    /// `workflow`, oldest first; reads along all requests.
    func openRequests(following workflow: String, before version: Int, _ page: PageRequest) throws -> Page<RequestID>
    /// Oldest first.
    func history(of request: RequestID) throws -> [HistoryEntry]
    /// Every run of an access review, oldest first; empty if there is none of this name.
    func requests(of campaign: CampaignID) throws -> [Request]
    /// The requests of one file that have not ended, oldest first.
    func openRequests(of batch: BatchID, _ page: PageRequest) throws -> Page<Request>
    /// Requests of one file in this state, ended or not, oldest first.
    func requests(of batch: BatchID, in state: String, limit: Int) throws -> [Request]
    /// Campaigns that have a run about this organization, or all; newest first.
    func campaigns(of organization: OrganizationID?, _ page: PageRequest) throws -> Page<CampaignID>
    /// The review of this cloud that has not ended.
    func openReview(of cloud: CloudID) throws -> RequestID?

    /// What waits for any of these audiences, oldest due first, then oldest.
    func inbox(of audiences: [Audience], _ page: PageRequest) throws -> Page<InboxEntry>
    /// For whom a request waits.
    func asks(of request: RequestID) throws -> Set<InboxEntry>

    /// Timers due at or before `now`, earliest first.
    func dueTimers(at now: Timestamp, limit: Int) throws -> [DueTimer]
    /// Effects due at or before `now` that nobody has claimed, earliest first.
    func dueEffects(at now: Timestamp, limit: Int) throws -> [Effect]
    /// The same, but for mails.
    func dueLocalEffects(at now: Timestamp, limit: Int) throws -> [Effect]
    /// Due effects of one request but its mails, so that a command can carry its own consequences out.
    func dueLocalEffects(of request: RequestID, at now: Timestamp) throws -> [Effect]
    /// Whether a mail of this request, or any, is due that nobody has claimed.
    func hasDueMail(of request: RequestID?, at now: Timestamp) throws -> Bool
    /// Whether some application waits to hear of a sign-in that has ended.
    func hasDueLogout(at now: Timestamp) throws -> Bool
    /// Whether an earlier mail about the same state, ordered at `start` or later, is still on
    /// its way to the same reader, or came to them after this one was ordered.
    func isToldMeanwhile(_ effect: Effect, since start: Timestamp) throws -> Bool
    /// Mails that were ordered for somebody, newest first.
    func mails(to person: PersonID, limit: Int) throws -> [Effect]
    /// Mails that were ordered for an address that is not, or not only, their reader's.
    func mails(toAddress address: EmailAddress, limit: Int) throws -> [Effect]
    /// Parked effects in the order of their keys: those whose error
    /// contains `error`, or whose request has ended.
    func parkedEffects(_ filter: ParkedFilter, limit: Int) throws -> [Effect]
    func effect(key: String) throws -> Effect?
    /// Oldest first; nil lists every state.
    func effects(_ state: Effect.State?, _ page: PageRequest) throws -> Page<Effect>
    func effects(of request: RequestID) throws -> [Effect]

    /// A calendar that some move named.
    func calendar(hash: String) throws -> KeptCalendar?
    /// The text of a definition version that was registered.
    func definition(name: String, version: Int) throws -> String?
    /// The highest version that was registered of each workflow, by its name.
    func newestDefinitions() throws -> [String: Int]
}

public protocol RequestTransaction {
    /// Keeps a new request and its first move.
    func insert(_ request: Request, _ move: Transition) throws
    /// Moves a request on: run, history, timers, inbox, effects, all or nothing.
    ///
    /// - Throws: `Fault.Code.conflict` if the request moved since `move.before` was read.
    func record(_ move: Transition) throws

    /// Takes a due effect for `leaseSeconds`, counting one more
    /// try; false if another worker was quicker.
    func claim(_ effect: Effect, at now: Timestamp, leaseSeconds: Int64) throws -> Bool
    /// Takes due mails, each as `claim` does, oldest first.
    ///
    /// - Parameters:
    ///   - request: only its mails; nil for all.
    ///   - withFiles: false leaves what the requests of a file order together.
    func claimMails(
        of request: RequestID?, at now: Timestamp, limit: Int, withFiles: Bool, leaseSeconds: Int64
    ) throws -> [Effect]
    /// The same of words to applications that a sign-in has ended.
    func claimLogouts(at now: Timestamp, limit: Int, leaseSeconds: Int64) throws -> [Effect]
    /// Gives a claimed effect back untried, as it was read.
    func release(_ effect: Effect) throws

    /// Whether an effect is still that of whoever claimed it so: not settled, and claimed by nobody since.
    ///
    /// - Parameter effect: as it was before it was claimed.
    func isHeld(_ effect: Effect) throws -> Bool
    /// Puts a mail off after a failed try that was not about it.
    ///
    /// - Parameter since: when it failed first.
    func putOff(
        _ key: String, _ cause: DeliveryFailure.Cause, since: Timestamp, until due: Timestamp, error: String
    ) throws
    /// Parks a due effect for a cause.
    func park(_ key: String, _ cause: DeliveryFailure.Cause, at now: Timestamp, note: String) throws
    /// Parks all due mails that were ordered before an instant and wait for the server.
    func parkMails(orderedBefore limit: Timestamp, at now: Timestamp, note: String) throws
    /// Makes due what was put off for a cause.
    func hasten(_ cause: DeliveryFailure.Cause, at now: Timestamp) throws
    /// Parks a mail that had been delivered; false if it is not, or not a mail.
    func takeBack(_ key: String, at now: Timestamp, note: String) throws -> Bool
    /// Orders effects outside of any move; one whose key is known is left as it is.
    func insert(_ effects: [Effect]) throws
    /// Settles a due effect; false if it was settled before, so that what depends on it is done once.
    func settle(_ key: String, as state: Effect.State, at now: Timestamp, note: String?) throws -> Bool
    /// Puts an effect back among the due ones: after a failed
    /// try, or because an operator wants another.
    func postpone(_ key: String, until due: Timestamp, tries: Int, error: String?) throws

    /// Registers a definition version.
    ///
    /// - Throws: `Fault.Code.conflict` if the version exists with another text.
    func register(name: String, version: Int, source: String, at now: Timestamp) throws
}
