import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import OpenSSL
import Translation

/// Makes pages: templates, with what every page shows.
struct Pages: Sendable {
    let templates: PageTemplates
    let onboarding: Onboarding
    /// Names of the style sheet and the script with the hash of what is in them.
    let assets: Assets
    let translations: Translations
    /// What states, parts and the like are called in it.
    let names: Words

    var languages: Languages { translations.languages }

    /// A number that words go with.
    func count(_ number: Int) -> Count { Count(number, translations) }

    /// - Parameters:
    ///   - refused: what the page says was refused; its status is that of the answer.
    ///   - controls: those of the fields that are called otherwise on the page; of the empty name, where a fault that
    ///     names none belongs.
    func page(
        _ value: some PageValue, _ context: WebContext, status: HTTPResponse.Status = .ok, refused: Fault? = nil,
        controls: [String: String] = [:]
    ) throws -> Page {
        var (form, cookie): (String, Cookie?) = (context.formToken, nil)
        if form.isEmpty {
            // The first page of this browser: from now on its forms can be told from other sites'.
            let chance = onboarding.world.random(32).hex
            cookie = WebCookie.make(visit: chance)
            form = try onboarding.keys.formToken(browser: Secret(chance), person: context.visitor?.person.id)
        }
        var shown = ShownNames(of: value)
        shown.add(of: frame(form, isRefused: refused != nil, context))
        let html = try templates.render(type(of: value).template, shown.values, in: context.language)
        let marks = refused.map { faultMarks(of: $0, controls, context) }
        var page = Page(html: marks?.marked(html) ?? html, status: refused?.code.status ?? status)
        if let cookie { page.headers[.setCookie] = cookie.description }
        return page
    }

    private func frame(_ form: String, isRefused: Bool, _ context: WebContext) -> PageFrame {
        let visitor = context.visitor.map { visitor in
            PageFrame.Visitor(
                name: visitor.person.name.text,
                places: Navigation.places(for: context.duties, at: context.target.path, names, in: context.language))
        }
        return PageFrame(
            product: onboarding.settings.product, style: assets.path(of: "usher.css"),
            script: assets.path(of: "usher.js"), form: form, newest: context.newestChange, visitor: visitor,
            fault: isRefused)
    }

    private func faultMarks(of fault: Fault, _ fields: [String: String], _ context: WebContext) -> FaultMarks {
        let message = translations.words(fault.sentence, in: context.language)
        let unnamed = fields[""].map { [(field: $0, message: message)] } ?? []
        return FaultMarks(
            message: message,
            faults: fault.faults.isEmpty
                ? unnamed
                : fault.faults.map {
                    (
                        field: fields[$0.field] ?? $0.field,
                        message: translations.words($0.sentence, in: context.language)
                    )
                }, action: context.target.path)
    }

    /// An error, in the frame of every page.
    func fault(_ fault: Fault, _ context: WebContext) throws -> Page {
        try page(
            ErrorPage(
                message: translations.words(fault.sentence, in: context.language), request: context.requestID,
                isOutage: fault.code == .unavailable, isMissing: fault.code == .notFound), context,
            status: fault.code.status)
    }
}

/// What every page shows.
struct PageFrame {
    struct Visitor {
        let name: String
        let places: [Navigation.Link]
    }

    let product, style, script: String
    /// The token of its forms.
    let form: String
    /// The last change before it was made.
    let newest: Int64
    let visitor: Visitor?
    /// Something was refused.
    let fault: Bool
}

/// An error, in the frame of every page.
struct ErrorPage: PageValue {
    static let template = "error"

    let message: String
    /// By which the log knows what happened.
    let request: String
    let isOutage, isMissing: Bool
}
