import Basics
import Directory
import Workflow

/// Who may see an inbox entry: everybody with a duty towards somebody, or one person.
///
/// Kept as text (`delivery_manager:ORGANIZATION`, `duty_manager`, `person:ID`), so that whoever holds the duty at the
/// moment of looking sees it.
package struct Audience: Hashable, Sendable {
    package let text: String

    package init(text: String) { self.text = text }
}

extension Audience {
    static func person(_ id: PersonID) -> Audience { Audience(text: "person:\(id)") }

    static func duty(_ holding: DutyHolding) -> Audience {
        Audience(text: "\(holding.duty.rawValue):\(holding.organization?.text ?? "provider")")
    }

    /// Who is asked when a part of `request` is; whoever manages every organization beside those of this one.
    static func asked(
        for source: PartSource, in request: Request, _ snapshot: any Snapshot
    ) throws -> Set<Audience> {
        switch source {
        case .organizationRepresentatives:
            [.duty(DutyHolding(.representative, organization: request.organization))]
        case .organizationDeliveryManagers, .organizationCarers:
            [
                .duty(DutyHolding(.deliveryManager, organization: request.organization)),
                .duty(DutyHolding(.deliveryManager, organization: nil)),
            ]
        case .providerDutyManagers: [.duty(DutyHolding(.dutyManager, organization: nil))]
        case .requestAccountHolder: request.holder.map { [.person($0)] } ?? []
        case .requestRequester: [Audience(text: "person:\(request.requester)")]
        case .requestGuardians: try Authority.line(of: request, in: snapshot).audiences
        }
    }
}
