import Basics
import Hummingbird
import NIOCore
import Onboarding

/// Where the endpoints of the Authorization API are, below the address of the service.
enum AuthZENPaths {
    static let root = "/access/v1"
    static let evaluation = "\(root)/evaluation"
    static let evaluations = "\(root)/evaluations"
    static let subjects = "\(root)/search/subject"
    static let resources = "\(root)/search/resource"
    static let actions = "\(root)/search/action"
    static let requests = "\(root)/requests"
}

/// `/.well-known/authzen-configuration` (AuthZEN Authorization API 1.0, section 9): what others have to know of us.
struct AuthZENMetadata: RouteGroup {
    let onboarding: Onboarding

    func add(to router: Router<WebContext>) {
        let at = { (path: String) in JSON.string(onboarding.issuer + path) }
        var document: JSON = [
            "policy_decision_point": .string(onboarding.issuer),
            "access_evaluation_endpoint": at(AuthZENPaths.evaluation),
            "access_evaluations_endpoint": at(AuthZENPaths.evaluations),
            "search_subject_endpoint": at(AuthZENPaths.subjects),
            "search_resource_endpoint": at(AuthZENPaths.resources),
            "search_action_endpoint": at(AuthZENPaths.actions),
        ]
        if onboarding.settings.accessRequests != nil {
            document = document.with("access_request_endpoint", at(AuthZENPaths.requests))
                .with("jwks_uri", at(OpenIDPaths.keys))
                .with("capabilities", [.string(AccessRequestRoutes.capability)])
        }
        let bytes = ByteBuffer(bytes: document.bytes(pretty: false))
        router.get(RouterPath("\(OpenIDPaths.wellKnown)/authzen-configuration")) { _, _ in
            MetadataRoutes.kept(bytes, type: "application/json")
        }
    }
}
