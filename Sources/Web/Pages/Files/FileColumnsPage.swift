import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// Which column of a file is what, where its first line does not say it in words of ours.
extension BatchRoutes {
    func columnsPage(
        _ id: BatchID, _ outline: Onboarding.FileOutline, _ form: FormData, _ fault: Fault?, _ context: WebContext
    ) throws -> Page {
        func options(_ field: String) -> [ColumnsPage.Option] {
            let chosen = fault == nil ? Self.guess(field, outline) : form[field]
            return outline.columns.map { column in
                ColumnsPage.Option(
                    key: column.key, title: column.title, sample: column.sample.isEmpty ? nil : column.sample,
                    isChosen: column.key == chosen)
            }
        }
        let page = ColumnsPage(
            id: id.text, organization: outline.organization.name.text,
            query: Workplace.query(outline.organization.slug.text),
            profiles: onboarding.catalogue.profiles.map(\.code), email: options("email"), name: options("name"),
            family: options("family"), locale: options("locale"), grants: options("grants"), until: options("until"),
            reason: options("reason"),
            all: .init(grants: form["all-grants"], until: form["all-until"], reason: form["all-reason"]))
        return try pages.page(page, context, refused: fault)
    }

    private static func guess(_ field: String, _ outline: Onboarding.FileOutline) -> String {
        if field == "family" { return outline.guesses[.name].flatMap { $0.count > 1 ? $0[1] : nil } ?? "" }
        return FileColumn(rawValue: field).flatMap { outline.guesses[$0]?.first } ?? ""
    }

    @Sendable
    func columns(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let actor = try context.actor()
        let id = try id(context)
        guard let outline = try await onboarding.outline(of: id, by: actor) else {
            // Sent twice, begun once.
            _ = try await onboarding.batch(id, by: actor)
            return .redirect(to: "/requests/import/\(id)")
        }
        do {
            let reading = FileReading(
                map: Self.map(form).text, grants: form["all-grants"], until: form["all-until"],
                reason: form["all-reason"])
            try await onboarding.beginBatch(ofKept: id, reading, by: actor)
        } catch let fault as Fault where fault.code == .invalid {
            return try columnsPage(id, outline, form, fault, context).response(from: request, context: context)
        }
        try await onboarding.advanceBatch(id, limit: Self.rowsAtOnce)
        return .redirect(to: "/requests/import/\(id)")
    }

    private static func map(_ form: FormData) -> ColumnMap {
        var titles: [FileColumn: [[String]]] = [:]
        for column in FileColumn.allCases {
            let parts = [form[column.rawValue]] + (column == .name ? [form["family"]] : [])
            let chosen = parts.filter { !$0.isEmpty }
            // Nothing chosen is an answer, too: no column is looked for by its name then.
            titles[column] = chosen.isEmpty ? [] : [chosen]
        }
        return ColumnMap(titles)
    }
}
