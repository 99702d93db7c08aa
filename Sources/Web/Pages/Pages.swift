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
    /// What faults say in the reader's language.
    let words: FaultWords
    /// What states, parts and the like are called in it.
    let names: Words

    var languages: Languages { translations.languages }

    /// A number that words go with.
    func count(_ number: Int) -> Count { Count(number, translations) }

    /// - Parameter values: what this page shows beside the frame around it;
    ///   `fault`, a `Fault`, is what was refused, and `fields` the controls
    ///   that its fields are called otherwise by.
    func page(
        _ name: String, _ values: [String: Any] = [:], _ context: WebContext, status: HTTPResponse.Status = .ok
    ) throws -> Page {
        var values = values
        values["newest"] = context.newestChange
        values["product"] = onboarding.settings.product
        values["style"] = assets.path(of: "usher.css")
        values["script"] = assets.path(of: "usher.js")
        if let visitor = context.visitor {
            values["visitor"] = [
                "name": visitor.person.name.text, "email": visitor.person.email.text,
                "places": Navigation.places(for: context.duties, at: context.target.path, names, in: context.language),
            ]
        }
        var cookie: Cookie?
        values["form"] = context.formToken
        if context.formToken.isEmpty {
            // The first page of this browser: from now on its forms can be told from other sites'.
            let chance = onboarding.world.random(32).hex
            cookie = WebCookie.make(visit: chance)
            values["form"] = try onboarding.keys.formToken(
                browser: Secret(chance), person: context.visitor?.person.id)
        }
        // Whoever signs in to go on with a form is told so.
        values["goesOn"] = (values["next"] as? String)?.hasPrefix(UnsentForms.path) ?? false
        if let hindrance = values["hindrance"] as? Fault {
            values["hindrance"] = ["message": words.words(hindrance.message, in: context.language)]
        }
        let fault = values["fault"] as? Fault
        values["fault"] = fault != nil
        let html = try templates.render(name, values, in: context.language)
        let marks = fault.map { faultMarks(of: $0, values["fields"] as? [String: String] ?? [:], context) }
        var page = Page(html: marks?.marked(html) ?? html, status: status)
        if let cookie { page.headers[.setCookie] = cookie.description }
        return page
    }

    /// - Parameter fields: the control of each field that is called otherwise there; of the
    ///   empty name, where a fault that names none belongs.
    private func faultMarks(of fault: Fault, _ fields: [String: String], _ context: WebContext) -> FaultMarks {
        let message = words.words(fault.message, in: context.language)
        let unnamed = fields[""].map { [(field: $0, message: message)] } ?? []
        return FaultMarks(
            message: message,
            faults: fault.faults.isEmpty
                ? unnamed
                : fault.faults.map {
                    (field: fields[$0.field] ?? $0.field, message: words.words($0.message, in: context.language))
                }, action: context.target.path)
    }

    /// An error, in the frame of every page.
    func fault(_ fault: Fault, _ context: WebContext) throws -> Page {
        var page = try page(
            ErrorPage(
                message: words.words(fault.message, in: context.language), request: context.requestID,
                isOutage: fault.code == .unavailable, isMissing: fault.code == .notFound), context)
        page.status = fault.code.status
        return page
    }
}
