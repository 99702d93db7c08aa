import Basics
import Directory
import Foundation
import Onboarding
import Records
import Translation
import Workflow

/// Puts requests into the values that pages show, in the reader's language.
struct RequestReader {
    let pages: Pages
    let language: Language

    private var words: Words { pages.names }

    /// A request in a list.
    func listed(_ sheet: RequestSheet) -> RequestLine {
        let view = sheet.view
        let dates = ReaderDates(language, sheet.timeZone)
        let waitingFor = view.waitingFor.map { waiting($0, sheet.people) }.joined(separator: ", ")
        return RequestLine(
            id: view.id, title: title(of: sheet), workflow: words.text("workflow", view.workflow, in: language),
            state: words.state(view.state, of: view.workflow, in: language), tone: tone(of: sheet),
            overdue: view.overdue, frozen: view.frozenAt != nil, created: day(view.createdAt, dates),
            createdAt: view.createdAt, waitingFor: view.waitingFor.isEmpty ? nil : waitingFor, vacant: view.vacant,
            due: view.dueAt.map { day($0, dates) }, dueAt: view.dueAt)
    }

    /// A request on a page of its own.
    func whole(_ sheet: RequestSheet) -> RequestPage {
        let view = sheet.view
        let dates = ReaderDates(language, sheet.timeZone)
        return RequestPage(
            line: listed(sheet), organization: sheet.organization?.name.text, email: view.person?.email,
            holder: sheet.holder?.text, requestedBy: who(sheet.requester, sheet), reason: view.reason,
            items: view.items.map { item($0, sheet) }, areOfPeople: view.items.contains { $0.person != nil },
            entries: entries(sheet), timeZone: sheet.timeZone.identifier,
            // A day that was named is kept as the instant in which it is over.
            until: view.until.flatMap(Timestamp.init(iso8601:)).map { dates.day($0.adding(seconds: -1)) },
            frozenSince: view.frozenAt.map { day($0, dates) },
            lapses: view.timers.first { TimerDeed(id: $0.id).leaves }.map { day($0.at, dates) },
            newCloud: view.newCloud.map { "\($0.name) (\($0.slug))" },
            replaces: view.replaces.map { sheet.people[$0] ?? $0 },
            question: view.history?.last { $0.event == "question" }?.note,
            undeliverable: (view.undeliverable ?? []).map { .init(recipient: $0.recipient, error: $0.error) },
            timers: timers(sheet, dates), may: sheet.offers)
    }

    /// The due date, and what happens by itself otherwise, in the order in which it does.
    private func timers(_ sheet: RequestSheet, _ dates: ReaderDates) -> [RequestPage.Timer] {
        let view = sheet.view
        let due = view.dueAt.map {
            RequestPage.Timer(id: "", name: words.fill("timer.due", [], in: language), day: day($0, dates))
        }
        let timers = view.timers.map {
            RequestPage.Timer(id: $0.id, name: timer($0.id, of: view), day: day($0.at, dates))
        }
        return (due.map { [$0] } ?? []) + timers
    }

    /// A timer by what it does.
    private func timer(_ id: String, of view: RequestView) -> String {
        switch TimerDeed(id: id) {
        case .leave(let state):
            words.fill("timer.go", [words.state(state, of: view.workflow, in: language)], in: language)
        case .ask(let part):
            words.fill("timer.also_ask", [words.text("part", part, in: language)], in: language)
        case .remind: words.text("timer", "remind", in: language)
        }
    }

    /// The history, oldest first.
    func entries(_ sheet: RequestSheet) -> [ShownEntry] {
        let dates = ReaderDates(language, sheet.timeZone)
        return sheet.history.map { entry($0.entry, $0.decided, sheet, dates) }
    }

    /// Whom or what it is about.
    private func title(of sheet: RequestSheet) -> String {
        sheet.view.subject(cloud: sheet.view.cloud.map { sheet.clouds[$0] ?? $0 })
    }

    /// The class of the mark beside it.
    private func tone(of sheet: RequestSheet) -> String {
        switch sheet.ended {
        case nil: sheet.view.frozenAt == nil ? "warn" : "quiet"
        case .success?: "good"
        case .refused?, .error?: "bad"
        case .lapsed?, .withdrawn?: "quiet"
        }
    }

    /// `Marie Durand, Denis Roy (delivery manager)`.
    private func waiting(_ waiting: RequestView.Waiting, _ names: [String: String]) -> String {
        let part = words.text("part", waiting.part, in: language)
        guard !waiting.people.isEmpty else { return part }
        let standIns = waiting.standIns.map {
            words.fill("by.behalf", [names[$0.email] ?? $0.email, names[$0.absent] ?? $0.absent], in: language)
        }
        return "\((waiting.people.map { names[$0] ?? $0 } + standIns).joined(separator: ", ")) (\(part))"
    }

    private func item(_ item: RequestView.Item, _ sheet: RequestSheet) -> RequestPage.Item {
        let tones = ["refused": "bad", "waiting": "warn", "approved": "good", "granted": "good", "active": "good"]
        return RequestPage.Item(
            person: item.person.map { sheet.people[$0] ?? $0 }, cloud: sheet.clouds[item.cloud] ?? item.cloud,
            profile: profile(item.profile), asked: item.asked == item.profile ? nil : profile(item.asked),
            left: item.left.flatMap { [Onboarding.noProfile, item.profile].contains($0) ? nil : profile($0) },
            leavesNothing: item.left == Onboarding.noProfile, isShortened: item.left == item.profile,
            state: words.text("item", item.state, in: language), tone: tones[item.state] ?? "quiet")
    }

    func profile(_ code: String) -> String {
        pages.onboarding.catalogue.profile(code)?.title ?? code
    }

    private func entry(
        _ entry: HistoryEntry, _ decided: [DecidedItem], _ sheet: RequestSheet, _ dates: ReaderDates
    ) -> ShownEntry {
        var by = who(entry.by, sheet)
        if let other = entry.onBehalfOf {
            by = words.fill("by.behalf", [by, who(.person(other), sheet)], in: language)
        }
        let note =
            if case .choice(let choice) = entry.event, !choice.decisions.isEmpty { told(choice, decided, sheet) } else {
                // What Usher wrote itself is a message.
                entry.note.map { pages.translations.text($0, "sentence", in: language) ?? $0 }
            }
        return ShownEntry(
            event: words.event(entry.name, in: language),
            to: entry.from == entry.to ? nil : words.state(entry.to, of: sheet.view.workflow, in: language),
            at: entry.at.iso8601, moment: dates.moment(entry.at), who: by, note: note)
    }

    /// What was decided, and why, in the reader's words; of a review, which is about people, how many.
    private func told(_ choice: Event.Choice, _ decided: [DecidedItem], _ sheet: RequestSheet) -> String {
        let kept = choice.decisions.values.count { $0 == .approve }
        let counts = ["\(kept)", "\(choice.decisions.count - kept)"]
        let lines = decided.map { item -> String in
            let cloud = sheet.clouds[item.cloud] ?? item.cloud
            return switch item.decision {
            case .approve: words.fill("decision.approved", [cloud, profile(item.asked)], in: language)
            case .lower(let code, _):
                words.fill("decision.lowered", [cloud, profile(code), profile(item.asked)], in: language)
            case .reject: words.fill("decision.refused", [cloud, profile(item.asked)], in: language)
            }
        }
        let said = lines.isEmpty ? [words.fill("decision.reviewed", counts, in: language)] : lines
        return (said + [choice.comment].compactMap { $0 }).joined(separator: "\n")
    }

    /// Of the very person, whoever has their address today.
    private func who(_ party: Party, _ sheet: RequestSheet) -> String {
        let name = party.person.flatMap { sheet.names[$0] }
        return switch party {
        case .usher: words.fill("by.usher", [pages.onboarding.settings.product], in: language)
        case .person(let person): name ?? person.text
        // None acts in a request.
        case .application(let application): application.text
        case .operator:
            name.map { words.fill("by.operator-for", [$0], in: language) }
                ?? words.fill("by.operator", [], in: language)
        }
    }

    private func day(_ text: String, _ dates: ReaderDates) -> String {
        Timestamp(iso8601: text).map(dates.day) ?? text
    }
}
