public import Basics
import Directory
public import Records

/// An application as an operator describes it, not judged yet.
public struct ApplicationDraft: Sendable {
    public var name: String
    public var kind: Application.Kind
    public var redirects: [String] = []
    public var logoutRedirects: [String] = []
    public var logoutNotice: String?
    /// Empty for what is usual of the kind.
    public var grants: [String] = []
    /// Empty for what is usual of the kind.
    public var scopes: [String] = []
    /// Short names; empty for everybody's people.
    public var organizations: [String] = []
    public var algorithm: String?
    public var sessionSeconds: Int64?
    public var resources: [String] = []
    public var keys: JSON?
    public var mustPush = false
    public var mustProveKey = false

    public init(name: String, kind: Application.Kind) {
        self.name = name
        self.kind = kind
    }
}

/// Each rule with its fault: what an application may be.
extension ApplicationDraft {
    /// - Parameter organization: finds one by its short name.
    /// - Throws: `Fault.Code.invalid` with every fault.
    func judged(
        organization: (String) throws -> OrganizationID?
    ) throws -> (name: DisplayName, registration: Registration) {
        var faults: [Fault.Field] = []
        let name = FieldRules.name(name, &faults)
        var result = Registration()
        result.redirects = addresses(redirects, "redirects", &faults)
        result.logoutRedirects = addresses(logoutRedirects, "logoutRedirects", &faults)
        result.logoutNotice = logoutNotice
        // We call it ourselves, and know no scheme of anybody's own.
        if let logoutNotice { judge(logoutNotice, "logoutNotice", ofNative: false, &faults) }
        result.grants = grants(&faults)
        result.scopes = scopes(&faults)
        result.resources = names(resources, &faults)
        result.keys = ClientKeys.judged(keys, &faults)
        for slug in organizations {
            guard let id = try organization(slug) else {
                faults.append(
                    .init("organizations", "unknown", "There is no organization \(FieldRules.quoted(slug))."))
                continue
            }
            result.organizations.append(id)
        }
        if let algorithm {
            let known = Registration.Algorithm(rawValue: algorithm)
            if known == nil {
                faults.append(.init("algorithm", "unknown", "Tokens are signed by ES256, or by RS256."))
            }
            result.algorithm = known ?? .es256
        }
        if let seconds = sessionSeconds {
            if !(300...SessionLimits.overallSeconds).contains(seconds) {
                let fault: Sentence = "A sign-in lasts 300 to \(SessionLimits.overallSeconds) seconds."
                faults.append(.init("sessionSeconds", "out_of_range", fault))
            }
            result.sessionSeconds = seconds
        }
        result.mustPush = mustPush
        result.mustProveKey = mustProveKey
        judgeWhole(result, &faults)
        guard let name, faults.isEmpty else { throw Fault.invalid(faults) }
        return (name, result)
    }

    /// What goes together, and what does not.
    private func judgeWhole(_ registration: Registration, _ faults: inout [Fault.Field]) {
        let hasCode = registration.grants.contains(.authorizationCode)
        if hasCode, redirects.isEmpty {
            faults.append(
                .init("redirects", "required", "Say where people are led back to after they signed in."))
        }
        if !hasCode, !redirects.isEmpty {
            faults.append(.init("redirects", "unexpected", "Nobody is led back: it does not sign people in here."))
        }
        if kind == .native, keys != nil {
            faults.append(.init("keys", "unexpected", "A native application can keep no key secret."))
        }
        if registration.grants.contains(.clientCredentials) != (kind == .service) {
            faults.append(
                .init("grants", "not_of_kind", "Client credentials are for service applications, and for no others."))
        }
        if registration.grants.contains(.refreshToken), !hasCode, !registration.grants.contains(.deviceCode) {
            faults.append(.init("grants", "not_alone", "A refresh token comes of a sign-in, and of nothing else."))
        }
    }

    // MARK: Parts

    private static var greatestNumber: Int { 20 }

    private func addresses(_ texts: [String], _ field: String, _ faults: inout [Fault.Field]) -> [String] {
        if texts.count > Self.greatestNumber {
            faults.append(.init(field, "too_many", "There are \(Self.greatestNumber) addresses at most."))
        }
        for (index, text) in texts.prefix(Self.greatestNumber).enumerated() {
            judge(text, "\(field)[\(index)]", ofNative: kind == .native, &faults)
            if texts.prefix(index).contains(text) {
                faults.append(.init("\(field)[\(index)]", "duplicate", "This address stands here twice."))
            }
        }
        return texts
    }

    private func judge(_ text: String, _ field: String, ofNative isNative: Bool, _ faults: inout [Fault.Field]) {
        do throws(RedirectAddress.Refusal) { _ = try RedirectAddress(text, ofNative: isNative) } catch {
            faults.append(.init(field, "invalid_address", error.sentence))
        }
    }

    private func grants(_ faults: inout [Fault.Field]) -> Set<GrantType> {
        guard !grants.isEmpty else { return kind.usualGrants }
        let known = grants.compactMap(GrantType.init)
        if known.count < grants.count {
            let list = GrantType.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append(.init("grants", "unknown", "A grant is one of \(list)."))
        }
        return Set(known)
    }

    private func scopes(_ faults: inout [Fault.Field]) -> Set<Scope> {
        guard !scopes.isEmpty else { return kind.usualScopes }
        let possible = Scope.allCases.filter { Scope.ofServices.contains($0) == (kind == .service) }
        for scope in scopes where !possible.map(\.rawValue).contains(scope) {
            let list = possible.map(\.rawValue).joined(separator: ", ")
            faults.append(
                .init("scopes", "unknown", "\(FieldRules.quoted(scope)) is no scope of such an application: \(list)."))
        }
        return Set(scopes.compactMap(Scope.init))
    }

    /// RFC 8707, section 2: an absolute URI without a fragment.
    private func names(_ texts: [String], _ faults: inout [Fault.Field]) -> [String] {
        for (index, text) in texts.enumerated() where !RedirectAddress.isAbsolute(text) {
            faults.append(
                .init("resources[\(index)]", "invalid_address", "A resource is an absolute address, no fragment in it.")
            )
        }
        return texts
    }
}

extension Application.Kind {
    fileprivate var usualGrants: Set<GrantType> {
        switch self {
        case .web: [.authorizationCode, .refreshToken]
        case .native: [.authorizationCode, .refreshToken, .deviceCode]
        case .service: [.clientCredentials]
        }
    }

    fileprivate var usualScopes: Set<Scope> {
        switch self {
        case .web: [.openid, .profile, .email]
        case .native: [.openid, .profile, .email, .offline]
        case .service: [.decisions]
        }
    }
}
