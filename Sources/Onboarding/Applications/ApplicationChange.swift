public import Basics
import Directory
public import Records

/// What becomes otherwise of an application; what is nil stays.
public struct ApplicationChange: Sendable {
    public var name: String?
    public var redirects: [String]?
    public var logoutRedirects: [String]?
    /// Empty for none.
    public var logoutNotice: String?
    public var grants: [String]?
    public var scopes: [String]?
    /// Empty for everybody's people.
    public var organizations: [String]?
    public var algorithm: String?
    public var sessionSeconds: Int64?
    public var resources: [String]?
    public var keys: JSON?
    public var mustPush: Bool?
    public var mustProveKey: Bool?

    public init() {}
}

extension Onboarding {
    /// Another registration in place of the one that it has, judged as a first one is; its client id, its secrets
    /// and the sign-ins at it stay, but what is taken from it no token gives any more.
    ///
    /// - Throws: `.invalid` with every fault; `.conflict` for a name that another has.
    public func changeApplication(
        _ name: String, _ change: ApplicationChange, by actor: Actor
    ) async throws -> ApplicationView {
        try await writing(by: actor) { turn in
            try turn.requireOperation()
            let former = try turn.application(name)
            let draft = ApplicationDraft(try turn.view(former), change)
            let (name, registration) = try draft.judged { try turn.snapshot.organization(slug: $0)?.id }
            if let other = try turn.snapshot.application(named: name.text), other.id != former.id {
                throw Fault(.conflict, "There is an application \(name.text) already.")
            }
            let application = Application(
                id: former.id, name: name, kind: former.kind, registration: registration, createdAt: former.createdAt)
            try turn.applications.set(application)
            return try turn.view(application)
        }
    }
}

extension ApplicationDraft {
    fileprivate init(_ view: ApplicationView, _ change: ApplicationChange) {
        let registration = view.application.registration
        self.init(name: change.name ?? view.application.name.text, kind: view.application.kind)
        redirects = change.redirects ?? registration.redirects
        logoutRedirects = change.logoutRedirects ?? registration.logoutRedirects
        logoutNotice = change.logoutNotice.map { $0.isEmpty ? nil : $0 } ?? registration.logoutNotice
        grants = change.grants ?? registration.grants.map(\.rawValue)
        scopes = change.scopes ?? registration.scopes.map(\.rawValue)
        organizations = change.organizations ?? view.organizations
        algorithm = change.algorithm ?? registration.algorithm.rawValue
        sessionSeconds = change.sessionSeconds ?? registration.sessionSeconds
        resources = change.resources ?? registration.resources
        keys = change.keys ?? registration.keys
        mustPush = change.mustPush ?? registration.mustPush
        mustProveKey = change.mustProveKey ?? registration.mustProveKey
    }
}
