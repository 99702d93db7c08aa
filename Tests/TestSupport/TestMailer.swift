import Basics
public import Records
import Synchronization

/// Keeps mails instead of sending them; fails as it is told.
public final class TestMailer: Mailer {
    private let sent = Mutex<[Mail]>([])
    private let failure = Mutex<DeliveryFailure?>(nil)
    private let refusals = Mutex<[String: DeliveryFailure]>([:])
    private let isStalled = Mutex(false)
    private let attempts = Atomic<Int>(0)

    public init() {}

    public func deliver(_ mail: Mail) async throws(DeliveryFailure) {
        attempts.wrappingAdd(1, ordering: .relaxed)
        if isStalled.withLock({ $0 }) {
            // Until somebody gives up, as at a server that never answers.
            while !Task.isCancelled { await Task.yield() }
            throw DeliveryFailure(.server, "cut off")
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        if let refusal = refusals.withLock({ $0[mail.recipient.text] }) { throw refusal }
        sent.withLock { $0.append(mail) }
    }

    /// From now on every delivery fails so; nil: succeeds.
    public func fail(_ failure: DeliveryFailure?) { self.failure.withLock { $0 = failure } }

    /// From now on this address fails so; nil: succeeds.
    public func fail(_ failure: DeliveryFailure?, to address: String) {
        refusals.withLock { $0[address] = failure }
    }

    /// From now on a delivery ends only when its task is cancelled.
    public func stall(_ isStalled: Bool) { self.isStalled.withLock { $0 = isStalled } }

    /// Deliveries that were asked for, failed ones included.
    public var tries: Int { attempts.load(ordering: .relaxed) }

    /// In the order of delivery.
    public var mails: [Mail] { sent.withLock { $0 } }

    public func mails(to address: String) -> [Mail] { mails.filter { $0.recipient.text == address } }

    /// Templates that a person received, in order.
    public func templates(to address: String) -> [String] { mails(to: address).map(\.template) }

    public func forget() { sent.withLock { $0 = [] } }
}

extension Mail {
    /// The words of a field; nil if it is absent or no text.
    public func text(_ field: String) -> String? {
        if case .text(let text)? = fields[field] { text } else { nil }
    }
}
