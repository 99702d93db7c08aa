import Basics
import Foundation

/// Moves everything that one database holds to another, which is empty.
///
/// `begin`, `copyRows`, `verifyRows`, `finish`: each may be run once more after whatever ended the one before. From
/// the first moment on both ends are marked: nobody writes to the source, and nobody opens the destination but for
/// this copy, until everything was found to be the same.
public struct DatabaseCopy: Sendable {
    public let source: CopyEnd
    public let destination: CopyEnd

    public init(from source: CopyEnd, to destination: CopyEnd) {
        self.source = source
        self.destination = destination
    }

    /// Marks both ends, or finds them marked by the same copy, which goes on then.
    ///
    /// - Parameter id: of a copy that begins: of no other.
    /// - Throws: `Fault.Code.conflict` unless the source is free and the destination empty.
    public func begin(as id: String) async throws {
        try await Self.onThread {
            try withEnds { source, destination in
                let (from, to) = (try CopyMark(in: source), try CopyMark(in: destination))
                if let from, let to, to.end == .destination, from.id == to.id { return }
                try requireFree(from)
                // The destination first: a source is kept from its people only for a copy that has a place.
                try destination.writing {
                    try requireEmpty(destination)
                    try CopyMark(end: .destination, id: id, place: self.source.name).write(to: destination)
                }
                try source.writing {
                    try requireFree(try CopyMark(in: source))
                    try CopyMark(end: .source, id: id, place: self.destination.name).write(to: source)
                }
            }
        }
    }

    private func requireFree(_ mark: CopyMark?) throws {
        guard let mark else { return }
        switch mark.end {
        case .destination: throw mark.refusal
        case .source:
            // Its destination is gone, or the copy ended before it had marked both.
            if mark.place == destination.name { return }
            throw Fault(
                .conflict,
                """
                \(source.name) is being copied to \(mark.place): run that copy again, or release it (usher copy \
                --release).
                """)
        case .moved:
            throw Fault(
                .conflict,
                "\(source.name) has moved to \(mark.place) already: release it (usher copy --release) to copy it again."
            )
        }
    }

    private func requireEmpty(_ connection: any SQLConnection) throws {
        guard let table = try CopiedTable.all.get().first(where: { try $0.count(in: connection) > 0 }) else { return }
        switch try CopyMark(in: connection)?.end {
        case .destination:
            throw Fault(
                .conflict,
                "\(destination.name) is half of a copy that was given up: drop it, and copy to an empty one.")
        case .moved:
            throw Fault(
                .conflict,
                """
                \(destination.name) still has what has moved away from there: put that database away, and copy to an \
                empty one.
                """)
        case .source, nil:
            throw Fault(
                .conflict, "\(destination.name) has rows already (\(table.name)): copy to a database that is empty.")
        }
    }

    /// Takes the marks off: the destination is in use from now on, the source no more.
    public func finish() async throws {
        try await Self.onThread {
            try withEnds { source, destination in
                let id = try commonID(source, destination)
                // The source first: at no moment could people write to both.
                try source.writing {
                    try requireMark(id, in: source)
                    try CopyMark(end: .moved, id: id, place: self.destination.name).write(to: source)
                }
                try destination.writing {
                    try requireMark(id, in: destination)
                    try CopyMark.remove(from: destination)
                }
            }
        }
    }

    /// Takes the mark off a source: of a copy that was given up, or to go on with the old database.
    ///
    /// - Returns: where it was copied to.
    /// - Throws: `Fault.Code.conflict` if it is the source of no copy.
    public static func release(_ end: CopyEnd) async throws -> String {
        try await onThread {
            try end.withConnection { connection in
                try connection.writing {
                    guard let mark = try CopyMark(in: connection) else {
                        throw Fault(.conflict, "\(end.name) is the source of no copy; nothing was changed.")
                    }
                    if mark.end == .destination { throw mark.refusal }
                    try CopyMark.remove(from: connection)
                    return mark.place
                }
            }
        }
    }

    // MARK: Both ends

    func withEnds<Result>(
        _ body: (_ source: any SQLConnection, _ destination: any SQLConnection) throws -> Result
    ) throws -> Result {
        try source.withConnection { source in
            try destination.withConnection { destination in try body(source, destination) }
        }
    }

    /// - Throws: `Fault.Code.conflict` if the two do not belong to one copy any more.
    func commonID(_ source: any SQLConnection, _ destination: any SQLConnection) throws -> String {
        guard let id = try CopyMark(in: destination)?.id else { throw givenUp }
        try requireMark(id, in: source)
        return id
    }

    func requireMark(_ id: String, in connection: any SQLConnection) throws {
        guard try CopyMark(in: connection)?.id == id else { throw givenUp }
    }

    private var givenUp: Fault {
        Fault(
            .conflict,
            """
            The copy of \(source.name) to \(destination.name) was given up meanwhile. Drop \(destination.name), and \
            copy to an empty one.
            """)
    }

    /// Has something done that takes long, and must block no thread that others need.
    static func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { caller in
            let thread = Thread { caller.resume(with: Swift.Result { try body() }) }
            thread.name = "copy"
            thread.start()
        }
    }
}
