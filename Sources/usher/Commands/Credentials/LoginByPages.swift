import Basics
import Dispatch
import Foundation
import OpenSSL
import Records
import Remote

/// Signing in by the pages of a server, as any other application does: no password is typed here.
struct LoginByPages {
    let connection: Connection
    let caFile: String?

    private static let client = ApplicationRegister.commandLine.text
    private static let scope = ([.api, .openid, .email, .profile] as Set<Scope>).text
    private static let callback = "/callback"
    /// So long a person may take.
    private static let patience: Int32 = 600

    /// With a browser of this machine: by a code that it brings back (RFC 8252).
    func inBrowser() async throws -> Connection {
        let listener = try LoopbackListener()
        let (verifier, state) = (RandomBytes.bytes(32).base64URL, RandomBytes.bytes(16).base64URL)
        let redirect = "http://127.0.0.1:\(listener.port)\(Self.callback)"
        let parameters = [
            ("response_type", "code"), ("client_id", Self.client), ("redirect_uri", redirect),
            ("scope", Self.scope), ("state", state), ("code_challenge_method", "S256"),
            ("code_challenge", try SHA256.digest(of: Array(verifier.utf8)).base64URL),
        ]
        let query = parameters.map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&")
        let address = "\(connection.server.address.text)/openid/authorize?\(query)"
        Output.error("Sign in with your browser, at this address if it does not open by itself:")
        Output.error("  \(address)")
        Self.open(address)
        let words = TerminalLanguage.words("You may close this window: the command line goes on.")
        let answer = try await Self.blocking {
            try listener.query(of: Self.callback, within: Self.patience, answer: words + "\n")
        }
        let code = try Self.code(in: answer, state: state, issuer: connection.server.address.text)
        return try await keep(
            try await connection.server.post(
                "/openid/token",
                [
                    ("grant_type", "authorization_code"), ("client_id", Self.client), ("code", code),
                    ("redirect_uri", redirect), ("code_verifier", verifier),
                ]))
    }

    /// With a browser of any other machine (RFC 8628).
    func onDevice() async throws -> Connection {
        let reply = try await connection.server.post(
            "/openid/device", [("client_id", Self.client), ("scope", Self.scope)])
        guard case .granted(let start) = reply, let code = start["device_code"].text else { throw Self.refusal(reply) }
        Output.error("Open \(start["verification_uri"].text ?? "") with any browser, and type this code there:")
        Output.error("  \(start["user_code"].text ?? "")")
        var pause = start["interval"].number ?? 5
        while true {
            try await Task.sleep(for: .seconds(pause))
            let reply = try await connection.server.post(
                "/openid/token",
                [
                    ("grant_type", GrantType.deviceCode.rawValue), ("client_id", Self.client), ("device_code", code),
                ])
            switch reply {
            case .refused("authorization_pending", _): continue
            case .refused("slow_down", _): pause += 5
            case .granted, .refused: return try await keep(reply)
            }
        }
    }

    // MARK: Parts

    private func keep(_ reply: TokenReply) async throws -> Connection {
        guard case .granted(let tokens) = reply, let token = tokens["access_token"].text else {
            throw Self.refusal(reply)
        }
        var connection = connection
        let person = try await connection.server.userInfo(token)
        try connection.keep(tokens: tokens, of: person["email"].text ?? "", caFile: caFile)
        return connection
    }

    static func refusal(_ reply: TokenReply) -> Fault {
        guard case .refused(let code, let description) = reply else {
            return Fault(.unavailable, "The server gave no token.")
        }
        switch code {
        case "access_denied": return Fault(.forbidden, "The sign-in was refused in the browser.")
        case "expired_token": return Fault(.expired, "Nobody typed the code in time. Sign in again.")
        default: return Fault(.forbidden, "The server gave no token: \(description)")
        }
    }

    /// - Throws: `Fault.Code.forbidden` for an answer that is not the one to our question.
    private static func code(in query: String, state: String, issuer: String) throws -> String {
        let items = URLComponents(string: "?\(query)")?.queryItems ?? []
        let values = Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
        guard values["state"] == state, values["iss"] == issuer else {
            throw Fault(.forbidden, "What the browser brought is not the answer to this sign-in. Begin anew.")
        }
        guard let code = values["code"] else {
            throw refusal(
                .refused(code: values["error"] ?? "", description: values["error_description"] ?? ""))
        }
        return code
    }

    private static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "usher.login").async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Whether this machine shows somebody a browser.
    static var hasBrowser: Bool {
        let environment = ProcessInfo.processInfo.environment
        return ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"].contains { environment[$0]?.isEmpty == false }
            && opener != nil
    }

    /// `BROWSER` names the program that opens an address, else `xdg-open` does.
    private static var opener: String? {
        let environment = ProcessInfo.processInfo.environment
        let name = environment["BROWSER"].flatMap { $0.isEmpty ? nil : $0 } ?? "xdg-open"
        if name.contains("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
        return (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func open(_ address: String) {
        guard let opener else { return }
        let browser = Process()
        browser.executableURL = URL(filePath: opener)
        browser.arguments = [address]
        browser.standardOutput = FileHandle.nullDevice
        browser.standardError = FileHandle.nullDevice
        try? browser.run()  // The address is shown, too: whoever reads it opens it.
    }
}

extension Connection {
    /// Keeps what an application was given.
    mutating func keep(tokens: JSON, of email: String, caFile: String? = nil) throws {
        guard let token = tokens["access_token"].text else { return }
        try keep(
            SavedSession(
                server: server.address, email: email, token: token,
                refreshToken: tokens["refresh_token"].text ?? session?.refreshToken, expiresAt: "",
                caFile: caFile ?? session?.caFile))
    }

    /// Another token in place of one that has ended.
    func renewing() {
        guard let refreshToken = session?.refreshToken, let email = session?.email else { return }
        let connection = self
        server.renew {
            let reply = try await connection.server.post(
                "/openid/token",
                [
                    ("grant_type", GrantType.refreshToken.rawValue), ("refresh_token", refreshToken),
                    ("client_id", ApplicationRegister.commandLine.text),
                ])
            guard case .granted(let tokens) = reply else { return nil }
            var renewed = connection
            try renewed.keep(tokens: tokens, of: email)
            return tokens["access_token"].text
        }
    }
}
