import Basics
import Onboarding
import Records

/// `/applications`: what signs people in by Usher, and what asks it in a name of its own.
extension APIOperation {
    static let applications = [
        listApplications, addApplication, showApplication, changeApplication, checkApplication, rotateApplicationSecret,
        removeApplication, listTokenKeys, rotateTokenKeys,
    ]

    public static var listApplications: APIOperation {
        .list("/applications") { call in
            .list(try await call.onboarding.applications(call.query.page(), by: call.actor), \.json)
        }
    }

    /// The secret, where it keeps one, is in this answer and in no other.
    public static var addApplication: APIOperation {
        APIOperation(.post, "/applications") { input in
            var draft = ApplicationDraft(name: input.text("name"), kind: input.choice("kind", .web))
            draft.redirects = input.texts("redirects")
            draft.logoutRedirects = input.texts("logoutRedirects")
            draft.logoutNotice = input.optionalText("logoutNotice")
            draft.grants = input.texts("grants")
            draft.scopes = input.texts("scopes")
            draft.organizations = input.texts("organizations")
            draft.algorithm = input.optionalText("algorithm")
            draft.sessionSeconds = input.optionalNumber("sessionSeconds")
            draft.resources = input.texts("resources")
            draft.keys = input.document("keys")
            draft.mustPush = input.flag("mustPush")
            draft.mustProveKey = input.flag("mustProveKey")
            return draft
        } run: { call, draft in
            let (view, secret) = try await call.onboarding.addApplication(draft, by: call.actor)
            return .created(
                view.json.with("clientSecret", secret?.json["clientSecret"] ?? .null),
                at: "/applications/\(view.application.id)")
        }
    }

    public static var showApplication: APIOperation {
        APIOperation(.get, "/applications/{name}") { call in
            .document(try await call.onboarding.application(call["name"], by: call.actor).json)
        }
    }

    /// What is left out stays.
    public static var changeApplication: APIOperation {
        APIOperation(.patch, "/applications/{name}") { input in
            var change = ApplicationChange()
            change.name = input.optionalText("name")
            change.redirects = input.optionalTexts("redirects")
            change.logoutRedirects = input.optionalTexts("logoutRedirects")
            change.logoutNotice = input.optionalText("logoutNotice")
            change.grants = input.optionalTexts("grants")
            change.scopes = input.optionalTexts("scopes")
            change.organizations = input.optionalTexts("organizations")
            change.algorithm = input.optionalText("algorithm")
            change.sessionSeconds = input.optionalNumber("sessionSeconds")
            change.resources = input.optionalTexts("resources")
            change.keys = input.document("keys")
            change.mustPush = input.optionalFlag("mustPush")
            change.mustProveKey = input.optionalFlag("mustProveKey")
            return change
        } run: { call, change in
            .document(try await call.onboarding.changeApplication(call["name"], change, by: call.actor).json)
        }
    }

    /// What keeps it from working, or will; an empty list where nothing does.
    public static var checkApplication: APIOperation {
        APIOperation(.get, "/applications/{name}/check") { call in
            .list(try await call.onboarding.checkApplication(call["name"], by: call.actor).map(\.json))
        }
    }

    public static var rotateApplicationSecret: APIOperation {
        APIOperation(.post, "/applications/{name}/secrets") {
            $0.optionalNumber("overlapDays")
        } run: { call, days in
            let issued = try await call.onboarding.rotateApplicationSecret(
                call["name"], overlapDays: days ?? Onboarding.usualOverlapDays, by: call.actor)
            return .document(issued.json, status: 201)
        }
    }

    public static var removeApplication: APIOperation {
        APIOperation(.post, "/applications/{name}/removal") {
            $0.text("reason")
        } run: { call, reason in
            .document(try await call.onboarding.removeApplication(call["name"], reason: reason, by: call.actor).json)
        }
    }

    /// By which tokens are signed.
    public static var listTokenKeys: APIOperation {
        APIOperation(.get, "/token-keys") { call in
            .list(try await call.onboarding.tokenKeys(by: call.actor).map(\.json))
        }
    }

    /// The next ones, which sign once everybody has seen them.
    public static var rotateTokenKeys: APIOperation {
        APIOperation(.post, "/token-keys") { call in
            .list(try await call.onboarding.rotateTokenKeys(by: call.actor).map(\.json))
        }
    }
}
