/// Where a run that rests in a state of an older version goes on.
public struct Placement: Hashable, Sendable {
    public let state: String
    /// Of the old state's name in the file of the new version.
    public let position: Position
}

/// Why a run cannot go on under another version of its workflow.
///
/// It stays where it is, under the version that it has.
public enum MigrationRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case otherWorkflow(String)
    case notNewer(from: Int, to: Int)
    case ended(Run.Ending)
    /// Neither `migrate` nor a state of that name.
    case noPlace(state: String)
    /// A state of that name asks somebody else, or something else.
    case otherMeaning(state: String)
    /// An end is reached by what happens, never by a migration.
    case intoEnd(state: String, end: String)
    case partGone(String)
    /// One person played both, which the new version forbids.
    case notApart(part: String, other: String)
    /// The effect is pending or could be undone until now, and the new version does not declare it.
    case effectGone(String)
    case undoLost(effect: String)
    /// Under another key the same order would be given twice.
    case keyChanged(effect: String)
    /// The run waits for the outcome of a pending effect, and the new state does not.
    case notHeard(effect: String, state: String)
    /// The new state orders the effect on entry, and nothing is ordered by a migration.
    case neverOrdered(effect: String, state: String)
    /// The new state waits for the outcome, and the old one did not: it may have come already.
    case neverDone(effect: String, state: String)
    /// Both states order one effect for each item, of other items.
    case otherItems(state: String)

    public var description: String {
        switch self {
        case .otherWorkflow(let name): "It follows another workflow, `\(name)`."
        case .notNewer(let from, let to): "Version \(to) is not newer than \(from); raise `version`."
        case .ended(let ending): "It has ended already (\(ending.rawValue))."
        case .noPlace(let state): "Nothing is called `\(state)` any more: name its place under `migrate`."
        case .otherMeaning(let state):
            "`\(state)` asks somebody else or something else now: name its place under "
                + "`migrate` if a run may go on there."
        case .intoEnd(let state, let end): "`\(state)` would become the end `\(end)`: no run is ended by a migration."
        case .partGone(let part): "The part `\(part)` may have been played already and does not exist any more."
        case .notApart(let part, let other):
            "`\(part)` and `\(other)` must be different persons now, and one may have been both."
        case .effectGone(let effect):
            "The effect `\(effect)` may have been ordered already and is not declared any more."
        case .undoLost(let effect): "What undoes `\(effect)`, which may have been ordered already, is gone."
        case .keyChanged(let effect):
            "`\(effect)` has another key now, so what was ordered already could be ordered again."
        case .notHeard(let effect, let state):
            "`\(effect)` may be pending, and `\(state)` does not wait for it: its `done` would be lost."
        case .neverOrdered(let effect, let state):
            "`\(state)` orders `\(effect)` on entry, which a run that comes by migration has not done."
        case .neverDone(let effect, let state):
            "`\(state)` waits for `\(effect)`, whose outcome may have come before the migration."
        case .otherItems(let state): "`\(state)` orders its effect for other items than the state before it did."
        }
    }

    /// Under which `check --from` reports it.
    var rule: String {
        switch self {
        case .otherWorkflow: "migrate-workflow"
        case .notNewer: "migrate-version"
        case .ended: "migrate-ended"
        case .noPlace: "migrate-no-place"
        case .otherMeaning: "migrate-meaning"
        case .intoEnd: "migrate-end"
        case .partGone, .notApart: "migrate-people"
        case .effectGone, .undoLost, .keyChanged, .notHeard, .neverOrdered, .neverDone, .otherItems: "migrate-effect"
        }
    }
}
