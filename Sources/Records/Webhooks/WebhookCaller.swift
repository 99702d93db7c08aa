public import Basics

/// One message to a receiver, signed.
public struct WebhookCall: Sendable {
    public let address: String
    public let headers: [(name: String, value: String)]
    /// JSON, the very bytes that were signed.
    public let body: String

    public init(address: String, headers: [(name: String, value: String)], body: String) {
        self.address = address
        self.headers = headers
        self.body = body
    }
}

/// What became of a call.
public enum WebhookAnswer: Hashable, Sendable {
    /// As HTTP numbers them; what else a receiver answers is no matter.
    case status(Int)
    /// Nobody answered; one sentence why.
    case failed(String)
    /// Whoever called was told to end.
    case cancelled
}

/// How receivers of webhooks are reached.
public protocol WebhookCaller: Sendable {
    /// Whether receivers may be inside our own network, by HTTP too.
    var allowsPrivateAddresses: Bool { get }
    /// Why a host may not be called, as its name is resolved now; nil if it may.
    func refusal(of host: String) async -> Sentence?
    /// Whom the name leads to is looked at again, whatever it was before.
    func call(_ call: WebhookCall) async -> WebhookAnswer
}

/// Of a program that calls nobody.
public struct NoWebhookCaller: WebhookCaller {
    public init() {}

    public var allowsPrivateAddresses: Bool { false }

    public func refusal(of host: String) async -> Sentence? { nil }

    public func call(_ call: WebhookCall) async -> WebhookAnswer { .failed("This program calls nobody.") }
}
