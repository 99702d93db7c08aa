/// A story that a definition tells about itself, and how it must end.
public struct Scenario: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        case wait(Delay)
        /// Names of items, `first`, `second`, …; empty for all that wait.
        case decide(String, items: [String])
        /// `good`: every fact of the choice is true.
        case choose(String, good: Bool)
        /// From here on the effects of these items (empty: all) end so instead of `done`.
        case outcome(Event.EffectOutcome, items: [String])
        /// What these items are about ended by other means.
        case moot(items: [String])
        case ends(String)
        case rests(String)
    }

    /// What an item asks for: `mfa` and `plain` are profiles of no name, which need MFA or do not.
    public struct Kind: Hashable, Sendable {
        public let profile: String
        public let needsMFA: Bool

        /// Reads `mfa`, `plain` or a profile in capitals, which is
        /// taken to need MFA; nil for another word.
        public init?(_ word: some StringProtocol) {
            guard word == "mfa" || word == "plain" || ItemScope.isProfile(word) else { return nil }
            profile = ItemScope.isProfile(word) ? String(word) : "profile"
            needsMFA = word != "plain"
        }

        /// The profile, where the scenario names one.
        public var named: String? { profile == "profile" ? nil : profile }

        init(needsMFA: Bool) {
            profile = "profile"
            self.needsMFA = needsMFA
        }
    }

    public struct Line: Hashable, Sendable {
        public let action: Action
        public let position: Position
    }

    public let name: String
    public let items: [Kind]
    public let flags: [String]
    /// After how long what is asked for ends; nil: never.
    public let until: Delay?
    public let lines: [Line]
    public let position: Position

    /// How a scenario calls its items, in order.
    public static let itemNames = ["first", "second", "third", "fourth", "fifth"]
}
