import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import Records
import Translation

/// `/requests/import`: a file is chosen, every row's verdict is looked
/// at, and only then requests are submitted.
struct BatchRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        let group = router.group("requests/import")
        group.get("", use: ask)
        group.post("", use: begin)
        group.get("example.csv", use: example)
        group.get("{batch}", use: show)
        group.post("{batch}/columns", use: columns)
        group.post("{batch}/submit", use: submit)
        group.post("{batch}/forget", use: forget)
    }

    private static let pageSize = 200
    /// A file with as many rows is checked, or submitted, by the time that its page is there.
    static let rowsAtOnce = 200

    @Sendable
    private func ask(_ request: Request, context: WebContext) async throws -> Page {
        try await askPage(context.target.value("org"), nil, context, again: context.target.value("file") == "again")
    }

    /// - Parameter again: whether a file was sent while nobody was signed in.
    private func askPage(
        _ slug: String?, _ fault: Fault?, _ context: WebContext, again: Bool = false
    ) async throws -> Page {
        let actor = try context.actor()
        let places = try await onboarding.workplaces(of: actor)
        guard let slug = slug ?? places.first?.slug.text else {
            throw Fault(.forbidden, "Only representatives and delivery managers ask for access.")
        }
        let place = try await onboarding.organization(slug, by: actor)
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let batches = try await onboarding.batches(by: actor)
        let page = ImportPage(
            org: slug, organization: place.organization.name.text, places: Workplace.options(places, chosen: slug),
            query: Workplace.query(slug), profiles: onboarding.catalogue.profiles.map(\.code),
            languages: pages.languages.all.map(\.rawValue), placesIn: place.clouds.map { .init(slug: $0.slug.text) },
            batches: batches.map { batch in
                ImportPage.Row(moment: dates.moment(batch.createdAt), batch: ShownBatch(batch, pages))
            }, again: again)
        return try pages.page(page, context, refused: fault)
    }

    @Sendable
    private func begin(_ request: Request, context: WebContext) async throws -> Response {
        let actor = try context.actor()
        let slug = context.target.value("org")
        do {
            let upload = try await FormGuard.upload(request, context)
            guard let file = upload.files["csv"], !file.isEmpty else {
                throw Fault.invalid("csv", "required", "Choose a file first.")
            }
            let id = try await kept(file, upload.form["org"], by: actor)
            try await onboarding.advanceBatch(id, limit: Self.rowsAtOnce)
            return .redirect(to: "/requests/import/\(id)")
        } catch let fault as Fault where fault.code == .invalid {
            return try await askPage(slug, fault, context).response(from: request, context: context)
        } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
            let fault = Fault.invalid("csv", "too_large", "The file has more than 16 MiB: split it.")
            var page = try await askPage(slug, fault, context)
            page.status = .contentTooLarge
            return page.response(from: request, context: context)
        }
    }

    /// As a batch, or as it is where somebody has to say which column is what.
    private func kept(_ file: [UInt8], _ organization: String, by actor: Actor) async throws -> BatchID {
        do {
            return try await onboarding.beginBatch(csv: file, organization: organization, by: actor)
        } catch let fault as Fault where fault.faults.first?.code == "wrong_header" {
            return try await onboarding.keepFile(file, organization: organization, by: actor)
        }
    }

    /// A file that could be submitted as it is, but for the people in it.
    @Sendable
    private func example(_ request: Request, context: WebContext) async throws -> Response {
        let actor = try context.actor()
        let places = try await onboarding.workplaces(of: actor)
        let slug = context.target.value("org") ?? places.first?.slug.text ?? ""
        let place = try await onboarding.organization(slug, by: actor)
        let file = ExampleFile(
            organization: slug, clouds: place.clouds.map(\.slug.text),
            profile: onboarding.catalogue.profiles.first?.code ?? "", language: context.language)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"usher.csv\"",
            ],
            body: .init(byteBuffer: ByteBuffer(string: file.text)))
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        let after = context.target.value("after")
        let id = try id(context)
        if let outline = try await onboarding.outline(of: id, by: try context.actor()) {
            return try columnsPage(id, outline, FormData(fields: [:]), nil, context)
        }
        return try await page(id, context.target.value("view") == "refused", after: after, nil, context)
    }

    private func page(
        _ id: BatchID, _ onlyRefused: Bool, after: String?, _ fault: Fault?, _ context: WebContext
    ) async throws -> Page {
        let actor = try context.actor()
        let (batch, organization) = try await onboarding.batch(id, by: actor)
        let rows = try await onboarding.rows(
            of: id, onlyRefused ? .refused : nil, PageRequest(after: after, limit: Self.pageSize), by: actor)
        let page = BatchPage(
            batch: ShownBatch(batch, pages), organization: organization.name.text,
            query: Workplace.query(organization.slug.text),
            notes: batch.notes.map { pages.translations.words($0, in: context.language) },
            rows: rows.items.map { shown($0, context.language) }, onlyRefused: onlyRefused, isFirst: after == nil,
            next: rows.next.map {
                Workplace.query(nil, onlyRefused ? ["after": $0, "view": "refused"] : ["after": $0])
            })
        return try pages.page(page, context, refused: fault)
    }

    private func shown(_ row: BatchRow, _ language: Language) -> BatchPage.Row {
        BatchPage.Row(
            line: row.line, email: row.fields[0], name: row.fields[1],
            grants: row.fields[3].split(separator: ";").map(String.init).joined(separator: "; "),
            until: row.fields[4].isEmpty ? nil : row.fields[4], is: row.state,
            faults: row.faults.map { pages.translations.words($0.sentence, in: language) }, request: row.request?.text)
    }

    @Sendable
    private func submit(_ request: Request, context: WebContext) async throws -> Response {
        _ = try await FormGuard.form(request, context)
        let id = try id(context)
        do {
            try await onboarding.submitBatch(id, by: try context.actor())
        } catch let fault as Fault where fault.code == .conflict {
            return try await page(id, false, after: nil, fault, context).response(from: request, context: context)
        }
        try await onboarding.advanceBatch(id, limit: Self.rowsAtOnce)
        return .redirect(to: "/requests/import/\(id)")
    }

    @Sendable
    private func forget(_ request: Request, context: WebContext) async throws -> Response {
        _ = try await FormGuard.form(request, context)
        let id = try id(context)
        if try await onboarding.forgetFile(id, by: try context.actor()) { return .redirect(to: "/requests/import") }
        do {
            try await onboarding.forgetBatch(id, by: try context.actor())
        } catch let fault as Fault where fault.code == .conflict {
            return try await page(id, false, after: nil, fault, context).response(from: request, context: context)
        }
        return .redirect(to: "/requests/import")
    }

    func id(_ context: WebContext) throws -> BatchID {
        let text = context.parameters.get("batch") ?? ""
        guard let id = BatchID(text) else { throw Authority.missing("file", text) }
        return id
    }
}
