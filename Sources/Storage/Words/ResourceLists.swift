import Basics
import Directory
import Records

/// One place and, where names are looked for, one name: a search takes these one after the other.
struct ResourceLeg {
    /// What a leg costs that has next to nothing, in entries of an index.
    static let leastWork = 100

    struct Position: Comparable {
        let place: String
        let name: Int

        static func < (left: Self, right: Self) -> Bool { (left.place, left.name) < (right.place, right.name) }
    }

    let place: ResourceSearch.Place
    let name: String?
    let position: Position

    /// What leads to resources of the leg: each has all of them.
    func lists(_ search: ResourceSearch) -> [ResourceList] {
        [.place] + wishes(search).filter(\.isWanted).map { .entries($0.tag) }
    }

    /// Tags, and the name as one.
    private func wishes(_ search: ResourceSearch) -> [ResourceSearch.TagWish] {
        search.tags + (name.map { [.init(.ofName($0))] } ?? [])
    }

    /// What is asked beside a list.
    func others(_ search: ResourceSearch, than list: ResourceList) -> [ResourceSearch.TagWish] {
        guard case .entries(let tag) = list else { return wishes(search) }
        return wishes(search).filter { $0 != .init(tag) }
    }

    /// The list that has nothing but answers, if there is one.
    func exact(_ search: ResourceSearch) -> ResourceList? {
        guard search.isFree else { return nil }
        let wishes = wishes(search)
        guard let first = wishes.first else { return .place }
        switch place {
        case .everywhere, .organization: return wishes.count == 1 && first.isWanted ? .entries(first.tag) : nil
        case .cloud, .service: return nil
        }
    }
}

/// Where the ids of some resources stand in order.
enum ResourceList {
    /// All of a place.
    case place
    /// Those with a tag or a name.
    case entries(Tag)

    var id: SQL {
        switch self {
        case .place: "resource.id"
        case .entries: "seen.resource_id"
        }
    }

    /// From `FROM` on; the two values after these are the id after which, and up to which, it is walked.
    func from(_ place: ResourceSearch.Place, joined: Bool = false) -> (sql: SQL, values: [SQLValue]) {
        switch self {
        case .place: return place.list
        case .entries(let tag):
            let table: SQL = joined ? "\(Self.table) CROSS JOIN resource" : "\(Self.table)"
            // What reads the row of each entry begins at the entries.
            let also: SQL = joined ? "resource.id = seen.resource_id AND " : ""
            let sql: SQL = """
                FROM \(table) WHERE \(also)\(place.isOfOrganization ? "seen.organization_id = ? AND " : "")\
                seen.key = ? AND seen.value = ? AND seen.resource_id > ? AND seen.resource_id <= ?
                """
            return (sql, place.organizationValues + [.text(tag.key), .text(tag.value)])
        }
    }

    private static let table: SQL = "resource_tag AS seen"

    /// What is left to be asked of the place.
    func condition(_ place: ResourceSearch.Place) -> (sql: SQL, values: [SQLValue]) {
        guard case .entries = self else { return ("", []) }
        switch place {
        case .everywhere, .organization: return ("", [])
        case .cloud(let id, _): return (" AND resource.cloud_id = ?", [.id(id)])
        case .service(let id, _): return (" AND resource.service_id = ?", [.id(id)])
        }
    }
}

extension ResourceSearch.Place {
    fileprivate var isOfOrganization: Bool { self != .everywhere }

    fileprivate var organizationValues: [SQLValue] {
        switch self {
        case .everywhere: []
        case .organization(let id), .cloud(_, let id), .service(_, let id): [.id(id)]
        }
    }

    fileprivate var list: (sql: SQL, values: [SQLValue]) {
        switch self {
        case .everywhere: ("FROM resource WHERE resource.id > ? AND resource.id <= ?", [])
        case .organization(let id):
            (
                "FROM resource WHERE resource.organization_id = ? AND resource.id > ? AND resource.id <= ?",
                [.id(id)]
            )
        case .cloud(let id, _):
            ("FROM resource WHERE resource.cloud_id = ? AND resource.id > ? AND resource.id <= ?", [.id(id)])
        case .service(let id, _):
            ("FROM resource WHERE resource.service_id = ? AND resource.id > ? AND resource.id <= ?", [.id(id)])
        }
    }

    /// Whether a resource has another tag, too: one look-up, never a join, which a planner might turn round.
    func condition(_ wish: ResourceSearch.TagWish, of id: SQL) -> (sql: SQL, values: [SQLValue]) {
        let sql: SQL = """
             AND CASE WHEN (SELECT 1 FROM resource_tag AS own WHERE \
            \(isOfOrganization ? "own.organization_id = ? AND " : "")own.key = ? AND own.value = ? \
            AND own.resource_id = \(id)) IS NULL THEN 0 ELSE 1 END = ?
            """
        return (
            sql, organizationValues + [.text(wish.tag.key), .text(wish.tag.value), .number(wish.isWanted ? 1 : 0)]
        )
    }
}

// MARK: What the row says

extension ResourceSearch {
    /// In the order in which a search goes through them.
    var legs: [ResourceLeg] {
        let chosen: [String?] = names.included.isEmpty ? [nil] : names.included
        return places.sorted { $0.key < $1.key }.flatMap { place in
            chosen.enumerated().map { index, name in
                ResourceLeg(
                    place: place, name: name, position: ResourceLeg.Position(place: place.key, name: index))
            }
        }
    }

    /// Whether the row need not be asked.
    var isFree: Bool {
        names.excluded.isEmpty
            && [types, families, statuses, environments, zones, clouds, services].allSatisfy(\.isFree)
    }

    /// For every choice: its values are `values`.
    static let conditions: SQL = .joined(
        [
            condition([category, "resource.kind", "resource.type"]),
            condition(["substr(resource.type, length(resource.kind) + 2)"]),
            condition(["resource.status"]), condition(["resource.environment"]),
            condition(["coalesce(resource.zone, '')"]), condition(["resource.name"]), condition(["resource.cloud_id"]),
            condition(["resource.service_id"]),
        ], by: "")

    private static let category: SQL = "resource.category"

    var values: [SQLValue] {
        Self.values(types, columns: 3)
            + [families, statuses, environments, zones, .init(excluded: names.excluded), clouds, services]
            .flatMap { Self.values($0, columns: 1) }
    }

    /// That one of the columns is among the texts of a list, and none among those of another.
    ///
    /// A list is one value, so that one statement does for every number of texts; the separator is a character
    /// that no text has.
    private static func condition(_ columns: [SQL]) -> SQL {
        let chosen = columns.map { column -> SQL in
            "replace(?, '\u{1F}' || \(column) || '\u{1F}', '') <> ?"
        }
        let refused = columns.map { column -> SQL in
            "replace(?, '\u{1F}' || \(column) || '\u{1F}', '') = ?"
        }
        return " AND (? = '' OR \(.joined(chosen, by: " OR "))) AND \(.joined(refused, by: " AND "))"
    }

    private static func values(_ choice: Choice, columns: Int) -> [SQLValue] {
        let (included, excluded) = (list(choice.included), list(choice.excluded))
        return Array(repeating: included, count: 1 + 2 * columns) + Array(repeating: excluded, count: 2 * columns)
    }

    private static func list(_ texts: [String]) -> SQLValue {
        .text(texts.isEmpty ? "" : "\u{1F}" + texts.joined(separator: "\u{1F}") + "\u{1F}")
    }
}

/// Where a search goes on.
struct ResourceCursor {
    let position: ResourceLeg.Position
    /// The last id that was looked at in the leg; empty for none.
    let id: String

    init(position: ResourceLeg.Position, id: String) {
        self.position = position
        self.id = id
    }

    var text: String { "\(position.place).\(position.name).\(id)" }

    /// Reads what `text` wrote.
    ///
    /// - Throws: `Cursor.refusal`.
    init(text: String) throws {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == "all" || CloudID(parts[0])?.text == parts[0],
            let name = Int(parts[1]), (0..<1_000).contains(name), "\(name)" == parts[1],
            parts[2].isEmpty || ResourceID(parts[2]) != nil
        else { throw Cursor.refusal }
        position = ResourceLeg.Position(place: parts[0], name: name)
        id = parts[2]
    }
}
