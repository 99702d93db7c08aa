import Basics

/// Proof 6: every template exists in every language and uses only fields that the run has at that point.
func checkTemplates(
    _ definition: Definition, _ graph: StateGraph, _ templates: (String, Language) -> Set<String>?,
    _ log: inout FindingLog
) {
    for state in definition.states {
        for (action, _) in definition.orders(in: state, comesBack: false) {
            guard case .send(let name, let to) = action.order else { continue }
            let available = fields(of: definition, graph, state, to: to)
            for language in Language.allCases {
                guard let used = templates(name, language) else {
                    log.add(
                        "missing-template", action.position, "There is no mail `\(name)` in `\(language.rawValue)`.")
                    continue
                }
                for field in used.subtracting(available).sorted() {
                    let known = CheckVocabulary.sometimesFields.contains(field)
                    let uses = "`\(name)` (\(language.rawValue)) uses `\(field)`"
                    let message =
                        known
                        ? "\(uses), which a run in `\(state.name)` may not have."
                        : "\(uses), which no run has."
                            + hint(nearest(to: field, among: available))
                    log.add("template-field", action.position, message, path: graph.paths[state.name] ?? [])
                }
            }
        }
    }
}

/// What a mail ordered in `state` may say.
private func fields(of definition: Definition, _ graph: StateGraph, _ state: State, to: [String]) -> Set<String> {
    var fields = CheckVocabulary.alwaysFields
    let holders = definition.parts.filter { $0.source == "request.account_holder" }.map(\.name)
    // A token lets its bearer act as the holder: for nobody else, and only where the holder is asked.
    let recipients = to.isEmpty ? state.ask.map { [$0.who] } ?? [] : to
    if let who = state.ask?.who, holders.contains(who), recipients.allSatisfy(holders.contains) {
        fields.insert("token")
    }
    if state.due != nil || state.leaving != nil { fields.formUnion(["dueAt", "expiresAt"]) }
    // A comment is that of the choice that led here: where only timers and effects lead, there is none.
    let entered = graph.edges.values.joined().contains { $0.to == state.name && $0.byChoice }
    if entered || state.ask != nil { fields.insert("comment") }
    return fields
}
