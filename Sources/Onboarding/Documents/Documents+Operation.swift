public import Basics
import OpenSSL
public import Records
public import Workflow

// The JSON documents about the work itself: definitions, effects, the audit trail.

extension Definition {
    public var json: JSON {
        [
            "workflow": .string(name), "version": .integer(Int64(version)), "file": .string(file),
            "about": .string(about), "parts": .array(parts.map { .string($0.name) }),
            "states": .array(states.map { .string($0.name) }),
        ]
    }
}

extension Effect {
    /// The order's comment is left out: what people wrote to each other is no matter of operation.
    public var json: JSON {
        [
            "key": .string(key), "request": JSON(request?.text), "kind": .string(kind),
            "state": .string(state.rawValue), "tries": .integer(Int64(tries)),
            "greatestTries": .integer(Int64(greatestTries)), "orderedAt": JSON(orderedAt), "dueAt": JSON(dueAt),
            "error": JSON(error), "cause": JSON(cause?.rawValue),
            "template": JSON(order.template), "recipient": JSON(order.recipient?.text),
            "item": JSON(order.item), "profile": JSON(order.profile),
        ]
    }
}

extension AuditPage {
    /// - Parameter withAddresses: adds `addresses`, by person id.
    public func document(withAddresses: Bool) -> JSON {
        let page = JSON.page(entries.map(\.json), next: next)
        return withAddresses ? page.with("addresses", JSON.texts(addresses)) : page
    }
}

extension AuditEntry {
    public var json: JSON {
        [
            "sequence": .integer(sequence), "at": JSON(at), "actor": .string(actor.text),
            "onBehalfOf": JSON(onBehalfOf?.text),
            "action": .string(action), "organization": JSON(organization), "request": JSON(request),
            "subject": JSON(subject), "detail": JSON(detail), "previousHash": .string(previousHash.hex),
            "hash": .string(hash.hex),
        ]
    }
}

extension RunCount {
    public var json: JSON {
        [
            "version": .integer(Int64(version)), "state": .string(state), "ended": .bool(hasEnded),
            "count": .integer(Int64(count)),
        ]
    }
}

extension OperationStatus {
    public var json: JSON {
        [
            "effects": [
                "waiting": .integer(Int64(workload.effectsWaiting)), "parked": .integer(Int64(workload.effectsParked)),
                "oldestDue": JSON(workload.oldestEffectDue),
            ],
            "mail": [
                "waiting": .integer(Int64(workload.mailsWaiting)), "awaySince": JSON(workload.mailOutage?.since),
                "why": JSON(workload.mailOutage?.why),
            ],
            "webhooks": [
                "failing": .integer(Int64(workload.webhooks.failing)),
                "lost": .integer(Int64(workload.webhooks.lost)),
            ],
            "timers": ["due": .integer(Int64(workload.timersDue)), "oldestDue": JSON(workload.oldestTimerDue)],
            "inbox": .integer(Int64(workload.inbox)), "factorsLocked": .integer(Int64(workload.factorsLocked)),
            "database": [
                "kind": .string(database.kind), "bytes": .integer(database.bytes),
                "schema": .integer(Int64(database.schema)),
            ],
            "keys": [
                "sealing": .string(sealingKey), "older": .strings(olderKeys),
                "audit": .string(auditKey),
            ],
            "audit": [
                "entries": .integer(auditEntries), "signedUpTo": .integer(auditSignedUpTo),
                "signedAt": JSON(auditSignedAt),
            ],
            "nodes": nodes.json,
        ]
    }
}
