import Basics
import Directory
import Hummingbird
import NIOCore
import Onboarding
import Records

/// What is known of one HTTP request beside its bytes.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// What the log, the answer and an error page call this request.
    private(set) var requestID = ""
    /// The other end of the connection: a browser, or the proxy in front.
    let peer: SocketAddress?
    /// The browser itself, where a trusted proxy says so.
    var client: Client
    /// What was asked for: the one reading of it.
    var target = RequestTarget.root
    /// Knows whether a use case recorded this call, and about whom.
    let witness = Witness()
    /// The newest change that was known before anything was read for the answer.
    var newestChange: Int64 = 0
    /// In which language the answer is.
    var language: Language = .english
    /// Who is signed in, and the token that says so.
    var visitor: Visitor?
    var token: Secret?
    /// A call of the API that came with an access token: who is behind it, or why that opens nothing.
    var access: AccessToken?
    var tokenRefusal: TokenRefusal?
    /// What a page may offer them, beside what everybody has.
    var duties: Set<Duty> = []
    /// What only this browser holds, whoever is signed in; nil before its first page.
    var visit: Secret?
    /// What forms of this browser carry, so that no other site
    /// can send them; empty before its first page.
    var formToken = ""
    /// Whether a code came with this request and was right.
    var hasProven = false

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress
        client = Client(address: source.channel.peerAddress, agent: "")
        requestID = Self.padded(id)
    }

    static func padded(_ digits: String) -> String {
        String(repeating: "0", count: max(0, 32 - digits.utf8.count)) + digits
    }

    /// From where this call comes, for what is recorded beneath it.
    var origin: Origin {
        Origin(
            address: client.address, agent: client.agent, route: endpointPath ?? "none", witness: witness)
    }

    /// The visitor as an actor.
    ///
    /// - Throws: `Fault.Code.unauthenticated` if nobody is signed in, or a code is owed.
    func actor() throws -> Actor { try signedIn().actor() }

    /// What only this browser holds; there once a form of it was accepted.
    func browser() throws -> Secret {
        guard let visit else { throw FormRefusal.unknown }
        return visit
    }

    /// - Throws: `Fault.Code.unauthenticated` if nobody is signed in; a code may be owed still.
    func signedIn() throws -> Visitor {
        guard let visitor else { throw Fault(.unauthenticated, "Sign in first.") }
        return visitor
    }
}

extension WebContext {
    /// The same call, in the first of the languages in which an application's people read (`ui_locales`).
    ///
    /// In the browser's where none of them is there; whoever is signed in has a language of their own.
    func speaking(_ wishes: String, _ request: Request, _ languages: Languages) -> WebContext {
        guard visitor == nil, !wishes.isEmpty else { return self }
        var context = self
        let wanted = wishes.split(separator: " ").map(String.init) + [request.headers[.acceptLanguage] ?? ""]
        context.language = languages.preferred(by: wanted.joined(separator: ","))
        return context
    }
}

extension Channel {
    /// Of the other end of a connection.
    var peerAddress: String { remoteAddress?.ipAddress ?? "unknown" }
}
