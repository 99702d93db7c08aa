import Basics
import Directory

/// Whose inbox an entry belongs to.
extension Audience {
    static func person(_ id: PersonID) -> Audience { Audience(text: "person:\(id)") }

    static func duty(_ holding: DutyHolding) -> Audience {
        Audience(text: "\(holding.duty.rawValue):\(holding.organization?.text ?? "provider")")
    }

    /// Who is asked when a part of `request` is.
    static func of(_ source: PartSource, in request: Request) -> Audience {
        switch source {
        case .organizationRepresentatives:
            .duty(DutyHolding(.representative, organization: request.organization))
        case .organizationDeliveryManagers:
            .duty(DutyHolding(.deliveryManager, organization: request.organization))
        case .providerDutyManagers: .duty(DutyHolding(.dutyManager, organization: nil))
        case .requestAccountHolder: .person(request.holder)
        case .requestRequester: Audience(text: "person:\(request.requester)")
        }
    }
}
