public import Basics
public import Records

// Long work, as the API tells of it.

extension Batch {
    /// Whether somebody who asked for it in one step still waits.
    public var isAtWork: Bool { state == .reading || isRunning }

    public var json: JSON {
        let word = isAtWork ? "running" : state == .stopped ? "stopped" : "done"
        return [
            "id": .string(id.text), "kind": "request-batch", "state": .string(word),
            "dryRun": .bool(submits == .never), "allOrNothing": .bool(submits == .ifAllGood),
            "encoding": .string(encoding), "rows": .integer(Int64(rows.total)),
            "checked": .integer(Int64(rows.total - rows.new)), "refused": .integer(Int64(rows.refused)),
            "submitted": .integer(Int64(rows.submitted)), "createdAt": JSON(createdAt),
            "notes": .array(notes.map { .string($0.english) }),
        ]
    }
}

extension BatchRow {
    /// As one of the verdicts on a file, with how far it is.
    public var json: JSON {
        [
            "line": .integer(Int64(line)), "email": .string(fields[0]), "state": .string(state.rawValue),
            "request": JSON(request?.text), "accepted": .bool(state == .good || state == .submitted),
            "faults": .array(faults.map(\.json)),
        ]
    }
}
