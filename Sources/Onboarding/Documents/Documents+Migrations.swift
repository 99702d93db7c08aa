public import Basics
import Workflow

// The JSON documents about migrations.

extension MigrationVerdict {
    /// - Parameter isDone: false for what only would be done.
    public func json(isDone: Bool) -> JSON {
        [
            "request": .string(request.text), "from": .integer(Int64(from)), "to": .integer(Int64(to)),
            "migrated": .bool(isDone && after != nil), "before": before.json, "after": after?.json ?? .null,
            "refusals": .strings(refusals),
        ]
    }
}

extension MigrationVerdict.Picture {
    fileprivate var json: JSON {
        [
            "state": .string(state), "dueAt": JSON(dueAt), "frozenAt": JSON(frozenAt),
            "timers": .array(timers.map { ["timer": .string($0.id), "at": .string($0.at.iso8601)] }),
            "asked": .strings(asked), "effects": .strings(effects),
        ]
    }
}
