/// A story that a definition tells about itself, and how it must end.
package struct Scenario: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
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
    package struct Kind: Hashable, Sendable {
        package let profile: String
        package let needsMFA: Bool

        /// Reads `mfa`, `plain` or a profile in capitals, which is
        /// taken to need MFA; nil for another word.
        package init?(_ word: some StringProtocol) {
            guard word == "mfa" || word == "plain" || ItemScope.isProfile(word) else { return nil }
            profile = ItemScope.isProfile(word) ? String(word) : "profile"
            needsMFA = word != "plain"
        }

        /// The profile, where the scenario names one.
        var named: String? { profile == "profile" ? nil : profile }

        init(needsMFA: Bool) {
            profile = "profile"
            self.needsMFA = needsMFA
        }
    }

    package struct Line: Hashable, Sendable {
        package let action: Action
        package let position: Position
    }

    package let name: String
    package let items: [Kind]
    package let flags: [String]
    /// After how long what is asked for ends; nil: never.
    package let until: Delay?
    package let lines: [Line]
    package let position: Position

    /// How a scenario calls its items, in order.
    package static let itemNames = ["first", "second", "third", "fourth", "fifth"]
}
