import Basics
import Records
public import Workflow

/// Something that a workflow may order on Usher's own data: done in
/// a transaction of the store, exactly once.
///
/// Each stands beside its noun; `EffectRegistry.standard` is the list of them all.
public struct LocalEffect: Sendable {
    /// As definitions call it.
    let name: String
    /// Whether it is about one item of the request.
    let isOfItem: Bool
    /// Nil for one that shows a secret: whoever makes the step performs it, with `issue`.
    fileprivate let perform: (@Sendable (Writing, Ordered) throws -> Void)?

    init(_ name: String, isOfItem: Bool = false, _ perform: @escaping @Sendable (Writing, Ordered) throws -> Void) {
        self.name = name
        self.isOfItem = isOfItem
        self.perform = perform
    }

    /// One that is performed by the use case that orders it, which alone can show its secret.
    init(shownBy name: String) {
        self.name = name
        isOfItem = false
        perform = nil
    }
}

/// What is performed, of which request and in whose name.
struct Ordered {
    let effect: String
    let item: String?
    let request: Request
    let mover: Mover
    /// As it was kept; nil for what is performed in the transaction of its step.
    var kept: Effect?
}

/// The effects that the product performs: what `workflow check` knows is what can be done.
public struct EffectRegistry: Sendable {
    private let effects: [String: LocalEffect]

    init(_ effects: [LocalEffect]) {
        self.effects = Dictionary(uniqueKeysWithValues: effects.map { ($0.name, $0) })
    }

    /// For `check`: what definitions may order, and from where people may come.
    public var vocabulary: Vocabulary {
        // What couriers carry is ordered by `send`.
        Vocabulary(
            effects: effects.mapValues(\.isOfItem).merging([Effect.mail: false]) { $1 },
            sources: Set(PartSource.allCases.map(\.rawValue)))
    }

    fileprivate func isShown(_ name: String) -> Bool { effects[name].map { $0.perform == nil } ?? false }

    /// - Throws: `Fault.Code.unavailable` for an effect that nobody knows how to perform.
    fileprivate func perform(_ ordered: Ordered, in turn: Writing) throws {
        guard let perform = effects[ordered.effect]?.perform else { throw ordered.unknown }
        try perform(turn, ordered)
    }
}

extension Ordered {
    var unknown: Fault { Fault(.unavailable, "Nobody knows how to perform the effect \(effect) here.") }
}

extension Writing {
    /// Performs the orders that belong into the transaction of their step.
    func performNow(_ step: Step, of request: Request, by mover: Mover, issue: () throws -> Void = {}) throws {
        for order in step.orders where order.now {
            if usher.effects.isShown(order.effect) {
                try issue()
            } else {
                try perform(order.effect, item: order.item, of: request, by: mover)
            }
        }
    }

    func perform(_ effect: String, item: String?, of request: Request, by mover: Mover) throws {
        try usher.effects.perform(Ordered(effect: effect, item: item, request: request, mover: mover), in: self)
    }

    /// One that waited for this.
    func perform(_ kept: Effect, of request: Request) throws {
        let ordered = Ordered(effect: kept.kind, item: kept.order.item, request: request, mover: .usher, kept: kept)
        try usher.effects.perform(ordered, in: self)
    }
}
