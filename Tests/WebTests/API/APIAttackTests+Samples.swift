import Basics

/// What the attacks send to each route; names in braces are filled in.
extension APIAttackTests {
    /// A body that each route with one takes; what has none is not here.
    static let bodies: [String: JSON] = [
        "POST /sessions": ["email": "x@acme.example", "password": "x"],
        "POST /sessions/current/code": ["code": "123456"],
        "POST /account/password": ["current": "x", "password": "y"],
        "POST /account/recovery-codes": [:],
        "PATCH /account": ["locale": "fr"],
        "POST /account/factor": [:],
        "POST /account/factor/verification": ["session": "x", "code": "123456"],
        "POST /account/lost-device": ["reason": "R"],
        "POST /enrolments": ["token": "x", "password": "y"],
        "POST /enrolments/invitation": ["token": "x"],
        "POST /enrolments/renewal": ["email": "x@acme.example"],
        "POST /enrolments/verification": ["session": "x", "code": "123456"],
        "POST /requests": [
            "organization": "{slug}", "email": "new@acme.example", "name": "N", "reason": "R",
            "grants": [["cloud": "prod", "profile": "STD"]],
        ],
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
        "POST /api-accounts/{client}/secret-verifications": ["secret": "x"],
        "POST /api-accounts/{client}/owner": ["owner": "rita@acme.example"],
        "POST /api-accounts/{client}/closure": ["reason": "R"],
        "POST /workflows/{name}/migrations": ["all": true],
        "POST /people/{email}/duties": ["duty": "representative", "organization": "{slug}"],
        "POST /people/{email}/mfa/verifications": ["code": "123456"],
        "POST /people/{email}/mfa/resets": ["reason": "R"],
        "POST /organizations": ["name": "N", "representative": "r@n.example"],
        "PATCH /organizations/{slug}": ["timeZone": "Europe/Paris"],
        "POST /organizations/{slug}/representative-changes": ["email": "n@acme.example", "reason": "R"],
        "POST /organizations/{slug}/clouds": ["name": "N"],
        "POST /organizations/{slug}/cloud-requests": ["name": "N", "reason": "R"],
        "POST /effects/{key}/retry": ["reason": "R"],
        "POST /effects/{key}/drop": ["reason": "R"],
    ]
    static let queries = [
        "GET /requests": "organization={slug}", "POST /requests/batches": "organization={slug}",
        "GET /people": "organization={slug}", "GET /reviews": "organization={slug}",
        "GET /search": "q={slug}",
        "GET /decisions": "person={email}&action=create-instance&cloud={slug}%2Fprod",
    ]
}
