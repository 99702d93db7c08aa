import Basics
import Directory
import Onboarding
import Records

/// `/account`: what people do with their own account without asking anybody, or by asking for help.
extension APIOperation {
    static let account = [
        setLanguage, changePassword, replaceRecoveryCodes, beginFactor, proveFactor, requestOwnAddress,
        proveOwnAddress, reportLostDevice, requestUnlock, listOwnSignIns,
        listOwnApplications, endOwnApplication,
    ]

    public static var setLanguage: APIOperation {
        APIOperation(.patch, "/account") {
            $0.text("locale")
        } run: { call, locale in
            let visitor = try call.provenVisitor
            let languages = call.onboarding.settings.languages
            guard let language = languages.named(locale) else {
                throw Fault.invalid(
                    "locale", "wrong_type", "The member locale must be one of \(languages.list).")
            }
            try await call.onboarding.setLanguage(language, of: visitor)
            return .document(try await call.onboarding.ownAccount(of: visitor).profile.json)
        }
    }

    public static var changePassword: APIOperation {
        APIOperation(.post, "/account/password") {
            (current: $0.secret("current"), password: $0.secret("password"))
        } run: { call, wish in
            try await call.onboarding.changePassword(
                current: wish.current, to: wish.password, by: call.provenVisitor)
            return .done
        }
    }

    public static var replaceRecoveryCodes: APIOperation {
        APIOperation(.post, "/account/recovery-codes") { call in
            .document(["recoveryCodes": .strings(try await call.onboarding.replaceRecoveryCodes(by: call.actor))])
        }
    }

    /// The present authenticator stays valid until the new one is proven.
    public static var beginFactor: APIOperation {
        APIOperation(.post, "/account/factor") {
            $0.optionalText("current")
        } run: { call, current in
            let setup = try await call.onboarding.beginOwnFactor(
                password: Secret(current ?? ""), by: call.provenVisitor)
            return .document(setup.json)
        }
    }

    /// Every session ends with the old authenticator; the caller goes on in a new one.
    public static var proveFactor: APIOperation {
        APIOperation(.post, "/account/factor/verification") {
            (session: $0.secret("session"), code: $0.text("code"))
        } run: { call, proof in
            let (entered, codes) = try await call.onboarding.proveOwnFactor(
                proof.session, code: proof.code, by: call.provenVisitor)
            return .document(entered.json.with("recoveryCodes", .strings(codes)))
        }
    }

    /// A code goes to the new address, the word to the old one.
    public static var requestOwnAddress: APIOperation {
        APIOperation(.post, "/account/address") {
            $0.text("address")
        } run: { call, address in
            .began(
                try await call.onboarding.requestAddressChange(
                    of: call.visitor.person.email, to: address, by: call.actor))
        }
    }

    public static var proveOwnAddress: APIOperation {
        APIOperation(.post, "/account/address/verification") {
            $0.secret("token")
        } run: { call, token in
            .document(try await call.onboarding.proveAddress(token, by: call.actor).json)
        }
    }

    /// Half a session is enough: whoever has lost the device cannot finish signing in.
    public static var reportLostDevice: APIOperation {
        APIOperation(.post, "/account/lost-device", for: .signedIn) {
            (reason: $0.text("reason"), stolen: $0.flag("stolen"))
        } run: { call, wish in
            .began(
                try await call.onboarding.reportLostDevice(wish.reason, stolen: wish.stolen, by: call.visitor))
        }
    }

    /// So it is for a locked authenticator.
    public static var requestUnlock: APIOperation {
        APIOperation(.post, "/account/unlock", for: .signedIn) {
            $0.text("reason")
        } run: { call, reason in
            .began(try await call.onboarding.requestOwnUnlock(reason, by: call.visitor))
        }
    }

    public static var listOwnSignIns: APIOperation {
        .list("/account/sign-ins") { call in
            let found = try await call.onboarding.signIns(
                of: call.visitor.person.email, call.query.page(), by: call.actor)
            return .list(found.signIns, next: found.next)
        }
    }

    /// Where the caller is signed in by Usher, newest first.
    public static var listOwnApplications: APIOperation {
        APIOperation(.get, "/account/applications") { call in
            .list(try await call.onboarding.applicationSignIns(by: call.actor).map(\.json))
        }
    }

    public static var endOwnApplication: APIOperation {
        APIOperation(.delete, "/account/applications/{id}") { call in
            let id = try call.id("id", "sign-in", ApplicationSessionID.init)
            try await call.onboarding.endApplicationSignIn(id, by: call.actor)
            return .done
        }
    }
}
