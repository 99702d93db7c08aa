import Workflow

/// From where the people of a part come; the vocabulary of `people:` in a definition.
public enum PartSource: String, Sendable, CaseIterable {
    case organizationRepresentatives = "organization.representatives"
    case organizationDeliveryManagers = "organization.delivery_managers"
    /// Who may suspend and resume accounts of the organization; offered choices, never asked.
    case organizationCarers = "organization.carers"
    case providerDutyManagers = "provider.duty_managers"
    case requestAccountHolder = "request.account_holder"
    case requestRequester = "request.requester"
    /// Who answers for what the request hands over: a duty, or a program.
    ///
    /// Where nobody else is left who does, the owner of the data folder.
    case requestGuardians = "request.guardians"

    /// - Precondition: the definition was checked; an unknown
    ///   source never gets past `DefinitionLibrary`.
    init(_ part: Part) {
        guard let source = PartSource(rawValue: part.source) else {
            preconditionFailure("unchecked source \(part.source)")
        }
        self = source
    }
}
