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
        var values = query.shown
        do {
            let page = PageRequest(after: query["after"], limit: Self.pageSize)
            let found = try await onboarding.auditEntries(query.wish, page, by: actor)
            let dates = ReaderDates(context.language, onboarding.settings.timeZone)
            values["entries"] = found.entries.map { shown($0, found, dates) }
            values["isEmpty"] = found.entries.isEmpty
            values["next"] = found.next.map { query.text(with: ["after": $0]) }
        } catch let fault as Fault where fault.code == .invalid {
            values["fault"] = fault
            values["isRefused"] = true
            return try pages.page("operation-audit", values, context, status: fault.code.status)
        }
        values["isFirst"] = query["after"] == nil
        values["query"] = query.text(with: [:])
        values["csv"] = query.text(with: ["format": "csv"])
        values["jsonl"] = query.text(with: ["format": "jsonl"])
        values["timeZone"] = onboarding.settings.timeZone.identifier
        return try pages.page("operation-audit", values, context)
    }

    private func shown(_ entry: AuditEntry, _ page: AuditPage, _ dates: ReaderDates) -> [String: Any] {
        var values: [String: Any] = [
            "sequence": "\(entry.sequence)", "at": entry.at.iso8601, "moment": dates.second(entry.at),
            "actor": page.readable(entry.actor), "action": entry.action,
        ]
        values["onBehalfOf"] = entry.onBehalfOf.map { page.readable($0.text) }
        values["subject"] = entry.subject.map { page.readable($0) }
        values["request"] = entry.request
        values["detail"] = entry.detail
        return values
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

        /// For the fields of the filter.
        var shown: [String: Any] {
            var shown: [String: Any] = [:]
            for name in Self.filters { shown["wish-\(name)"] = self[name] ?? "" }
            // A field for a day takes nothing else, and complains of it.
            for name in ["from", "until"] where (self[name] ?? "").wholeMatch(of: /\d{4}-\d\d-\d\d/) == nil {
                shown["wish-\(name)"] = ""
            }
            shown["isFiltered"] = Self.filters.contains { self[$0] != nil }
            return shown
        }

        /// The same filters with more, as an address has them.
        func text(with more: [String: String]) -> String {
            var pairs = Self.filters.compactMap { name in self[name].map { (name, $0) } }
            pairs += more.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            let text = pairs.map { "\($0.0)=\(LocalPath.escaped($0.1))" }.joined(separator: "&")
            return text.isEmpty ? "" : "?\(text)"
        }
    }
}
