import Hummingbird

/// Routes that belong together: the pages of a noun, the API, or another API with manners of its own.
///
/// `WebServer.groups` is the one list of them.
protocol RouteGroup: Sendable {
    func add(to router: Router<WebContext>)

    /// Those of them that memory alone can often answer.
    var prompt: [PromptRoute] { get }
}

extension RouteGroup {
    var prompt: [PromptRoute] { [] }
}
