import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import Records

/// The endpoints that programs ask: tokens, and what is known of tokens.
struct TokenRoutes: RouteGroup {
    let onboarding: Onboarding
    /// Of one network that sends what proves nothing.
    let limiter: RateLimiter
    let recorder: SecurityRecorder

    func add(to router: Router<WebContext>) {
        add(OpenIDPaths.token, to: router) { call in try await answer(call) }
        add(OpenIDPaths.introspect, to: router) { call in
            let client = try await call.client(keepingSecret: true)
            return OAuthAnswer.document(
                try await onboarding.introspect(Secret(try call.required("token")), by: client))
        }
        add(OpenIDPaths.revoke, to: router) { call in
            let client = try await call.client()
            try await onboarding.revoke(Secret(try call.required("token")), by: client)
            return Response(status: .ok)
        }
        add(OpenIDPaths.push, to: router) { call in
            let client = try await call.client()
            let name = try await onboarding.push(
                call.parameters(without: ClientCredentials.names), of: client, boundTo: try await call.provenKey())
            return OAuthAnswer.document(
                ["request_uri": .string(name), "expires_in": .integer(Onboarding.pushedSeconds)], status: .created)
        }
        add(OpenIDPaths.device, to: router) { call in
            OAuthAnswer.document(try await onboarding.startDevice(try await call.wish(isForToken: false)).json)
        }
    }

    var prompt: [PromptRoute] {
        [
            prompt(OpenIDPaths.token) { call, client, _ in
                guard call["grant_type"] == GrantType.clientCredentials.rawValue else { return nil }
                let wish = try TokenWish(
                    client: client, scope: call["scope"], resource: call["resource"], keyThumbprint: nil)
                return try onboarding.tokenForClientAtOnce(wish)?.json
            },
            prompt(OpenIDPaths.introspect) { call, client, mark in
                onboarding.rememberedIntrospection(of: Secret(try call.required("token")), by: client, at: mark)
            },
        ]
    }

    /// For a client that is known to have proven itself by a secret.
    private func prompt(
        _ path: String, _ answer: @escaping @Sendable (TokenCall, TokenClient, StoreMark) throws -> JSON?
    ) -> PromptRoute {
        PromptRoute(
            path: path, manner: .openID, greatestBytes: FormData.greatestBytes, headers: OAuthAnswer.headers
        ) { sent, mark in
            let call = try TokenCall(sent, path: path, onboarding)
            guard let client = try call.rememberedClient(sent.caller, at: mark) else { return nil }
            return try answer(call, client, mark).map { ByteBuffer($0) }
        }
    }

    private func answer(_ call: TokenCall) async throws -> Response {
        let name = try call.required("grant_type")
        guard let grant = GrantType(rawValue: name) else {
            throw TokenRefusal(.unsupportedGrantType, "There is no such grant_type here.")
        }
        let wish = try await call.wish()
        let answer: TokenAnswer
        switch grant {
        case .authorizationCode:
            answer = try await onboarding.redeem(
                code: Secret(try call.required("code")), redirect: call["redirect_uri"],
                verifier: try call.required("code_verifier"), wish)
        case .refreshToken:
            answer = try await onboarding.refresh(Secret(try call.required("refresh_token")), wish)
        case .clientCredentials: answer = try await onboarding.tokenForClient(wish)
        case .deviceCode:
            answer = try await onboarding.redeem(deviceCode: Secret(try call.required("device_code")), wish)
        }
        return OAuthAnswer.document(answer.json)
    }

    private func add(
        _ path: String, to router: Router<WebContext>,
        _ body: @escaping @Sendable (TokenCall) async throws -> Response
    ) {
        router.post(RouterPath(path)) { request, context in
            do {
                let call = try await TokenCall(request, path: path, onboarding)
                var response = try await body(call)
                // So that the next proof needs no second try (RFC 9449, section 8.2).
                if let name = HTTPField.Name.proofNonce, call.hasProof {
                    response.headers[name] = try onboarding.proofNonce()
                }
                return response
            } catch let refusal as TokenRefusal {
                if let client = refusal.client {
                    context.witness.see(client)
                    recorder.add(Sighting(.clientWrong, pseudonym: client, from: context.origin))
                    try limiter.count(context.client, at: onboarding.world.now())
                }
                return OAuthAnswer.refusal(refusal, nonce: try onboarding.proofNonce())
            }
        }
    }
}

/// What was sent by name: each once (RFC 6749, sections 3.1 and 3.2).
struct SentParameters {
    private(set) var values: [String: String] = [:]
    /// The first name that stands there twice.
    private(set) var doubled: String?

    /// What is empty counts as not sent.
    init(_ pairs: [QueryPair]) {
        for pair in pairs where !pair.value.isEmpty {
            if values[pair.name] == nil { values[pair.name] = pair.value } else { doubled = doubled ?? pair.name }
        }
    }
}

/// One form that a client sent to an endpoint.
struct TokenCall: Sendable {
    private let form: [String: String]
    private let path: String
    private let authorization: String?
    private let proofs: [String]
    private let onboarding: Onboarding

    /// - Throws: `TokenRefusal` for what is no form, or has a parameter twice (RFC 6749, section 3.2).
    init(_ request: Request, path: String, _ onboarding: Onboarding) async throws {
        try Self.judge(request.headers[.contentType])
        try self.init(
            form: try await request.collected(upTo: FormData.greatestBytes), request.headers[.authorization],
            proofs: HTTPField.Name.proof.map { request.headers[values: $0] } ?? [], path: path, onboarding)
    }

    /// - Throws: `TokenRefusal`, as the other.
    init(_ call: PromptCall, path: String, _ onboarding: Onboarding) throws {
        try Self.judge(call.contentType)
        try self.init(form: call.body, call.authorization, proofs: [], path: path, onboarding)
    }

    private static func judge(_ contentType: String?) throws {
        guard contentType?.mediaType == .form else {
            throw TokenRefusal(.invalidRequest, "Send a form: application/x-www-form-urlencoded.")
        }
    }

    private init(
        form body: ByteBuffer, _ authorization: String?, proofs: [String], path: String, _ onboarding: Onboarding
    ) throws {
        let bytes = Array(body.readableBytesView)
        let sent: SentParameters
        do throws(QueryPair.Malformed) { sent = SentParameters(try QueryPair.read(bytes, greatest: 100)) } catch {
            throw TokenRefusal(.invalidRequest, "The form cannot be read: \(error.message)".asciiOnly)
        }
        if let name = sent.doubled { throw TokenRefusal(doubled: name) }
        form = sent.values
        self.path = path
        self.onboarding = onboarding
        self.authorization = authorization
        self.proofs = proofs
    }

    subscript(name: String) -> String? { form[name] }

    var hasProof: Bool { !proofs.isEmpty }

    func required(_ name: String) throws -> String {
        guard let value = form[name] else {
            throw TokenRefusal(.invalidRequest, "The parameter \(name) is missing.")
        }
        return value
    }

    func parameters(without names: Set<String>) -> [String: String] { form.filter { !names.contains($0.key) } }

    /// - Parameter isSecret: whether only those that prove themselves may ask.
    func client(keepingSecret isSecret: Bool = false) async throws -> TokenClient {
        let proof = try ClientCredentials(authorization, form).proof
        if isSecret, case .none = proof.means {
            throw TokenRefusal(.invalidClient, "This is asked by clients that prove themselves.")
        }
        return try await onboarding.authenticate(proof)
    }

    /// The client, where it is known without waiting that it has proven itself; else nil.
    func rememberedClient(_ caller: PromptCaller?, at mark: StoreMark) throws -> TokenClient? {
        let digest =
            if case .client(let digest) = caller, !ClientCredentials.isNamed(in: form) { digest } else {
                try ClientDigest(of: ClientCredentials(authorization, form).proof)
            }
        return digest.flatMap { onboarding.rememberedClient($0, at: mark) }
    }

    /// The thumbprint of the key that came with its proof, which counts once; nil where none came.
    func provenKey() async throws -> String? {
        guard hasProof else { return nil }
        return try await onboarding.provenKey(
            KeyProof(fields: proofs, method: "POST", path: path, accessToken: nil))
    }

    func wish(isForToken: Bool = true) async throws -> TokenWish {
        try TokenWish(
            client: try await client(), scope: form["scope"], resource: form["resource"],
            keyThumbprint: try await provenKey(), isForToken: isForToken)
    }
}

/// By which of the ways a client proves itself: by one of them (RFC 6749, section 2.3).
struct ClientCredentials {
    /// Parameters of a form that prove, and are told to nobody.
    static let names: Set = ["client_secret", "client_assertion", "client_assertion_type"]
    private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    let proof: ClientProof

    /// Whether a form says anything of the client beside the header.
    static func isNamed(in form: [String: String]) -> Bool {
        form["client_id"] != nil || names.contains { form[$0] != nil }
    }

    /// - Throws: `TokenRefusal` for none, or more than one.
    init(_ authorization: String?, _ form: [String: String] = [:]) throws {
        let id = form["client_id"]
        var found: [ClientProof] = []
        if let authorization { found.append(try Self.basic(authorization, id)) }
        if let secret = form["client_secret"] {
            found.append(ClientProof(clientID: id, means: .secret(Secret(secret))))
        }
        if let assertion = form["client_assertion"] {
            guard form["client_assertion_type"] == Self.assertionType else {
                throw TokenRefusal(.invalidClient, "The client_assertion_type is \(Self.assertionType).")
            }
            found.append(ClientProof(clientID: id, means: .assertion(assertion)))
        }
        guard found.count <= 1 else {
            throw TokenRefusal(.invalidRequest, "The client proves itself in more than one way.")
        }
        guard let proof = found.first ?? id.map({ ClientProof(clientID: $0, means: .none) }) else {
            throw TokenRefusal(.invalidClient, "The request does not say which client asks.")
        }
        self.proof = proof
    }

    /// Both parts were encoded as in a form before they were joined (RFC 6749, section 2.3.1).
    private static func basic(_ header: String, _ named: String?) throws -> ClientProof {
        let refusal = TokenRefusal(.invalidClient, "The header Authorization is no HTTP Basic.")
        let parts = Array(header.utf8).split(separator: UInt8(ascii: " "))
        guard parts.count == 2, String(decoding: parts[0], as: UTF8.self).lowercased() == "basic",
            let text = Data(base64Encoded: Data(parts[1])), let colon = text.firstIndex(of: UInt8(ascii: ":"))
        else { throw refusal }
        let (id, secret): (String, String)
        do throws(QueryPair.Malformed) {
            id = try QueryPair.value(text[..<colon])
            secret = try QueryPair.value(text[text.index(after: colon)...])
        } catch { throw refusal }
        guard named == nil || named == id else {
            throw TokenRefusal(.invalidClient, "client_id names another client than the header Authorization.")
        }
        // An empty secret is none, in a form as here: so come programs that keep none and know only this way.
        return ClientProof(clientID: id, means: secret.isEmpty ? .none : .secret(Secret(secret)))
    }
}

extension String {
    /// What may stand in `error_description`.
    fileprivate var asciiOnly: String {
        String(unicodeScalars.filter { (0x20...0x7E).contains($0.value) && $0 != "\"" && $0 != "\\" })
    }
}
