public import Basics
public import Records

/// The processes that serve this installation.
extension Onboarding {
    /// A node that nobody missed for so long is forgotten.
    private static var forgottenSeconds: Int64 { 86_400 }

    /// Tells the others that this process serves.
    ///
    /// - Parameters:
    ///   - id: the same each time; made anew at the start of the process.
    ///   - host: name of the machine.
    ///   - version: of the program.
    public func tell(ofNode id: NodeID, host: String, version: String, since start: Timestamp) async throws {
        let world = world
        try await working { transaction in
            let clock = try transaction.databaseClock()
            // Both clocks at this moment: a batch may have waited for its turn.
            let ahead = world.now().milliseconds - clock.milliseconds
            try transaction.keep(
                Node(
                    id: id, host: host, version: version, startedAt: start, seenAt: clock, aheadMilliseconds: ahead))
            try transaction.forgetNodes(notSeenSince: clock.adding(seconds: -Self.forgottenSeconds))
        }
    }

    /// Tells the others that this process ends.
    public func forgetNode(_ id: NodeID) async throws { try await working { try $0.forgetNode(id) } }
}

/// The nodes, with the time by which they are judged.
public struct NodeList: Sendable {
    public let nodes: [Node]
    /// The database's.
    public let clock: Timestamp

    public func isGone(_ node: Node) -> Bool { node.isGone(at: clock) }

    public var json: JSON { .array(nodes.map(json)) }

    private func json(_ node: Node) -> JSON {
        [
            "id": .string(node.id.text), "host": .string(node.host), "version": .string(node.version),
            "startedAt": JSON(node.startedAt), "seenAt": JSON(node.seenAt),
            "state": .string(isGone(node) ? "gone" : "serving"),
            "clockAheadMilliseconds": .integer(node.aheadMilliseconds),
        ]
    }
}

extension NodeSnapshot {
    public func nodeList() throws -> NodeList { NodeList(nodes: try nodes(), clock: try databaseClock()) }
}
