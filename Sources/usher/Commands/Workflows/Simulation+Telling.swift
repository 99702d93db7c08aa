import Basics
import Workflow

extension Timestamp {
    /// `Mon 2026-01-05 09:00Z`: a person who counts business days wants the weekday.
    var shown: String {
        let day = milliseconds.flooredDivision(by: 86_400_000)
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int((day % 7 + 7) % 7)]
        let text = iso8601
        let seconds = text.dropFirst(17).prefix(2)
        let time = text.dropFirst(11).prefix(5) + (seconds == "00" ? "" : ":\(seconds)")
        return "\(weekday) \(text.prefix(10)) \(time)Z"
    }

    /// `in 2d 3h`, `since 5m`: how far away, in the two largest units.
    func distance(from now: Timestamp) -> String {
        var rest = abs(milliseconds - now.milliseconds) / 1000
        var words: [String] = []
        for (seconds, unit) in [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")] as [(Int64, String)] {
            if rest >= seconds, words.count < 2 { words.append("\(rest / seconds)\(unit)") }
            rest %= seconds
        }
        if words.isEmpty { return "now" }
        return (milliseconds >= now.milliseconds ? "in " : "since ") + words.joined(separator: " ")
    }
}

extension Simulator {
    /// Where the run is, who is waited for, and what happens by itself.
    var status: [String] {
        let state = run.ended.map { "ended in \(run.state) (\($0.rawValue))" } ?? run.state
        var lines = ["\(definition.name) \(definition.version): \(state), \(now.shown)"]
        for part in definition.parts {
            let offered = definition.offered(run, to: part.name)
            if !offered.isEmpty { lines.append("  \(part.name) may \(offered.joined(separator: ", "))") }
        }
        if let due = run.dueAt, run.ended == nil { lines.append("  due \(due.shown), \(due.distance(from: now))") }
        for item in run.items {
            let profile = item.profile == item.asked ? item.profile : "\(item.profile), lowered"
            lines.append("  item \(item.id): \(item.state.rawValue) (\(profile)\(item.needsMFA ? ", needs MFA" : ""))")
        }
        for timer in run.timers.sorted(by: { ($0.at, $0.id) < ($1.at, $1.id) }) {
            let rule = definition.state(run.state)?.timers.first { $0.id == timer.id }
            let does = rule.map { ": \($0.deed)" } ?? ""
            lines.append("  timer \(timer.id): \(timer.at.shown), \(timer.at.distance(from: now))\(does)")
        }
        for entry in openEffects { lines.append("  effect \(entry.key): \(entry.state.rawValue)") }
        return lines
    }
}

extension Simulator.Moment {
    /// What happened, and beneath it what was ordered.
    var story: [String] {
        var title = "\(at.shown)  \(step.event)"
        if case .choice(let choice) = event {
            title += " by \(choice.part)"
            let decisions = choice.decisions.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.choice)" }
            if !decisions.isEmpty { title += " (\(decisions.joined(separator: ", ")))" }
        }
        let states = path
        title += ": " + (states.count == 1 ? "stays in \(states[0])" : states.joined(separator: " → "))
        if let ended = step.run.ended, step.from != step.to { title += ", an end (\(ended.rawValue))" }
        return [title] + step.orders.map { "    \($0.told)" } + step.cancelled.map { "    cancelled \($0)" }
    }
}

extension EffectOrder {
    fileprivate var told: String {
        if let template { return "mail \(template) to \(receivers)" }
        if let message { return "webhook \(message)" }
        let item = item.map { " of \($0)\(profile.map { " (\($0))" } ?? "")" } ?? ""
        return "effect \(effect)\(item)\(now ? ", done at once" : "")"
    }
}
