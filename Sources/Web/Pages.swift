import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import OpenSSL

/// Makes pages: templates, with what every page shows.
struct Pages: Sendable {
    let templates: PageTemplates
    let onboarding: Onboarding
    /// Names of the style sheet and the script with the hash of what is in them.
    let assets: Assets
    /// What faults say in the reader's language.
    let words: FaultWords
    /// What states, parts and the like are called in it.
    let names: Words

    /// - Parameter values: what this page shows beside the frame around it.
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
        if let shown = values["fault"] as? [String: Any] {
            values["fault"] = shown.mapValues { ($0 as? String).map { words.words($0, in: context.language) } ?? $0 }
        }
        var page = Page(html: try templates.render(name, values, in: context.language), status: status)
        if let cookie { page.headers[.setCookie] = cookie.description }
        return page
    }

    /// An error, in the frame of every page.
    func fault(_ fault: Fault, _ context: WebContext) throws -> Page {
        try page(
            "error",
            [
                "message": words.words(fault.message, in: context.language),
                "faults": fault.faults.map { words.words($0.message, in: context.language) },
                "request": context.requestID,
                "isOutage": fault.code == .unavailable, "isMissing": fault.code == .notFound,
            ], context, status: fault.code.status)
    }
}

extension Fault {
    /// The faults of a form by field, for the place beside each, and the sentence above the form.
    var shown: [String: Any] {
        var shown: [String: Any] = ["message": message]
        for fault in faults { shown[fault.field] = fault.message }
        return shown
    }
}
