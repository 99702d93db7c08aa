public import Basics

/// What another catalogue answers about one action.
public struct ActionChange: Hashable, Sendable {
    public let action: String
    /// Nil: the catalogue does not have the action.
    public let before: Decision.Verdict?
    public let after: Decision.Verdict?

    public enum Kind: String, Sendable, CaseIterable {
        case gains, loses
        /// Allowed before and after, from now on with a fresh code only.
        case needsCode = "needs_code"
        /// Allowed before and after, from now on without one.
        case needsNoCode = "needs_no_code"
    }

    /// Nil where nothing changes.
    public var kind: Kind? {
        switch (Self.isOpen(before), Self.isOpen(after)) {
        case (false, true): .gains
        case (true, false): .loses
        case (false, false): nil
        case (true, true): before == after ? nil : after == .stepUp ? .needsCode : .needsNoCode
        }
    }

    /// A fresh code is at hand for whoever has a factor.
    private static func isOpen(_ verdict: Decision.Verdict?) -> Bool { verdict == .allow || verdict == .stepUp }
}

extension Catalogue {
    /// Where another catalogue decides otherwise, in the order of this matrix and then of the other.
    public func changes(under other: Catalogue, for asker: Asker, at now: Timestamp) -> [ActionChange] {
        let labels = actions.map(\.label) + other.actions.map(\.label).filter { action($0) == nil }
        return labels.compactMap { label in
            let change = ActionChange(
                action: label, before: verdict(on: label, for: asker, at: now),
                after: other.verdict(on: label, for: asker, at: now))
            return change.kind == nil ? nil : change
        }
    }

    private func verdict(on label: String, for asker: Asker, at now: Timestamp) -> Decision.Verdict? {
        action(label).map { decide($0, for: asker, at: now).verdict }
    }
}
