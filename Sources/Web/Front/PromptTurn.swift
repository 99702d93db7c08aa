import NIOCore

/// One turn of an event loop: what has come on all of its connections is answered at its end, after one question to
/// the database whether anything was committed, and with few interruptions of whoever reads the answers.
final class PromptTurn {
    private let responder: PromptResponder
    private let eventLoop: any EventLoop
    private var connections: [PromptAnswers] = []

    init(_ responder: PromptResponder, _ eventLoop: any EventLoop) {
        self.responder = responder
        self.eventLoop = eventLoop
    }

    /// - Parameter connection: on the same event loop; it has something that waits.
    func add(_ connection: PromptAnswers) {
        connections.append(connection)
        if connections.count == 1 { eventLoop.assumeIsolated().execute { self.end() } }
    }

    private func end() {
        let connections = connections
        self.connections.removeAll(keepingCapacity: true)
        let mark = responder.mark
        for connection in connections { connection.answerWaiting(at: mark) }
        for connection in connections { connection.endTurn() }
    }
}
