public import Basics

/// The browser or program behind a call over the network, and from where it calls.
///
/// Throttling counts by it, people recognise it in their lists,
/// and the record tells it; it proves nothing.
public struct Client: Sendable {
    /// An IPv4 or IPv6 address; empty where nobody knows it.
    public let address: String
    /// What it calls itself: `User-Agent`, at most 200 characters.
    public let agent: String
    /// What a browser kept of an earlier sign-in, as it was sent; nil for none.
    public let device: Secret?

    /// In words that its owner knows.
    public var name: String { ClientName(agent).text }

    public init(address: String, agent: String, device: Secret? = nil) {
        self.address = address
        self.agent = String(agent.prefix(200))
        self.device = device
    }
}
