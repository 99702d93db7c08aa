import Basics
import Directory
import Records

extension Audience {
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
