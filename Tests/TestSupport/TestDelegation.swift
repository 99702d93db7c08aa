public import Basics
public import Onboarding
public import Records

extension Onboarding {
    /// From one instant to another, as most tests need it.
    @discardableResult
    public func delegate(
        _ email: EmailAddress, to delegate: EmailAddress, from: Timestamp?, until: Timestamp, by actor: Actor
    ) async throws -> Delegation {
        try await self.delegate(
            email, to: delegate, from: from.map(Moment.instant), until: .instant(until), by: actor)
    }
}
