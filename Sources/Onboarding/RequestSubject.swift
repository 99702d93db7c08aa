package import Basics
package import Directory

/// What a request is about, where its workflow needs to know more than a holder and items.
package enum RequestSubject: Hashable, Sendable {
    /// A cloud that does not exist yet.
    case cloud(name: DisplayName, slug: Slug)
    /// The account of a program, whose holder owns it.
    case apiAccount
    /// Who represents the organization: the holder, in place of somebody, or as one more.
    case representation(replacing: PersonID?)
    /// The temporary profiles that another request gave.
    case access(from: RequestID)

    /// Whether such a request leaves the account of its holder alone, so that any number of them may be open beside
    /// another request about it.
    package var sparesAccount: Bool {
        switch self {
        case .cloud, .apiAccount, .access: true
        case .representation: false
        }
    }
}

/// As it is kept: the kind, then what cannot hold a blank, then a name.
extension RequestSubject {
    package var text: String {
        switch self {
        case .cloud(let name, let slug): "\(Self.beginning(ofCloud: slug))\(name)"
        case .apiAccount: "api_account"
        case .representation(let replaced): replaced.map { "representation \($0)" } ?? "representation"
        case .access(let giver): "access \(giver)"
        }
    }

    /// Nil for what `text` never gives.
    package init?(text: String) {
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        switch words.first {
        case "cloud" where words.count == 3:
            // What these refuse was not written by `text`.
            guard let slug = try? Slug(words[1]), let name = try? DisplayName(words[2]) else { return nil }
            self = .cloud(name: name, slug: slug)
        case "api_account" where words.count == 1: self = .apiAccount
        case "representation" where words.count == 1: self = .representation(replacing: nil)
        case "representation" where words.count == 2:
            guard let replaced = PersonID(words[1]) else { return nil }
            self = .representation(replacing: replaced)
        case "access" where words.count == 2:
            guard let giver = RequestID(words[1]) else { return nil }
            self = .access(from: giver)
        default: return nil
        }
    }

    /// With which every text about a cloud of this slug begins, whatever its name.
    package static func beginning(ofCloud slug: Slug) -> String { "cloud \(slug) " }
}

extension RequestSnapshot {
    /// The open requests about somebody's account itself, of which there is one at most at a time.
    func openAccountRequests(about person: PersonID) throws -> [Request] {
        try openRequests(about: person).compactMap { try request($0) }.filter { $0.subject?.sparesAccount != true }
    }
}
