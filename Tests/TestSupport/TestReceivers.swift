public import Basics
public import Records
import Synchronization

/// Receivers of webhooks that keep what they are told; they answer as they are told to.
public final class TestReceivers: WebhookCaller {
    private struct State {
        var calls: [WebhookCall] = []
        var answers: [String: WebhookAnswer] = [:]
        var refusals: [String: Sentence] = [:]
        var interruption: (@Sendable () async throws -> Void)?
        var silent: Set<String> = []
        var isOver = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    public init() {}

    public var allowsPrivateAddresses: Bool { false }

    public func refusal(of host: String) async -> Sentence? { state.withLock { $0.refusals[host] } }

    public func call(_ call: WebhookCall) async -> WebhookAnswer {
        let (answer, interruption) = state.withLock { state in
            state.calls.append(call)
            defer { state.interruption = nil }
            return (state.answers[call.address] ?? .status(204), state.interruption)
        }
        await holdIfSilent(call.address)
        do { try await interruption?() } catch { return .failed("\(error)") }
        return answer
    }

    private func holdIfSilent(_ address: String) async {
        await withCheckedContinuation { call in
            let isHeld = state.withLock { state in
                let isHeld = state.silent.contains(address) && !state.isOver
                if isHeld { state.held.append(call) }
                return isHeld
            }
            if !isHeld { call.resume() }
        }
    }

    /// From now on nobody at this address answers, until all are let go.
    public func silence(_ address: String) { state.withLock { _ = $0.silent.insert(address) } }

    /// Calls that nobody has answered yet.
    public var heldCount: Int { state.withLock { $0.held.count } }

    public func letGo() {
        let held = state.withLock { state in
            state.isOver = true
            defer { state.held = [] }
            return state.held
        }
        held.forEach { $0.resume() }
    }

    /// From now on calls to this address are answered so.
    public func answer(_ answer: WebhookAnswer, at address: String) { state.withLock { $0.answers[address] = answer } }

    /// A name that may not be called.
    public func refuse(_ host: String, _ why: Sentence) { state.withLock { $0.refusals[host] = why } }

    /// Done once, while the next call goes on.
    public func interrupt(_ body: @escaping @Sendable () async throws -> Void) {
        state.withLock { $0.interruption = body }
    }

    /// In their order.
    public var calls: [WebhookCall] { state.withLock { $0.calls } }

    public func calls(to address: String) -> [WebhookCall] { calls.filter { $0.address == address } }

    public func forget() { state.withLock { $0.calls = [] } }
}

extension WebhookCall {
    public subscript(header name: String) -> String { headers.first { $0.name == name }?.value ?? "" }
}
