import Basics
import Records
import Translation

/// What an application may ask for, in words for whoever lets it.
struct ShownScope {
    let name: String
}

extension Pages {
    func shown(_ scopes: Set<Scope>, in language: Language) -> [ShownScope] {
        Scope.allCases.filter(scopes.contains).compactMap { scope in
            scope.sentence.map { ShownScope(name: translations.words($0, in: language)) }
        }
    }
}

extension Scope {
    /// Nil for what no person lets anybody.
    fileprivate var sentence: Sentence? {
        switch self {
        case .openid: "that it is you"
        case .profile: "your name and your language"
        case .email: "your e-mail address"
        case .organization: "your organization"
        case .access: "your profiles in clouds"
        case .offline: "to go on while you are away"
        case .api: "to act here in your name"
        case .apiRead: "to read here what you may read"
        case .decisions, .people, .changes, .introspection, .resources, .accessRequests: nil
        }
    }
}
