/// Proof 3, of limits: no choice of a person comes to an end that its name does not say.
func checkLimits(_ definition: Definition, _ log: inout FindingLog) {
    for state in definition.states {
        for choice in state.ask?.events ?? [] {
            for branch in state.reactions[choice]?.branches ?? [] { judge(branch, choice, definition, &log) }
        }
    }
    for (choice, anywhere) in definition.anywhere.sorted(by: { $0.key < $1.key }) {
        for branch in anywhere.reaction.branches { judge(branch, choice, definition, &log) }
    }
}

private func judge(_ branch: Branch, _ choice: String, _ definition: Definition, _ log: inout FindingLog) {
    guard let end = definition.surprisingEnd(of: branch, on: choice), let ending = end.end else { return }
    log.warn(
        "surprising-end", branch.position,
        "`\(choice)` would end a run as \(ending.rawValue), which nobody means by it: "
            + "it is offered no more after the last "
            + "time, and `else: \(end.name)` is never taken. Leave out `else`.")
}
