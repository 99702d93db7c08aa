import Basics
import Directory
import Records

/// Searches: the same decisions, for all that a page can hold.
extension Inquiry {
    /// How many elements one call looks at, however few of them are found.
    static var greatestLook: Int { 1_000 }

    /// Fills a page with the names of those who may, from pages of all that there are.
    ///
    /// - Parameter name: nil for who may not.
    private func fill<Element: Sendable>(
        _ page: PageRequest, from read: (PageRequest) throws -> Page<Element>, key: (Element) -> String,
        name: (Element) throws -> String?
    ) rethrows -> Page<String> {
        var found: [String] = []
        var after = page.after
        for _ in 0..<(Self.greatestLook / 100) {
            let part = try read(PageRequest(after: after, limit: 100))
            for (index, element) in part.items.enumerated() {
                guard let name = try name(element) else { continue }
                found.append(name)
                guard found.count == page.limit else { continue }
                let isLast = part.next == nil && index == part.items.count - 1
                return Page(items: found, next: isLast ? nil : key(element))
            }
            guard let next = part.next else { return Page(items: found, next: nil) }
            after = next
        }
        return Page(items: found, next: after)
    }

    /// The same, from what is read whole and ordered by its key.
    private func fill<Element: Sendable>(
        _ page: PageRequest, from elements: ArraySlice<Element>, key: (Element) -> String,
        name: (Element) throws -> String?
    ) rethrows -> Page<String> {
        var rest = elements
        return try fill(
            page,
            from: { part in
                let items = Array(rest.prefix(part.limit))
                rest = rest.dropFirst(items.count)
                return Page(items: items, next: rest.isEmpty ? nil : items.last.map(key))
            }, key: key, name: name)
    }

    func subjects(
        of type: SubjectType, whoMay action: Directory.Action, in place: Place, _ page: PageRequest
    ) throws -> Page<String> {
        switch type {
        case .user:
            try fill(
                page, from: { try turn.snapshot.holdersByID(in: place.cloud, $0, at: turn.now) }, key: \.person.id.text
            ) { holder in
                let active = action.needsMFA && holder.hasFactor ? try factor(of: holder.person.id) : nil
                let standing = Standing(
                    of: holder.person, grant: Standing.Held(holder.grant), towards: place.organization.id,
                    factor: active, lastVerifiedAt: active?.lastAcceptedAt)
                let verdict = turn.catalogue.decide(action, for: standing, at: turn.now).verdict
                return verdict == .allow ? holder.person.email.text : nil
            }
        case .client:
            try fill(
                page, from: { try turn.snapshot.apiAccounts(of: place.organization.id, $0) }, key: \.id.text
            ) { account in
                try decide(action, .program(account.id), in: place).verdict == .allow ? account.id.text : nil
            }
        }
    }

    func clouds(
        whereMay subject: Subject, _ action: Directory.Action, since authenticatedAt: Timestamp?, _ page: PageRequest
    ) throws -> Page<String> {
        let clouds = try clouds(of: subject)
        let first = clouds.firstIndex { $0.text > (page.after ?? "") } ?? clouds.endIndex
        return try fill(page, from: clouds[first...], key: \.text) { id in
            try place(id, whereMay: subject, action, since: authenticatedAt)?.name
        }
    }

    /// Nil where they may not, or it is not for whoever asks.
    func place(
        _ id: CloudID, whereMay subject: Subject, _ action: Directory.Action, since authenticatedAt: Timestamp?
    ) throws -> Place? {
        guard let place = try place(id), try mayAsk(about: subject, in: place),
            try decide(action, subject, in: place, since: authenticatedAt).verdict == .allow
        else { return nil }
        return place
    }

    func actions(
        of subject: Subject, in place: Place, since authenticatedAt: Timestamp?, _ page: PageRequest
    ) throws -> Page<String> {
        var actions = turn.catalogue.actions[...]
        if let after = page.after { actions = actions.drop { $0.label != after }.dropFirst() }
        return try fill(page, from: actions, key: \.label) { action in
            try decide(action, subject, in: place, since: authenticatedAt).verdict == .allow ? action.label : nil
        }
    }
}
