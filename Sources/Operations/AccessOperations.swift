import Basics
import Directory
import Onboarding
import Records

/// `/decisions`, `/access`, `/catalogue` and `/reviews`: who may do what, who could, and whether they still should.
extension APIOperation {
    static let access = [
        decideAction, explainDecision, listAccess, requestAccess, showWholeCatalogue, showCatalogue, listReviews,
        startReview, showReview,
    ]

    /// Who asks about whom: a person, or a program.
    private enum Subject {
        case person(EmailAddress, mfaAge: Int64?)
        case program(APIAccountID)

        init(_ query: APIQuery) throws {
            guard let client = query["client"] else {
                let person = try EmailAddress(try query.required("person"), field: "person")
                self = .person(person, mfaAge: try query.number("mfaAge"))
                return
            }
            guard query["person"] == nil, query["mfaAge"] == nil else {
                throw Fault.invalid("client", "unexpected", "Ask about a person or about a client, not about both.")
            }
            guard let program = APIAccountID(client) else { throw Authority.missing("API account", client) }
            self = .program(program)
        }
    }

    private static let question = ["person", "client", "action", "cloud", "mfaAge"]

    /// Whether this person, or this program, may do this here, now.
    public static var decideAction: APIOperation {
        APIOperation(.get, "/decisions", query: question) { call in
            let (query, actor) = (call.query, try call.actor)
            let (action, cloud) = (try query.required("action"), try query.required("cloud"))
            switch try Subject(query) {
            case .person(let person, let age):
                return .document(
                    try await call.onboarding.decide(
                        action, by: person, in: cloud, mfaAgeSeconds: age, askedBy: actor
                    ).json)
            case .program(let program):
                return .document(
                    try await call.onboarding.decide(action, byProgram: program, in: cloud, askedBy: actor).json)
            }
        }
    }

    /// The same, and why: by which grant, request and rule, and what would change it.
    public static var explainDecision: APIOperation {
        APIOperation(.get, "/decisions/explanation", query: question) { call in
            let (query, actor) = (call.query, try call.actor)
            let (action, cloud) = (try query.required("action"), try query.required("cloud"))
            switch try Subject(query) {
            case .person(let person, let age):
                return .document(
                    try await call.onboarding.explain(
                        action, by: person, in: cloud, mfaAgeSeconds: age, askedBy: actor
                    ).json)
            case .program(let program):
                return .document(
                    try await call.onboarding.explain(action, byProgram: program, in: cloud, askedBy: actor).json)
            }
        }
    }

    /// Who could do what, now or at an instant that has been, and because of which approval.
    public static var listAccess: APIOperation {
        .list("/access", filters: AccessWish.fields) { call in
            let query = call.query
            let found = try await call.onboarding.accessList(
                AccessWish { query[$0] }, try query.page(), by: try call.actor)
            return .list(found.document, next: found.page.next)
        }
    }

    /// What somebody asks for themselves who may not do it: by the same rule that says what would help.
    public static var requestAccess: APIOperation {
        APIOperation(.post, "/access/requests", canDryRun: true) { input in
            OwnAccessSubmission(
                action: input.text("action"), cloud: input.text("cloud"), reason: input.text("reason"),
                until: input.optionalText("until"), key: nil)
        } run: { call, submission in
            if call.isDryRun {
                return .document(try await call.onboarding.previewAccess(submission, by: try call.actor).json)
            }
            var submission = submission
            submission.key = call.idempotencyKey
            return .began(try await call.current(call.onboarding.askForAccess(submission, by: try call.actor)))
        }
    }

    public static var showWholeCatalogue: APIOperation {
        APIOperation(.get, "/catalogue") { .document(try $0.onboarding.catalogue.document()) }
    }

    public static var showCatalogue: APIOperation {
        APIOperation(.get, "/catalogue/{part}") { call in
            let part = try call.id("part", "part of the catalogue", Catalogue.Part.init(rawValue:))
            return .document(try call.onboarding.catalogue.document(part))
        }
    }

    // MARK: Reviews

    public static var listReviews: APIOperation {
        .list("/reviews", filters: ["organization"]) { call in
            let found = try await call.onboarding.reviews(
                organization: call.query["organization"], try call.query.page(), by: try call.actor)
            return .list(found, \.json)
        }
    }

    public static var startReview: APIOperation {
        APIOperation(.post, "/reviews") {
            (organization: $0.oneOrAll("organization"), until: $0.optionalText("until"), reason: $0.text("reason"))
        } run: { call, wish in
            let start = try await call.onboarding.startReview(
                organization: wish.organization, until: wish.until, reason: wish.reason, by: call.actor)
            return .created(start.json, at: "/reviews/\(start.review.campaign)")
        }
    }

    public static var showReview: APIOperation {
        APIOperation(.get, "/reviews/{campaign}") { call in
            let id = try call.id("campaign", "review", CampaignID.init)
            return .document(try await call.onboarding.review(id, by: call.actor).json)
        }
    }
}
