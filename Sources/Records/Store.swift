/// Where everything is kept.
///
/// One port, several databases; every one passes the same conformance suite.
public protocol Store: Sendable {
    /// Runs `body` alone, in one transaction that is on disk when this returns, or leaves no trace.
    ///
    /// `body` may be run a second time after a lost serialisation race, so it
    /// must not touch anything but the transaction.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result

    /// Runs `body` on one unchanging view of the committed data.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Snapshot) throws -> Result
    ) async throws -> Result

    /// What is committed now has a mark: as long as it stays the same, nothing was committed since.
    ///
    /// Cheaper than any reading. What was read after a mark was taken is at least as new as the mark.
    /// - Returns: nil where that cannot be told.
    func mark() async throws -> StoreMark?

    /// The same where it is told without waiting; nil where it has to be asked for.
    var presentMark: StoreMark? { get }

    /// How often something was run again that had lost a race, since this store was opened.
    var retries: Int { get }
}

extension Store {
    public var retries: Int { 0 }
    public func mark() async throws -> StoreMark? { nil }
    public var presentMark: StoreMark? { nil }
}

/// Stands for all that is committed at one moment, towards one open store.
public struct StoreMark: Hashable, Sendable {
    private let text: String

    /// - Parameter text: as the database tells it.
    public init(_ text: String) { self.text = text }
}

/// What can be read, in the words of the domain.
public protocol Snapshot: DirectorySnapshot, RequestSnapshot, CredentialSnapshot, SessionSnapshot, AuditSnapshot,
    NoteSnapshot, GuessSnapshot, APIAccountSnapshot, OperationSnapshot, BatchSnapshot, KeepsakeSnapshot,
    SoundnessSnapshot, SecuritySnapshot, NodeSnapshot, ApplicationSnapshot, TokenSnapshot, ResourceSnapshot,
    AccessSnapshot, StandingSnapshot, WebhookSnapshot
{}

/// What can be written while a use case works; it reads its own writes.
public protocol WorkTransaction: Snapshot, RequestTransaction, CredentialTransaction, SessionTransaction,
    AuditTransaction, NoteTransaction, GuessTransaction, BatchTransaction, KeepsakeTransaction, SoundnessTransaction,
    SecurityTransaction, NodeTransaction, TokenTransaction, WebhookWorkTransaction
{}

/// All that can be written.
///
/// What changes who may do what is apart: the use cases write it through `Writing` only, which
/// records each change in the audit trail, in the same transaction.
public protocol Transaction: WorkTransaction, DirectoryTransaction, AuthenticatorTransaction, APIAccountTransaction,
    ApplicationTransaction, SessionEndTransaction, ResourceTransaction, WebhookTransaction
{}

/// A part of a list: `next` is the cursor after which the list goes on, nil at its end.
public struct Page<Element: Sendable>: Sendable {
    public let items: [Element]
    public let next: String?

    public init(items: [Element], next: String?) {
        self.items = items
        self.next = next
    }

    public func map<Other: Sendable>(_ transform: (Element) throws -> Other) rethrows -> Page<Other> {
        Page<Other>(items: try items.map(transform), next: next)
    }
}

/// Where a list goes on, and how many elements at most.
public struct PageRequest: Sendable {
    public static let greatestLimit = 1_000

    /// The `next` of the page before; opaque to callers.
    public let after: String?
    public let limit: Int

    public init(after: String? = nil, limit: Int = 100) {
        self.after = after
        self.limit = min(max(limit, 1), Self.greatestLimit)
    }
}
