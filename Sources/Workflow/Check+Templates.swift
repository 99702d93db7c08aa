import Basics

/// Proof 6: every template exists in English, which readers of other languages get where
/// theirs lacks it, and uses only fields that the run has at that point.
func checkTemplates(
    _ definition: Definition, _ graph: StateGraph, _ templates: (String, Language) -> Set<String>?,
    _ languages: Languages, _ log: inout FindingLog
) {
    var uses: [TemplateUse: [(language: Language, fields: Set<String>?)]] = [:]
    let holders = Set(definition.parts.filter { $0.source == "request.account_holder" }.map(\.name))
    // A comment is that of the choice that led here: where
    // only timers and effects lead, there is none.
    var byChoice = Array(repeating: false, count: graph.states.count)
    for edge in graph.edges.joined() where edge.byChoice { byChoice[edge.to] = true }
    for (number, state) in graph.states.enumerated() {
        for (action, _) in definition.orders(in: state, comesBack: false) {
            guard case .send(let name, let to) = action.order else { continue }
            let use = TemplateUse(
                template: name, hasToken: state.mayHoldToken(to: to, holders: holders),
                hasDates: state.due != nil || state.leaving != nil, hasComment: byChoice[number] || state.ask != nil)
            let lacking = uses[use] ?? use.lacking(templates, in: languages)
            uses[use] = lacking
            for (language, fields) in lacking {
                report(use, language, fields, action, state, graph, &log)
            }
        }
    }
}

private func report(
    _ use: TemplateUse, _ language: Language, _ fields: Set<String>?, _ action: Action, _ state: State,
    _ graph: StateGraph, _ log: inout FindingLog
) {
    guard let fields else {
        return log.add(
            "missing-template", action.position, "There is no mail `\(use.template)` in `\(language.rawValue)`.")
    }
    for field in fields.sorted() {
        let uses = "`\(use.template)` (\(language.rawValue)) uses `\(field)`"
        let message =
            CheckVocabulary.sometimesFields.contains(field)
            ? "\(uses), which a run in `\(state.name)` may not have."
            : "\(uses), which no run has." + hint(nearest(to: field, among: use.available))
        log.add("template-field", action.position, message, path: graph.path(to: state.name))
    }
}

/// A template at a point where a run has some fields: what is found out
/// once holds wherever it is used so again.
private struct TemplateUse: Hashable {
    let template: String
    let hasToken: Bool
    let hasDates: Bool
    let hasComment: Bool

    /// What a mail may say here.
    var available: Set<String> {
        var fields = CheckVocabulary.alwaysFields
        if hasToken { fields.insert("token") }
        if hasDates { fields.formUnion(["dueAt", "expiresAt"]) }
        if hasComment { fields.insert("comment") }
        return fields
    }

    /// By language, what the template uses and may not; nil where there
    /// is no template; nothing where all is well.
    func lacking(
        _ templates: (String, Language) -> Set<String>?, in languages: Languages
    ) -> [(language: Language, fields: Set<String>?)] {
        let available = available
        return languages.all.map { ($0, templates(template, $0)?.subtracting(available)) }
            .filter { language, fields in fields?.isEmpty == false || (fields == nil && language == .english) }
    }
}

extension State {
    /// A token lets its bearer act as the holder: for nobody else, and only where the holder is asked.
    fileprivate func mayHoldToken(to: [String], holders: Set<String>) -> Bool {
        guard let who = ask?.who, holders.contains(who) else { return false }
        return to.allSatisfy(holders.contains)
    }
}
