/// How a picture says what a definition says.
enum Words {
    typealias Label = Drawing.Label

    static func times(_ count: Int) -> String { count == 1 ? "once" : count == 2 ? "twice" : "\(count) times" }

    /// `question, with comment`.
    static func trigger(_ reaction: Reaction) -> String {
        reaction.needsComment ? "\(reaction.name), with comment" : reaction.name
    }

    /// `decided [any(items.approved)]`, `verify [else] / do issue`, `question, 3 times at most`.
    ///
    /// From three branches on their order is shown, since the first that holds is taken.
    static func way(_ trigger: String, _ branch: Branch, at index: Int, of count: Int) -> String {
        var text = trigger
        if count > 2 { text += " \(index + 1)" }
        if let condition = branch.condition {
            text += " [\(condition)]"
        } else if count > 1 {
            text += " [else]"
        }
        if let limit = branch.atMost { text += ", \(times(limit)) at most" }
        if !branch.actions.isEmpty { text += " / \(branch.actions.map(action).joined(separator: ", "))" }
        return text
    }

    /// `send welcome to holder, requester`, `do retire [request.stolen]`.
    static func action(_ action: Action) -> String {
        let order =
            switch action.order {
            case .perform(let effect): "do \(effect)"
            case .tell(let message): "tell \(message)"
            case .send(let template, let to):
                "send \(template)" + (to.isEmpty ? "" : " to " + to.joined(separator: ", "))
            case .ask(let part): "also ask \(part)"
            }
        return order + (action.condition.map { " [\($0)]" } ?? "")
    }

    /// `after 2bd send reminder, again every 2bd, 5 times in all`.
    static func reminder(_ timer: TimerRule) -> String { "\(timer.phrase) \(timer.deed(withWays: false))" }

    /// Who is asked, for what, and until when.
    static func asking(_ state: State) -> [Label] {
        var lines: [String] = []
        if let ask = state.ask {
            lines.append(
                "asks \(ask.who)" + (ask.eachItem ? ", item by item" : "") + (ask.freshMFA ? ", fresh MFA" : ""))
            lines.append("may \(ask.choices.joined(separator: ", "))")
        }
        if let due = state.due { lines.append("due in \(due)") }
        if let end = state.end { lines.append("end (\(end.rawValue))") }
        return lines.map { Label($0) }
    }

    /// What is ordered at entry, numbered where the order tells.
    static func orders(of state: State) -> [Label] {
        var lines = state.enter.map(action)
        lines += state.each.map { each in
            "do \(each.effect) for each of \(each.items)" + (each.mail.map { ", send \($0)" } ?? "")
        }
        if state.undoAll { lines.append("undo everything, last first") }
        guard lines.count > 1 else { return lines.map { Label($0) } }
        return lines.enumerated().map { Label("(\($0 + 1)) \($1)") }
    }
}

extension TimerRule {
    /// What it does, such as `also ask deputy, send approval-asked` or `go to expired`.
    public var deed: String { deed(withWays: true) }

    fileprivate func deed(withWays: Bool) -> String {
        var what = alsoAsk.map { ["also ask \($0)"] } ?? []
        what += actions.map(Words.action)
        if let again { what.append("again every \(again), \(Words.times(atMost)) in all") }
        if withWays { what += branches.compactMap(\.target).map { "go to \($0)" } }
        return what.joined(separator: ", ")
    }
}
