public import Basics

/// By what an effect is known, unique for ever: a repeat with the same key is the same effect.
public struct EffectKey: Hashable, Sendable {
    /// Whose effect it is.
    public enum Scope: Hashable, Sendable {
        case request(RequestID)
        /// What the requests of a file order together.
        case file(BatchID)
        case person(PersonID)
        case program(APIAccountID)

        fileprivate var beginning: String {
            switch self {
            case .request(let id): "\(id)/"
            case .file(let id): "file/\(id)/"
            case .person(let id): "person/\(id)/"
            case .program(let id): "api/\(id)/"
            }
        }

        /// Between these two, byte by byte, are all keys of the scope, and no other.
        public var bounds: (lower: String, upper: String) {
            // The character after the slash.
            (beginning, beginning.dropLast() + "0")
        }
    }

    public let scope: Scope
    /// What its scope calls it, such as `grant/ITEM`.
    public let name: String

    public var text: String { scope.beginning + name }

    public init(_ scope: Scope, _ name: String) {
        self.scope = scope
        self.name = name
    }

    /// Of a mail that no definition orders.
    ///
    /// - Parameter occasion: names in its scope what the mail tells, so that it is told once.
    public init(mail template: String, of scope: Scope, _ occasion: String) {
        self.init(scope, "\(Effect.mail)/\(template)/\(occasion)")
    }

    /// Nil for what `text` never gives.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        let id = parts.count > 1 ? parts[1] : ""
        let scope =
            switch parts[0] {
            case "file": BatchID(id).map(Scope.file)
            case "person": PersonID(id).map(Scope.person)
            case "api": APIAccountID(id).map(Scope.program)
            default: RequestID(parts[0]).map(Scope.request)
            }
        guard let scope, text.hasPrefix(scope.beginning) else { return nil }
        self.init(scope, String(text.dropFirst(scope.beginning.count)))
    }
}

extension Effect {
    public var scope: EffectKey.Scope? { EffectKey(key)?.scope }

    /// The file whose requests ordered it together.
    public var file: BatchID? { if case .file(let batch)? = scope { batch } else { nil } }

    /// A mail that no definition orders.
    ///
    /// - Parameter occasion: as of `EffectKey`.
    public init(
        mail template: String, to recipient: PersonID, of scope: EffectKey.Scope, _ occasion: String,
        _ details: Order = Order(), at now: Timestamp, dueAt: Timestamp? = nil, tries: Int = 8
    ) {
        var order = details
        order.template = template
        order.recipient = recipient
        let request: RequestID? = if case .request(let id) = scope { id } else { nil }
        self.init(
            key: EffectKey(mail: template, of: scope, occasion).text, request: request, kind: Self.mail, order: order,
            orderedAt: now, dueAt: dueAt ?? now, greatestTries: tries)
    }
}
