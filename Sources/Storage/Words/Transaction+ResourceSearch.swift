import Basics
import Directory
import Records

/// The registry by filters, a bounded piece of work at a time.
///
/// Every tag and name has the ids of its resources in order, and so has every place. A search walks along the
/// shortest of these lists and looks each id up in the others; whatever else is asked is judged by the row. How
/// short a list is shows a probe, which walks along it for as far as a page may go and no further.
extension SQLTransaction {
    func resources(_ search: ResourceSearch, _ page: PageRequest) throws -> Page<Resource> {
        let start = try page.after.map { try ResourceCursor(text: $0) }
        var found: [Resource] = []
        var work = ResourceSearch.greatestWork
        for leg in search.legs {
            var after = ""
            if let start {
                guard leg.position >= start.position else { continue }
                if leg.position == start.position { after = start.id }
            }
            guard work > 0 else {
                return Page(items: found, next: ResourceCursor(position: leg.position, id: after).text)
            }
            let walk = try walk(leg, of: search, after: after, atMost: work)
            let rows = try resources(of: leg, along: walk, of: search, limit: page.limit - found.count + 1)
            found += rows
            if found.count > page.limit {
                let items = Array(found.prefix(page.limit))
                // The row too many is of this leg; the last that is shown may be of one before.
                let last = rows.count > 1 ? rows[rows.count - 2].id.text : after
                return Page(items: items, next: ResourceCursor(position: leg.position, id: last).text)
            }
            if let end = walk.end {
                return Page(items: found, next: ResourceCursor(position: leg.position, id: end).text)
            }
            work -= max(walk.length, ResourceLeg.leastWork)
        }
        return Page(items: found, next: nil)
    }

    /// Which list to walk along, and how far.
    private func walk(
        _ leg: ResourceLeg, of search: ResourceSearch, after: String, atMost work: Int
    ) throws -> ResourceWalk {
        let lists = leg.lists(search)
        // Every entry of it is an answer, so that the limit of the page is the end.
        if let list = leg.exact(search) { return ResourceWalk(list: list, after: after, end: nil, length: 0) }
        for length in [1_000, work] where length <= work {
            var furthest: ResourceWalk?
            for list in lists {
                let from = list.from(leg.place)
                let probe: SQL = "SELECT \(list.id) \(from.sql) ORDER BY \(list.id) LIMIT 1 OFFSET ?"
                let end = try connection.row(
                    probe, from.values + [.text(after), .text(ResourceWalk.beyond), .number(length - 1)]
                ) { $0.text(0) }
                guard let end else { return ResourceWalk(list: list, after: after, end: nil, length: length) }
                if furthest.map({ end > ($0.end ?? "") }) ?? true {
                    furthest = ResourceWalk(list: list, after: after, end: end, length: length)
                }
            }
            // The list that comes furthest in so many steps is the sparsest.
            if length == work, let furthest { return furthest }
        }
        preconditionFailure("the last length is what is left")
    }

    private func resources(
        of leg: ResourceLeg, along walk: ResourceWalk, of search: ResourceSearch, limit: Int
    ) throws -> [Resource] {
        let from = walk.list.from(leg.place, joined: true)
        let range: [SQLValue] = [.text(walk.after), .text(walk.end ?? ResourceWalk.beyond)]
        let tags = leg.others(search, than: walk.list).map { leg.place.condition($0, of: walk.list.id) }
        let place = walk.list.condition(leg.place)
        let sql: SQL = """
            \(Resource.columns.selecting)\(from.sql)\(.joined(tags.map(\.sql), by: ""))\(place.sql)\
            \(search.isFree ? "" : ResourceSearch.conditions) ORDER BY \(walk.list.id) LIMIT ?
            """
        let values = from.values + range + tags.flatMap(\.values) + place.values
        return try connection.rows(
            sql, values + (search.isFree ? [] : search.values) + [.number(limit)], Resource.columns.read)
    }
}

/// Which list a search walks along, from where to where.
private struct ResourceWalk {
    /// Above every id.
    static let beyond = "\u{10FFFF}"

    let list: ResourceList
    let after: String
    /// The last id that is looked at; nil for all that are left.
    let end: String?
    /// How many entries that are at most; 0 where the page ends it.
    let length: Int
}
