/// A total question about a run and the event that moves it: evaluation always ends and never fails.
public indirect enum Condition: Hashable, Sendable {
    case any(ItemScope)
    case all(ItemScope)
    case count(ItemScope, Comparison, Int)
    /// Whether any such item has a profile that works with MFA only.
    case needsMFA(ItemScope)
    /// A fact of the choice, such as `code.valid`; false where the event does not carry it.
    case fact(String)
    /// A flag of the run, written `request.NAME`; false where the run does not carry it.
    case flag(String)
    /// How often this choice was made since the state was entered, this time included.
    case tries(Comparison, Int)
    case not(Condition)
    case and(Condition, Condition)
    case or(Condition, Condition)

    public enum Comparison: String, Sendable, CaseIterable {
        case less = "<"
        case atMost = "<="
        case equal = "=="
        case unequal = "!="
        case atLeast = ">="
        case more = ">"

        func holds(_ left: Int, _ right: Int) -> Bool {
            switch self {
            case .less: left < right
            case .atMost: left <= right
            case .equal: left == right
            case .unequal: left != right
            case .atLeast: left >= right
            case .more: left > right
            }
        }
    }

    /// What a condition may read beside the run.
    struct Context {
        var facts: [String: Bool] = [:]
        var tries = 0
    }

    func holds(for run: Run, in context: Context) -> Bool {
        switch self {
        case .any(let scope): run.items.contains { scope.contains($0) }
        case .all(let scope): run.items.allSatisfy { scope.contains($0) }
        case .count(let scope, let comparison, let limit):
            comparison.holds(run.items.count { scope.contains($0) }, limit)
        case .needsMFA(let scope): run.items.contains { $0.needsMFA && scope.contains($0) }
        case .fact(let name): context.facts[name] ?? false
        case .flag(let name): run.flags[name] ?? false
        case .tries(let comparison, let limit): comparison.holds(context.tries, limit)
        case .not(let inner): !inner.holds(for: run, in: context)
        case .and(let left, let right): left.holds(for: run, in: context) && right.holds(for: run, in: context)
        case .or(let left, let right): left.holds(for: run, in: context) || right.holds(for: run, in: context)
        }
    }

    /// Every leaf, so that a check can look at the names in it.
    var leaves: [Condition] {
        switch self {
        case .not(let inner): inner.leaves
        case .and(let left, let right), .or(let left, let right): left.leaves + right.leaves
        default: [self]
        }
    }

    /// The items that a leaf asks about.
    var scope: ItemScope? {
        switch self {
        case .any(let scope), .all(let scope), .count(let scope, _, _), .needsMFA(let scope): scope
        default: nil
        }
    }

    var readsTries: Bool {
        leaves.contains { if case .tries = $0 { true } else { false } }
    }
}

/// Items in one state, or all of them, perhaps of one profile:
/// `items.approved`, `items`, `items.approved.POW`.
public struct ItemScope: Hashable, Sendable {
    /// nil: every item.
    public let state: Run.Item.State?
    /// As the catalogue spells it, in capitals; nil: any.
    public let profile: String?

    public init(state: Run.Item.State?, profile: String? = nil) {
        self.state = state
        self.profile = profile
    }

    func contains(_ item: Run.Item) -> Bool {
        (state == nil || item.state == state) && (profile == nil || item.profile == profile)
    }

    /// Whether a word can be a profile in a definition: capitals,
    /// digits, `-` and `_`, so that it is no state.
    static func isProfile(_ word: some StringProtocol) -> Bool {
        word.first?.isUppercase == true && word.utf8.count <= 32
            && word.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}
