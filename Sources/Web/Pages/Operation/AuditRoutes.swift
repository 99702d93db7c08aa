import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import Records

/// `/operation/audit`: the trail, by who, what, about whom and when, and as a file.
struct AuditRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("operation/audit", use: list)
        router.get("operation/audit/export", use: export)
    }

    private static let pageSize = 50

    @Sendable
    private func list(_ request: Request, context: WebContext) async throws -> Page {
        let query = Query(context.target)
        let actor = try context.actor()
        var page = TrailPage(
            wish: query.days, isFiltered: query.isFiltered, query: query.text(with: [:]),
            csv: query.text(with: ["format": "csv"]), jsonl: query.text(with: ["format": "jsonl"]),
            isFirst: query["after"] == nil, timeZone: onboarding.settings.timeZone.identifier)
        do {
            let wanted = PageRequest(after: query["after"], limit: Self.pageSize)
            let found = try await onboarding.auditEntries(query.wish, wanted, by: actor)
            let dates = ReaderDates(context.language, onboarding.settings.timeZone)
            page.entries = found.entries.map { shown($0, found, dates) }
            page.isEmpty = found.entries.isEmpty
            page.next = found.next.map { query.text(with: ["after": $0]) }
            return try pages.page(page, context)
        } catch let fault as Fault where fault.code == .invalid {
            page.isRefused = true
            return try pages.page(page, context, refused: fault)
        }
    }

    private func shown(_ entry: AuditEntry, _ page: AuditPage, _ dates: ReaderDates) -> TrailPage.Entry {
        TrailPage.Entry(
            sequence: "\(entry.sequence)", at: entry.at.iso8601, moment: dates.second(entry.at),
            actor: page.readable(entry.actor), action: entry.action,
            onBehalfOf: entry.onBehalfOf.map { page.readable($0.text) },
            subject: entry.subject.map(page.readable), request: entry.request, detail: entry.detail)
    }

    /// The entries that the filters leave, newest first, as they are read: however long the
    /// trail is, a thousand at a time are in memory.
    @Sendable
    private func export(_ request: Request, context: WebContext) async throws -> Response {
        let query = Query(context.target)
        let actor = try context.actor()
        let isCSV: Bool
        switch query["format"] {
        case "csv": isCSV = true
        case "jsonl": isCSV = false
        default: throw Fault.invalid("format", "unknown_format", "The trail is exported as csv or jsonl.")
        }
        let first = PageRequest(limit: PageRequest.greatestLimit)
        // Asked for before the answer begins, so that a refusal is one.
        let beginning = try await onboarding.auditEntries(query.wish, first, by: actor)
        let name = "attachment; filename=\"usher-audit.\(isCSV ? "csv" : "jsonl")\""
        var headers: HTTPFields = [.contentType: isCSV ? "text/csv; charset=utf-8" : "application/jsonl"]
        headers[.contentDisposition] = name
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { [onboarding, wish = query.wish] writer in
                if isCSV { try await writer.write(ByteBuffer(bytes: AuditEntry.csvHeading)) }
                var page = beginning
                while true {
                    var lines = ByteBuffer()
                    for entry in page.entries {
                        lines.writeBytes(isCSV ? entry.csvRow : entry.json.data(pretty: false) + Data("\n".utf8))
                    }
                    try await writer.write(lines)
                    guard let next = page.next else { break }
                    let more = PageRequest(after: next, limit: PageRequest.greatestLimit)
                    page = try await onboarding.auditEntries(wish, more, by: actor)
                }
                try await writer.finish(nil)
            })
    }

    /// What stands in the address of the page.
    private struct Query {
        private static let filters = AuditWish.fields
        private let values: [String: String]

        init(_ target: RequestTarget) {
            values = FormData(target.query).single
        }

        subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

        var wish: AuditWish { AuditWish { self[$0] } }

        var isFiltered: Bool { Self.filters.contains { self[$0] != nil } }

        /// For the fields of the filter: one for a day takes nothing else, and complains of it.
        var days: AuditWish {
            AuditWish { name in
                let isDay = self[name]?.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil
                return isDay || !["from", "until"].contains(name) ? self[name] : nil
            }
        }

        /// The same filters with more, as an address has them.
        func text(with more: [String: String]) -> String {
            var pairs = Self.filters.compactMap { name in self[name].map { (name, $0) } }
            pairs += more.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            let text = pairs.map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&")
            return text.isEmpty ? "" : "?\(text)"
        }
    }
}

struct TrailPage: PageValue {
    static let template = "operation-audit"

    struct Entry {
        let sequence, at, moment, actor, action: String
        let onBehalfOf, subject, request, detail: String?
    }

    /// As it was typed.
    let wish: AuditWish
    let isFiltered: Bool
    /// The same filters, as the addresses of pages and files have them.
    let query, csv, jsonl: String
    let isFirst: Bool
    let timeZone: String
    var entries: [Entry] = []
    var isEmpty = true
    var next: String?
    var isRefused = false
}
