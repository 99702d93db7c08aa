import Basics
import Onboarding
import TestSupport

/// What the attacks send to each route; names in braces are filled in.
extension APIAttackTests {
    /// A body that each route with one takes; what has none is not here.
    static let bodies: JSON.Members = [
        "POST /sessions": ["email": "x@acme.example", "password": "x"],
        "POST /sessions/current/code": ["code": "123456"],
        "POST /account/password": ["current": "x", "password": "y"],
        "POST /account/recovery-codes": [:],
        "PATCH /account": ["locale": "fr"],
        "POST /account/factor": [:],
        "POST /account/factor/verification": ["session": "x", "code": "123456"],
        "POST /account/lost-device": ["reason": "R"],
        "POST /account/unlock": ["reason": "R"],
        "POST /account/address": ["address": "new@acme.example"],
        "POST /account/address/verification": ["token": "x"],
        "POST /passwords": ["token": "x", "password": "y"],
        "POST /passwords/forgotten": ["email": "x@acme.example"],
        "POST /enrolments": ["token": "x", "password": "y"],
        "POST /enrolments/invitation": ["token": "x"],
        "POST /enrolments/renewal": ["email": "x@acme.example"],
        "POST /enrolments/verification": ["session": "x", "code": "123456"],
        "POST /requests": [
            "organization": "{slug}", "email": "new@acme.example", "name": "N", "reason": "R",
            "grants": [["cloud": "prod", "profile": "STD"]],
        ],
        "POST /access/requests": ["action": "create-instance", "cloud": "{slug}/prod", "reason": "R"],
        "POST /requests/batches": "email,name,locale,grants,until,reason\nnew@acme.example,N,en,prod=STD,,R\n",
        "POST /requests/{id}/decisions": ["decision": "reject", "reason": "R"],
        "POST /requests/{id}/questions": ["text": "T"],
        "POST /requests/{id}/answers": ["text": "T"],
        "POST /requests/{id}/cancellation": [:],
        "POST /requests/{id}/invitations": [:],
        "POST /actions/{id}/cancellation": [:],
        "POST /requests/{id}/freeze": ["reason": "R"],
        "POST /requests/{id}/thaw": ["reason": "R"],
        "POST /requests/{id}/deadline": ["reason": "R", "at": "2027-01-15T18:00:00Z"],
        "POST /people/{email}/suspension": ["reason": "R"],
        "POST /people/{email}/resumption": ["reason": "R"],
        "POST /people/{email}/closure": ["reason": "R"],
        "POST /people/{email}/delegations": ["to": "rita@acme.example", "until": "2027-01-15T18:00:00Z"],
        "POST /reviews": ["organization": "{slug}", "reason": "R"],
        "POST /organizations/{slug}/api-account-requests": [
            "owner": "{email}", "purpose": "P", "grants": [["cloud": "prod", "profile": "STD"]],
        ],
        "POST /api-accounts": ["token": "x"],
        "POST /api-accounts/{client}/secrets": ["overlapDays": 1],
        "POST /api-accounts/{client}/keys": ["keys": ["keys": []]],
        "POST /api-accounts/{client}/secret-verifications": ["secret": "x"],
        "POST /api-accounts/{client}/owner": ["owner": "rita@acme.example"],
        "POST /api-accounts/{client}/closure": ["reason": "R"],
        "POST /applications": ["name": "N", "kind": "web", "redirects": ["https://n.example/callback"]],
        "PATCH /applications/{name}": ["scopes": ["openid"]],
        "POST /applications/{name}/secrets": ["overlapDays": 1],
        "POST /applications/{name}/removal": ["reason": "R"],
        "POST /webhooks": ["name": "N", "address": "https://n.example/hooks"],
        "PATCH /webhooks/{name}": ["types": ["grant.begin"]],
        "POST /webhooks/{name}/secrets": [:],
        "POST /webhooks/{name}/replay": ["from": "0"],
        "POST /webhooks/{name}/stop": [:],
        "POST /webhooks/{name}/start": [:],
        "POST /webhooks/{name}/test": [:],
        "POST /webhooks/{name}/removal": ["reason": "R"],
        "POST /organizations/{slug}/clouds/{cloud}/services": ["name": "N"],
        "POST /resources": [
            "service": "{slug}/prod/shop", "name": "N", "type": "compute", "environment": "qa",
        ],
        "POST /resources/batches": "service,name,type,environment\n{slug}/prod/shop,N,compute,qa\n",
        "PUT /resources/{resource}": [
            "service": "{slug}/prod/shop", "name": "N", "type": "compute", "environment": "qa",
        ],
        "PATCH /resources/{resource}": ["status": "ACTIVE"],
        "POST /token-keys": [:],
        "POST /workflows/{name}/migrations": ["all": true],
        "POST /people/{email}/duties": ["duty": "representative", "organization": "{slug}"],
        "POST /people/{email}/address": ["address": "n@acme.example"],
        "POST /people/{email}/mfa/verifications": ["code": "123456"],
        "POST /people/{email}/mfa/resets": ["reason": "R"],
        "POST /people/{email}/mfa/unlocks": ["reason": "R"],
        "POST /organizations": ["name": "N", "representative": "r@n.example"],
        "PATCH /organizations/{slug}": ["timeZone": "Europe/Paris"],
        "POST /organizations/{slug}/representative-changes": ["email": "n@acme.example", "reason": "R"],
        "POST /organizations/{slug}/clouds": ["name": "N"],
        "POST /organizations/{slug}/cloud-requests": ["name": "N", "reason": "R"],
        "POST /effects/retry": ["reason": "R"],
        "POST /effects/drop-ended": ["reason": "R"],
        "POST /effects/{key}/retry": ["reason": "R"],
        "POST /effects/{key}/drop": ["reason": "R"],
    ]
    static let queries = [
        "GET /requests": "organization={slug}", "POST /requests/batches": "organization={slug}",
        "GET /people": "organization={slug}", "GET /reviews": "organization={slug}",
        "GET /search": "q={slug}", "GET /resources": "clouds={slug}%2Fprod",
        "GET /decisions": "person={email}&action=create-instance&cloud={slug}%2Fprod",
        "GET /decisions/explanation": "person={email}&action=create-instance&cloud={slug}%2Fprod",
        "GET /access": "organization={slug}",
    ]

    /// A resource in the service `shop` of the cloud `prod`.
    func addResource(_ id: String, of organization: String, in world: TestInstallation) async throws {
        _ = try await world.usher.addService("Shop", slug: nil, to: "\(organization)/prod", by: world.owner)
        var wish = ResourceWish()
        (wish.service, wish.name, wish.type) = ("\(organization)/prod/shop", "Gil", "compute")
        wish.environment = "qa"
        _ = try await world.usher.addResource(wish, id: id, by: world.owner)
    }

    /// What operators alone may call; whoever decides about requests may not.
    static let operation: Set<String> = [
        "GET /effects", "POST /effects/{key}/retry", "POST /effects/{key}/drop", "GET /audit", "GET /security-events",
        "POST /organizations", "POST /organizations/{slug}/clouds", "POST /people/{email}/duties",
        "PATCH /organizations/{slug}", "POST /requests/{id}/freeze", "POST /requests/{id}/thaw",
        "POST /requests/{id}/deadline", "POST /workflows/{name}/migrations", "POST /effects/retry",
        "POST /effects/drop-ended", "GET /token-keys", "POST /token-keys", "GET /applications", "POST /applications",
        "GET /applications/{name}", "GET /applications/{name}/check", "POST /applications/{name}/secrets",
        "POST /applications/{name}/removal", "PATCH /applications/{name}",
        "POST /organizations/{slug}/clouds/{cloud}/services", "POST /resources", "POST /resources/batches",
        "PUT /resources/{resource}", "PATCH /resources/{resource}", "DELETE /resources/{resource}",
        "GET /webhooks", "POST /webhooks", "GET /webhooks/{name}", "PATCH /webhooks/{name}",
        "POST /webhooks/{name}/secrets", "POST /webhooks/{name}/replay", "POST /webhooks/{name}/stop",
        "POST /webhooks/{name}/start", "POST /webhooks/{name}/test", "POST /webhooks/{name}/removal",
    ]
}
