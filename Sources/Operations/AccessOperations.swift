import Basics
import Directory
import Onboarding

/// `/decisions`, `/catalogue` and `/reviews`: who may do what, and whether they still should.
extension APIOperation {
    static let access = [decideAction, showWholeCatalogue, showCatalogue, listReviews, startReview, showReview]

    /// Whether this person, or this program, may do this here, now.
    package static var decideAction: APIOperation {
        APIOperation(.get, "/decisions", query: ["person", "client", "action", "cloud", "mfaAge"]) { call in
            let (query, actor) = (call.query, try call.actor)
            let (action, cloud) = (try query.required("action"), try query.required("cloud"))
            if let client = query["client"] {
                guard query["person"] == nil, query["mfaAge"] == nil else {
                    throw Fault.invalid(
                        "client", "unexpected", "Ask about a person or about a client, not about both.")
                }
                guard let program = APIAccountID(client) else { throw Authority.missing("API account", client) }
                return .document(
                    try await call.onboarding.decide(action, byProgram: program, in: cloud, askedBy: actor).json)
            }
            let person = try EmailAddress(try query.required("person"), field: "person")
            return .document(
                try await call.onboarding.decide(
                    action, by: person, in: cloud, mfaAgeSeconds: try query.number("mfaAge"), askedBy: actor
                ).json)
        }
    }

    package static var showWholeCatalogue: APIOperation {
        APIOperation(.get, "/catalogue") { .document($0.onboarding.catalogue.json) }
    }

    package static var showCatalogue: APIOperation {
        APIOperation(.get, "/catalogue/{part}") { call in
            let part = try call.id("part", "part of the catalogue", Catalogue.Part.init(rawValue:))
            return .document(call.onboarding.catalogue.json(part))
        }
    }

    // MARK: Reviews

    package static var listReviews: APIOperation {
        .list("/reviews", filters: ["organization"]) { call in
            let found = try await call.onboarding.reviews(
                organization: call.query["organization"], try call.query.page(), by: try call.actor)
            return .list(found, \.json)
        }
    }

    package static var startReview: APIOperation {
        APIOperation(.post, "/reviews") {
            (organization: $0.oneOrAll("organization"), until: $0.optionalText("until"), reason: $0.text("reason"))
        } run: { call, wish in
            let start = try await call.onboarding.startReview(
                organization: wish.organization, until: wish.until, reason: wish.reason, by: call.actor)
            return .created(start.json, at: "/reviews/\(start.review.campaign)")
        }
    }

    package static var showReview: APIOperation {
        APIOperation(.get, "/reviews/{campaign}") { call in
            let id = try call.id("campaign", "review", CampaignID.init)
            return .document(try await call.onboarding.review(id, by: call.actor).json)
        }
    }
}
