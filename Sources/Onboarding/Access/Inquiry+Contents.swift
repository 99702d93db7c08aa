import Basics
import Directory
import Records

/// Searches for what lies in clouds: whoever may do something in a cloud may do it with all of that.
extension Inquiry {
    func services(
        whereMay subject: Subject, _ action: Directory.Action, since authenticatedAt: Timestamp?, _ page: PageRequest
    ) throws -> Page<String> {
        try contents(of: try clouds(of: subject), page) { id, part in
            guard let place = try place(id, whereMay: subject, action, since: authenticatedAt) else { return nil }
            return try turn.snapshot.services(of: id, part).map { "\(place.name)/\($0.slug)" }
        }
    }

    func resources(
        whereMay subject: Subject, _ action: Directory.Action, since authenticatedAt: Timestamp?, _ page: PageRequest
    ) throws -> Page<String> {
        try contents(of: try clouds(of: subject), page) { id, part in
            guard let place = try place(id, whereMay: subject, action, since: authenticatedAt) else { return nil }
            let search = ResourceSearch(in: [.cloud(id, of: place.organization.id)])
            return try turn.snapshot.resources(search, part).map(\.id.text)
        }
    }

    /// Goes through clouds in their order, and through each in the order of what is read of it.
    ///
    /// A cursor is `CLOUD REST`: where to go on, and what the list of that cloud goes on with, if it has begun.
    /// - Parameter read: nil for a cloud that is passed over.
    private func contents(
        of clouds: [CloudID], _ page: PageRequest, _ read: (CloudID, PageRequest) throws -> Page<String>?
    ) throws -> Page<String> {
        let mark = page.after.map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        let rest = clouds.drop { id in mark?.first.map { id.text < $0 } ?? false }
        var after = mark.flatMap { $0.count == 2 && rest.first?.text == $0[0] ? $0[1] : nil }
        var found: [String] = []
        var looks = 0
        for (index, id) in zip(rest.indices, rest) {
            repeat {
                let room = PageRequest(after: after, limit: min(page.limit - found.count, 100))
                let part = try read(id, room)
                found += part?.items ?? []
                after = part?.next
                looks += 1
                guard found.count == page.limit || looks == Self.greatestLook / 100 else { continue }
                if let after { return Page(items: found, next: "\(id) \(after)") }
                return Page(items: found, next: index == rest.indices.last ? nil : rest[index + 1].text)
            } while after != nil
        }
        return Page(items: found, next: nil)
    }
}
