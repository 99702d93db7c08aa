import Basics
import Workflow

extension Simulator {
    /// The whole simulation as `--json` prints it.
    func document(_ refusals: [JSON]) -> JSON {
        [
            "workflow": .string(definition.name), "version": .integer(Int64(definition.version)),
            "state": .string(run.state), "ended": JSON(run.ended?.rawValue), "now": .string(now.iso8601),
            "dueAt": JSON(run.dueAt?.iso8601), "asked": .strings(run.asked),
            "choices": .strings(choices),
            "items": .array(
                run.items.map {
                    [
                        "item": .string($0.id), "profile": .string($0.profile), "state": .string($0.state.rawValue),
                        "needsMFA": .bool($0.needsMFA),
                    ]
                }),
            "timers": .array(run.timers.map { ["timer": .string($0.id), "at": .string($0.at.iso8601)] }),
            "effects": .array(
                run.ledger.map {
                    [
                        "key": .string($0.key), "effect": .string($0.effect), "item": JSON($0.item),
                        "state": .string($0.state.rawValue),
                    ]
                }),
            "states": .strings(path), "events": .array(moments.map(\.document)),
            "mails": .array(moments.flatMap(\.mails)), "refused": .array(refusals),
        ]
    }
}

extension Simulator.Moment {
    fileprivate var document: JSON {
        var part: String?
        if case .choice(let choice) = event { part = choice.part }
        return [
            "at": .string(at.iso8601), "event": .string(step.event), "part": JSON(part), "from": JSON(step.from),
            "to": .string(step.to), "path": .strings(path), "mails": .array(mails),
            "effects": .array(
                step.orders.filter { $0.template == nil }.map {
                    [
                        "key": .string($0.key), "effect": .string($0.effect), "item": JSON($0.item),
                        "message": JSON($0.message),
                    ]
                }),
            "cancelled": .strings(step.cancelled),
        ]
    }

    fileprivate var mails: [JSON] {
        step.orders.compactMap { order in
            order.template.map {
                [
                    "at": .string(at.iso8601), "template": .string($0),
                    "to": .strings(order.recipients),
                ]
            }
        }
    }
}
