public import Basics
import Directory
import OpenSSL
public import Records

/// What a machine without a browser is told (RFC 8628, section 3.2).
public struct DeviceStart: Sendable {
    let deviceCode: Secret
    let userCode: String
    let address: String
    let lifetimeSeconds: Int64
    let pauseSeconds: Int64

    public var json: JSON {
        [
            "device_code": .string(String(decoding: deviceCode.exposed, as: UTF8.self)),
            "user_code": .string(userCode), "verification_uri": .string(address),
            "verification_uri_complete": .string("\(address)?code=\(userCode)"),
            "expires_in": .integer(lifetimeSeconds), "interval": .integer(pauseSeconds),
        ]
    }
}

/// What the person sees before they say yes.
public struct DeviceQuestion: Sendable {
    public let application: Application
    public let userCode: String
    /// From where the machine asks.
    public let address: String
    public let askedAt: Timestamp
    public let scopes: Set<Scope>
}

extension Onboarding {
    private static var deviceSeconds: Int64 { 900 }
    private static var devicePauseSeconds: Int64 { 5 }
    /// No vowel, so that no word comes of it, and nothing that looks like something else (RFC 8628, section 6.1).
    private static var deviceLetters: [Character] { Array("BCDFGHJKLMNPQRSTVWXZ") }
    private static var deviceLength: Int { 8 }
    public static var devicePath: String { "/device" }

    /// - Throws: `TokenRefusal`.
    public func startDevice(_ wish: TokenWish) async throws -> DeviceStart {
        let application = try wish.application(for: .deviceCode)
        let allowed = application.registration.scopes
        let scopes = wish.scopes.map { $0.isEmpty ? allowed : $0.intersection(allowed) } ?? allowed
        guard !scopes.isEmpty else { throw TokenRefusal(.invalidScope, "Ask for some of: \(allowed.text).") }
        let now = world.now()
        let code = Secret(world.random(32).base64URL)
        let userCode = deviceUserCode()
        let kept = DeviceCode(
            hash: try SHA256.digest(of: code.exposed), userHash: try Self.userHash(userCode),
            application: application.id, scopes: scopes,
            resource: try resource(of: wish, application, given: nil), keyThumbprint: wish.keyThumbprint,
            address: Origin.current.address, createdAt: now, expiresAt: now.adding(seconds: Self.deviceSeconds),
            pauseSeconds: Self.devicePauseSeconds)
        try await working { try $0.insert(kept) }
        return DeviceStart(
            deviceCode: code, userCode: userCode, address: settings.baseURL + Self.devicePath,
            lifetimeSeconds: Self.deviceSeconds, pauseSeconds: Self.devicePauseSeconds)
    }

    /// `WDJB-MJHT`, every letter as likely as any other.
    private func deviceUserCode() -> String {
        var letters: [Character] = []
        while letters.count < Self.deviceLength {
            // 240 is twelve times twenty: what is above would favour the first letters.
            for byte in world.random(16) where byte < 240 && letters.count < Self.deviceLength {
                letters.append(Self.deviceLetters[Int(byte) % Self.deviceLetters.count])
            }
        }
        return Self.userCode(String(letters))
    }

    /// However it is typed: RFC 8628, section 6.1.
    private static func userHash(_ typed: String) throws -> [UInt8] {
        try SHA256.digest(of: Array("usher/device/1|\(userCode(typed))".utf8))
    }

    private static func userCode(_ typed: String) -> String {
        let letters = typed.uppercased().filter { deviceLetters.contains($0) }
        return "\(letters.prefix(4))-\(letters.dropFirst(4))"
    }

    /// What waits under a code that somebody typed.
    ///
    /// - Throws: `.notFound` for none, the same for one that is over or answered.
    public func deviceQuestion(_ typed: String, by actor: Actor) async throws -> DeviceQuestion {
        let hash = try Self.userHash(typed)
        return try await reading(by: actor) { turn in
            try turn.requireStanding()
            let (code, application) = try turn.waiting(hash, for: actor)
            return DeviceQuestion(
                application: application, userCode: Self.userCode(typed), address: code.address,
                askedAt: code.createdAt, scopes: code.scopes)
        }
    }

    /// The person says yes, with a fresh code where they have a factor, or no.
    ///
    /// - Throws: as `deviceQuestion`; `.unauthenticated` without a fresh code.
    public func answerDevice(_ typed: String, isApproved: Bool, by visitor: Visitor) async throws {
        let actor = try visitor.actor()
        let hash = try Self.userHash(typed)
        try await writing(by: actor) { turn in
            try turn.requireStanding()
            let (code, application) = try turn.waiting(hash, for: actor)
            guard isApproved else {
                _ = try turn.transaction.answer(code, .denied, by: nil)
                return
            }
            if visitor.session.stage == .full { try turn.requireFreshMFA() }
            let given = Authorization(
                application: application.id, person: visitor.person.id, session: nil, scopes: code.scopes,
                resource: code.resource, keyThumbprint: code.keyThumbprint,
                authenticatedAt: visitor.session.authenticatedAt, verifiedAt: visitor.session.verifiedAt)
            guard try turn.transaction.answer(code, .approved, by: given) else {
                throw Authority.missing("code", typed)
            }
        }
    }

    /// The machine asks whether somebody has said yes (RFC 8628, section 3.4).
    ///
    /// - Throws: `TokenRefusal`: `.authorizationPending`, `.slowDown`, `.accessDenied`, `.expiredToken`.
    public func redeem(deviceCode: Secret, _ wish: TokenWish) async throws -> TokenAnswer {
        let application = try wish.application(for: .deviceCode)
        let now = world.now()
        let hash = try SHA256.digest(of: deviceCode.exposed)
        let id = ApplicationSessionID(at: now, random: world.random)
        let begun = try await writing(by: .usher, at: now) { turn -> Result<Redeemed, TokenRefusal> in
            guard let code = try turn.snapshot.deviceCode(hash: hash), code.application == application.id,
                // Who proved a key when it began proves it now; who proves one for the first time is bound to it now.
                code.keyThumbprint.map({ $0 == wish.keyThumbprint }) ?? true
            else { return .failure(Self.notGood("device code")) }
            guard now < code.expiresAt else {
                return .failure(TokenRefusal(.expiredToken, "Nobody has answered in time: begin anew."))
            }
            switch code.answer {
            case .redeemed: return .failure(Self.notGood("device code"))
            case .denied: return .failure(TokenRefusal(.accessDenied, "The person refused."))
            case .waiting: return .failure(try turn.wait(code))
            case .approved:
                guard let given = code.authorization else { return .failure(Self.notGood("device code")) }
                try requireWithin(given, application, wish)
                guard try turn.transaction.answer(code, .redeemed, by: nil),
                    let begun = try turn.begin(id, given, at: application, boundTo: wish.keyThumbprint)
                else { return .failure(Self.notGood("device code")) }
                return .success(begun)
            }
        }
        let redeemed = try begun.get()
        return try await answer(
            redeemed.session, redeemed.holder, wish, scopes: redeemed.session.authorization.scopes,
            refresh: application.registration.grants.contains(.refreshToken) ? 0 : nil)
    }
}

extension Turn {
    fileprivate func waiting(_ hash: [UInt8], for actor: Actor) throws -> (DeviceCode, Application) {
        guard let code = try snapshot.deviceCode(userHash: hash), code.answer == .waiting, now < code.expiresAt,
            let application = try snapshot.application(code.application), application.removedAt == nil,
            application.serves(actor.person?.organization)
        else { throw Fault(.notFound, "No machine waits under this code: look at it again, or let it begin anew.") }
        return (code, application)
    }
}

extension Writing {
    /// Whoever asks too often waits five seconds longer from then on (RFC 8628, section 3.5).
    fileprivate func wait(_ code: DeviceCode) throws -> TokenRefusal {
        let isTooSoon = code.polledAt.map { $0.adding(seconds: code.pauseSeconds) > now } ?? false
        let pause = code.pauseSeconds + (isTooSoon ? 5 : 0)
        try transaction.setPoll(of: code, at: now, pauseSeconds: pause)
        return isTooSoon
            ? TokenRefusal(.slowDown, "Ask every \(pause) seconds.")
            : TokenRefusal(.authorizationPending, "Nobody has answered yet.")
    }
}
