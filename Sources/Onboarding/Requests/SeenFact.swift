import Basics
public import Directory
public import Workflow

/// One fact that a decision rests on.
///
/// An answer carries those that its author saw, each as `key` and `value`; whoever
/// decides about something else than what holds now is told so.
public enum SeenFact: Hashable, Sendable {
    case workflow(String)
    case state(String)
    /// The versions of profiles and privileges.
    case matrix(String)
    case holder(String)
    /// How often somebody answered.
    case said(Int)
    case item(String, asked: String, profile: String, Run.Item.State)
    /// What the holder has today in the cloud of the item, until when, and what then.
    case held(String, Grant?)

    public var kind: String {
        switch self {
        case .workflow: "workflow"
        case .state: "state"
        case .matrix: "matrix"
        case .holder: "holder"
        case .said: "said"
        case .item: "item"
        case .held: "held"
        }
    }

    /// The item that it is about.
    public var item: String? {
        switch self {
        case .item(let id, _, _, _), .held(let id, _): id
        default: nil
        }
    }

    public var key: String { item.map { "\(kind).\($0)" } ?? kind }

    public var value: String {
        switch self {
        case .workflow(let text), .state(let text), .matrix(let text), .holder(let text): text
        case .said(let count): "\(count)"
        case .item(_, let asked, let profile, let state): "\(asked)>\(profile):\(state.rawValue)"
        case .held(_, let grant):
            grant?.spans.map { span in span.until.map { "\(span.profile)<\($0.iso8601)" } ?? span.profile }
                .joined(separator: ";") ?? "-"
        }
    }

    /// The same with the value that a form says was seen; nil for one that it made up, or that is no name.
    public func having(_ value: String) -> SeenFact? {
        switch self {
        case .state: return .state(value)
        case .item(let id, _, _, _):
            guard let parts = value.wholeMatch(of: /([^>]*)>(.*):([^:]*)/),
                let state = Run.Item.State(rawValue: String(parts.3))
            else { return nil }
            return .item(id, asked: String(parts.1), profile: String(parts.2), state)
        default: return nil
        }
    }
}
