import Basics
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/reviews`: campaigns in which every grant is confirmed or withdrawn; their
/// requests are answered as all others are.
struct ReviewsAPI {
    let onboarding: Onboarding

    func add(to group: APIGroup) {
        group.list("/reviews", filters: ["organization"], use: list)
        group.post("/reviews", use: start)
        group.get("/reviews/{campaign}", use: show)
    }

    @Sendable
    private func list(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.reviews(
            organization: call.query["organization"], try call.query.page(), by: actor)
        return try call.page(found.items.map(\.json), next: found.next)
    }

    @Sendable
    private func start(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let (organization, until, reason) = try await call.body {
            ($0.oneOrAll("organization"), $0.optionalText("until"), $0.text("reason"))
        }
        let start = try await onboarding.startReview(
            organization: organization, until: until, reason: reason, by: actor)
        return try call.created(start.json, at: "/reviews/\(start.review.campaign)")
    }

    @Sendable
    private func show(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let text = try call.path("campaign")
        guard let id = CampaignID(text) else { throw Authority.missing("review", text) }
        return try call.answer(try await onboarding.review(id, by: actor).json)
    }
}
