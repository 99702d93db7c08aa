import Basics
import Directory
import Records

extension RequestSnapshot {
    /// The open requests about somebody's account itself, of which there is one at most at a time.
    func openAccountRequests(about person: PersonID) throws -> [Request] {
        try openRequests(about: person).compactMap { try request($0) }.filter { $0.subject?.sparesAccount != true }
    }
}

extension Request {
    /// Who stops when the holder begins.
    var replaced: PersonID? {
        guard case .representation(let replaced)? = subject else { return nil }
        return replaced
    }

    /// What is left of profiles that are taken away, by cloud; nil for what takes nothing away.
    var left: [CloudID: String]? {
        if case .reduction(let left)? = subject { left } else { nil }
    }

    var newCloud: RequestView.NewCloud? {
        guard case .cloud(let name, let slug)? = subject else { return nil }
        return RequestView.NewCloud(name: name.text, slug: slug.text)
    }
}
