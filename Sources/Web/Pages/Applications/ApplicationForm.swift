import Basics
import Foundation
import Onboarding
import Records
import Translation

/// What was typed into the form of a new application, one address a line.
struct ApplicationForm {
    private let form: FormData

    init(_ form: FormData) { self.form = form }

    /// Fields whose lines are judged one by one.
    private static let lists = ["redirects", "logoutRedirects", "resources"]

    private var kind: Application.Kind { Application.Kind(rawValue: form["kind"]) ?? .web }

    private func lines(_ name: String) -> [String] {
        form.lines(name).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// - Throws: `Fault.Code.invalid` for what cannot be read at all.
    func draft() throws -> ApplicationDraft {
        var draft = ApplicationDraft(name: form["name"], kind: kind)
        draft.redirects = lines("redirects")
        draft.logoutRedirects = lines("logoutRedirects")
        draft.logoutNotice = form["logoutNotice"].isEmpty ? nil : form["logoutNotice"]
        draft.grants = form.all("grants")
        draft.scopes = form.all("scopes")
        draft.organizations = form["organizations"].split { " ,\n".contains($0) }.map(String.init)
        draft.algorithm = form["algorithm"].isEmpty ? nil : form["algorithm"]
        if !form["sessionMinutes"].isEmpty {
            // What is no number is out of range, too.
            draft.sessionSeconds = Int64(form["sessionMinutes"]).flatMap { $0 < 1_000_000 ? $0 * 60 : nil } ?? 0
        }
        draft.resources = lines("resources")
        draft.keys = try keys()
        draft.mustPush = form.isChecked("mustPush")
        draft.mustProveKey = form.isChecked("mustProveKey")
        return draft
    }

    private func keys() throws -> JSON? {
        guard !form["keys"].isEmpty else { return nil }
        do throws(JSON.Malformed) {
            return try JSON(reading: form["keys"].utf8, limits: JSON.Limits(values: 1_000))
        } catch {
            throw Fault.invalid("keys", "invalid_keys", "This is no JSON Web Key Set.")
        }
    }

    /// The same fault, by the names of the controls; what is wrong with one of several lines says which.
    func told(_ fault: Fault) -> Fault {
        guard !fault.faults.isEmpty else { return fault }
        return Fault.invalid(
            fault.faults.map { one in
                let parts = one.field.split { "[]".contains($0) }
                guard let field = parts.first.map(String.init) else { return one }
                if field == "sessionSeconds" {
                    return .init("sessionMinutes", one.code, "A sign-in lasts 5 to 720 minutes.")
                }
                guard Self.lists.contains(field), parts.count == 2, let index = Int(parts[1]) else { return one }
                return .init(field, one.code, "Line \(index + 1): \(one.sentence)")
            })
    }

    func page(_ pages: Pages, in language: Language) -> ApplicationFormPage {
        let grants = GrantType.allCases.map { grant in
            ApplicationFormPage.Choice(
                value: grant.rawValue, id: "grant-\(grant)",
                about: pages.names.text("grant-type", grant.rawValue, in: language),
                isChosen: form.all("grants").contains(grant.rawValue))
        }
        func choices(_ isOfService: Bool) -> [ApplicationFormPage.Choice] {
            pages.explained(Set(Scope.allCases.filter { Scope.ofServices.contains($0) == isOfService }), in: language)
                .map { scope in
                    ApplicationFormPage.Choice(
                        value: scope.name, id: "scope-\(scope.name.replacing(":", with: "-"))", about: scope.about,
                        isChosen: form.all("scopes").contains(scope.name))
                }
        }
        let rest = ["grants", "resources", "keys", "mustPush", "mustProveKey", "algorithm", "sessionMinutes"]
        return ApplicationFormPage(
            name: form["name"], kind: .init(rawValue: kind.rawValue) ?? .web, redirects: form.lines("redirects"),
            logoutRedirects: form.lines("logoutRedirects"), logoutNotice: form["logoutNotice"],
            scopes: choices(false), rights: choices(true), organizations: form["organizations"], grants: grants,
            isOld: form["algorithm"] == Registration.Algorithm.rs256.rawValue, sessionMinutes: form["sessionMinutes"],
            resources: form.lines("resources"), keys: form.lines("keys"), mustPush: form.isChecked("mustPush"),
            mustProveKey: form.isChecked("mustProveKey"),
            isOpen: rest.contains { form.all($0).contains { !$0.isEmpty } })
    }
}

/// A scope with what it is good for, for operators.
struct ExplainedScope {
    let name, about: String
}

extension Pages {
    func explained(_ scopes: Set<Scope>, in language: Language) -> [ExplainedScope] {
        Scope.allCases.filter(scopes.contains).map {
            ExplainedScope(name: $0.rawValue, about: names.text("scope", $0.rawValue, in: language))
        }
    }
}
