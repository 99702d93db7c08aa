public import Basics
import Directory

/// Who may see an inbox entry: everybody with a duty towards somebody, or one person.
///
/// Kept as text (`delivery_manager:ORGANIZATION`, `duty_manager`, `person:ID`), so that
/// whoever holds the duty at the moment of looking sees it.
public struct Audience: Hashable, Sendable {
    public let text: String

    public init(text: String) { self.text = text }
}

extension Audience {
    public static func person(_ id: PersonID) -> Audience { Audience(text: "person:\(id)") }

    public static func duty(_ holding: DutyHolding) -> Audience {
        Audience(text: "\(holding.duty.rawValue):\(holding.organization?.text ?? "provider")")
    }
}
