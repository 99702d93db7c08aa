import Basics
import Hummingbird
import Onboarding

/// `/api/v1`: what pages and commands do, for programs.
///
/// A route decodes and calls one use case; `docs/api.md` is
/// the guide, `api/openapi.yaml` the contract.
struct APIRoutes {
    let onboarding: Onboarding
    let document: APIDocument
    /// Slows down who guesses passwords.
    let guesses: RateLimiter
    /// Slows down who guesses links, and who has them sent.
    let links: RateLimiter
    let renewals: RateLimiter

    func add(to router: Router<WebContext>) {
        let group = APIGroup(router: router, baseURL: onboarding.settings.baseURL)
        document.add(to: group)
        SessionsAPI(onboarding: onboarding, limiter: guesses).add(to: group)
        AccountAPI(onboarding: onboarding).add(to: group)
        PasswordsAPI(onboarding: onboarding, limiter: links, renewals: renewals).add(to: group)
        EnrolmentsAPI(onboarding: onboarding, limiter: links, renewals: renewals).add(to: group)
        RequestsAPI(onboarding: onboarding).add(to: group)
        ActionsAPI(onboarding: onboarding).add(to: group)
        PeopleAPI(onboarding: onboarding).add(to: group)
        DelegationsAPI(onboarding: onboarding).add(to: group)
        PlacesAPI(onboarding: onboarding).add(to: group)
        ReviewsAPI(onboarding: onboarding).add(to: group)
        APIAccountsAPI(onboarding: onboarding).add(to: group)
        OperationAPI(onboarding: onboarding).add(to: group)
        SecurityAPI(onboarding: onboarding).add(to: group)
    }
}
