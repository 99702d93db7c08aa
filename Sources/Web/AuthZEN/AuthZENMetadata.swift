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
}

/// `/.well-known/authzen-configuration` (AuthZEN Authorization API 1.0, section 9): what others have to know of us.
struct AuthZENMetadata: RouteGroup {
    let onboarding: Onboarding

    func add(to router: Router<WebContext>) {
        let at = { (path: String) in JSON.string(onboarding.issuer + path) }
        let document: JSON = [
            "policy_decision_point": .string(onboarding.issuer),
            "access_evaluation_endpoint": at(AuthZENPaths.evaluation),
            "access_evaluations_endpoint": at(AuthZENPaths.evaluations),
            "search_subject_endpoint": at(AuthZENPaths.subjects),
            "search_resource_endpoint": at(AuthZENPaths.resources),
            "search_action_endpoint": at(AuthZENPaths.actions),
        ]
        let bytes = ByteBuffer(bytes: document.data(pretty: false))
        router.get(RouterPath("\(OpenIDPaths.wellKnown)/authzen-configuration")) { _, _ in
            MetadataRoutes.kept(bytes, type: "application/json")
        }
    }
}
