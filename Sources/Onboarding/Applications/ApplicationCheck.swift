public import Basics
import Directory
public import Records

/// Something that an operator should know of an application.
public struct ApplicationFinding: Sendable {
    /// Stable, in snake case.
    public let code: String
    /// Whether it keeps the application from working, now or soon.
    public let isFault: Bool
    public let sentence: Sentence
}

extension Onboarding {
    private static var warningDays: Int64 { 14 }

    /// What keeps an application from working, or makes it less safe than it could be, the worst first.
    public func checkApplication(_ name: String, by actor: Actor) async throws -> [ApplicationFinding] {
        let now = world.now()
        let (view, isToldAll) = try await reading(by: actor, at: now) { turn in
            let view = try turn.applicationView(name)
            return (view, try !turn.snapshot.hasParkedLogout(of: view.application.id))
        }
        let registration = view.application.registration
        var found: [ApplicationFinding] = []
        let add = { (code: String, isFault: Bool, sentence: Sentence) in
            found.append(ApplicationFinding(code: code, isFault: isFault, sentence: sentence))
        }
        if !isToldAll {
            add(
                "logout_not_told", true,
                "It could not be told of every sign-in that has ended: usher effect list --parked says why.")
        }
        // The newest has no end.
        if let end = view.secrets.compactMap(\.endsAt).min(),
            end < now.adding(seconds: Self.warningDays * 86_400)
        {
            add(
                "older_secret", false, "An older secret is accepted until \(end.iso8601): use the newer one by then.")
        }
        if registration.grants.contains(.authorizationCode) {
            if !registration.scopes.contains(.openid) {
                add("no_openid", false, "It gets no ID token: its scopes do not have openid.")
            }
            if registration.logoutNotice == nil, view.application.kind == .web {
                add(
                    "no_logout_notice", false,
                    "It does not hear that somebody was suspended, and goes on until its own session ends: give it "
                        + "an address for that.")
            }
            if registration.logoutRedirects.isEmpty, view.application.kind == .web {
                add("no_logout_redirect", false, "Nobody is led back to it after signing out.")
            }
        }
        if view.application.kind == .web {
            for address in registration.redirects where address.hasPrefix("http://") {
                add("not_encrypted", false, "People are led to \(address), which is for trying out on this machine.")
            }
        }
        return found.filter(\.isFault) + found.filter { !$0.isFault }
    }
}
