import Synchronization

/// From where a call comes: known at the boundary, told with what is recorded beneath it.
public struct Origin: Sendable {
    public let address: String
    public let agent: String
    public let route: String
    /// Nil for a command.
    public let witness: Witness?

    public init(address: String = "", agent: String = "", route: String, witness: Witness? = nil) {
        self.address = address
        self.agent = agent
        self.route = route
        self.witness = witness
    }

    /// The same call, from where its client is known to be.
    public func from(_ client: Client) -> Origin {
        Origin(address: client.address, agent: client.agent, route: route, witness: witness)
    }

    /// Of the call that is being answered; a command of this machine where there is none.
    @TaskLocal public static var current = Origin(route: "command")

    /// What floods are counted by.
    public var network: String { ClientNetwork(address).key }

    /// For the audit trail, in one line: `192.0.2.1 Firefox/140.0`.
    public var told: String? {
        let text = [address, agent].filter { !$0.isEmpty }.joined(separator: " ")
        return text.isEmpty ? nil : text
    }
}

/// Knows whether a call was recorded by the use case that it came to, and about
/// whom: the boundary then records it no more.
public final class Witness: Sendable {
    private let state = Mutex<(hasSeen: Bool, account: String?)>((false, nil))

    public init() {}

    public var hasSeen: Bool { state.withLock { $0.hasSeen } }
    /// The id of the person who was meant, or the pseudonym of an address that nobody has.
    public var account: String? { state.withLock { $0.account } }

    public func see(_ account: String?) { state.withLock { $0 = (true, account ?? $0.account) } }
}
