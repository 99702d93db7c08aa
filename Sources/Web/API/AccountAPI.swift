import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/account`: what people do with their own account without asking anybody, or by asking for help.
struct AccountAPI {
    let onboarding: Onboarding

    func add(to group: APIGroup) {
        group.on(.patch, "/account", use: setLanguage)
        group.post("/account/password", use: changePassword)
        group.post("/account/recovery-codes", use: replaceRecoveryCodes)
        group.post("/account/factor", use: beginFactor)
        group.post("/account/factor/verification", use: proveFactor)
        group.post("/account/lost-device", by: .signedIn, use: reportLostDevice)
        group.post("/account/unlock", by: .signedIn, use: requestUnlock)
        group.post("/account/address", use: requestAddress)
        group.post("/account/address/verification", use: proveAddress)
    }

    @Sendable
    private func setLanguage(_ call: APICall) async throws -> Response {
        let visitor = try call.context.signedIn()
        _ = try visitor.actor()
        let language = try await call.body { $0.language("locale", of: onboarding.settings.languages) }
        try await onboarding.setLanguage(language, of: visitor)
        return try call.answer(try await onboarding.ownAccount(of: visitor).profile.json)
    }

    @Sendable
    private func changePassword(_ call: APICall) async throws -> Response {
        let visitor = try call.context.signedIn()
        _ = try visitor.actor()
        let (current, password) = try await call.body { (Secret($0.text("current")), Secret($0.text("password"))) }
        try await onboarding.changePassword(current: current, to: password, by: visitor)
        return Response(status: .noContent)
    }

    @Sendable
    private func replaceRecoveryCodes(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        try await call.emptyBody()
        let codes = try await onboarding.replaceRecoveryCodes(by: actor)
        return try call.answer(["recoveryCodes": .array(codes.map(JSON.string))])
    }

    /// The present authenticator stays valid until the new one is proven.
    @Sendable
    private func beginFactor(_ call: APICall) async throws -> Response {
        let visitor = try call.context.signedIn()
        _ = try visitor.actor()
        let current = try await call.body { $0.optionalText("current") }
        let setup = try await onboarding.beginOwnFactor(password: Secret(current ?? ""), by: visitor)
        return try call.answer(setup.json)
    }

    /// Every session ends with the old authenticator; the caller goes on in a new one.
    @Sendable
    private func proveFactor(_ call: APICall) async throws -> Response {
        let visitor = try call.context.signedIn()
        _ = try visitor.actor()
        let (session, code) = try await call.body { (Secret($0.text("session")), $0.text("code")) }
        let (entered, codes) = try await onboarding.proveOwnFactor(session, code: code, by: visitor)
        return try call.answer(entered.json.with("recoveryCodes", .array(codes.map(JSON.string))))
    }

    /// A code goes to the new address, the word to the old one.
    @Sendable
    private func requestAddress(_ call: APICall) async throws -> Response {
        let visitor = try call.context.signedIn()
        let actor = try visitor.actor()
        let address = try await call.body { $0.text("address") }
        let view = try await onboarding.requestAddressChange(of: visitor.person.email, to: address, by: actor)
        return try call.created(view.json, at: "/requests/\(view.id)")
    }

    @Sendable
    private func proveAddress(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let token = try await call.body { Secret($0.text("token")) }
        return try call.answer(try await onboarding.proveAddress(token, by: actor).json)
    }

    /// Half a session is enough: whoever has lost the device cannot finish signing in.
    @Sendable
    private func reportLostDevice(_ call: APICall) async throws -> Response {
        let visitor = try call.context.signedIn()
        let (reason, isStolen) = try await call.body { ($0.text("reason"), $0.flag("stolen")) }
        let view = try await onboarding.reportLostDevice(reason, stolen: isStolen, by: visitor)
        return try call.created(view.json, at: "/requests/\(view.id)")
    }

    /// So it is for a locked authenticator.
    @Sendable
    private func requestUnlock(_ call: APICall) async throws -> Response {
        let visitor = try call.context.signedIn()
        let reason = try await call.body { $0.text("reason") }
        let view = try await onboarding.requestOwnUnlock(reason, by: visitor)
        return try call.created(view.json, at: "/requests/\(view.id)")
    }
}
