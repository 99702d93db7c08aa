import Basics
import Directory
import Foundation
import Onboarding
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
            holder: sheet.holder?.text, requestedBy: actor(view.requestedBy, sheet), reason: view.reason,
            items: view.items.map { item($0, sheet) }, areOfPeople: view.items.contains { $0.person != nil },
            entries: entries(sheet), timeZone: sheet.timeZone.identifier,
            // A day that was named is kept as the instant in which it is over.
            until: view.until.flatMap(Timestamp.init(iso8601:)).map { dates.day($0.adding(seconds: -1)) },
            frozenSince: view.frozenAt.map { day($0, dates) },
            lapses: view.timers.first { $0.id.hasPrefix("go.") }.map { day($0.at, dates) },
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

    /// A timer by what it does: `go.expired`, `also_ask.deputy`, `remind`, each perhaps with a number.
    private func timer(_ id: String, of view: RequestView) -> String {
        let parts = id.split(separator: ".", maxSplits: 2).map(String.init)
        switch (parts[0], parts.dropFirst().first) {
        case ("go", let state?):
            return words.fill("timer.go", [words.state(state, of: view.workflow, in: language)], in: language)
        case ("also_ask", let part?):
            return words.fill("timer.also_ask", [words.text("part", part, in: language)], in: language)
        default: return words.text("timer", parts[0], in: language)
        }
    }

    /// The history, oldest first.
    func entries(_ sheet: RequestSheet) -> [ShownEntry] {
        let dates = ReaderDates(language, sheet.timeZone)
        return (sheet.view.history ?? []).map { entry($0, sheet, dates) }
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
            state: words.text("item", item.state, in: language), tone: tones[item.state] ?? "quiet")
    }

    func profile(_ code: String) -> String {
        pages.onboarding.catalogue.profile(code)?.title ?? code
    }

    private func entry(_ entry: RequestView.Entry, _ sheet: RequestSheet, _ dates: ReaderDates) -> ShownEntry {
        var who = actor(entry.by, sheet)
        if let other = entry.onBehalfOf { who = words.fill("by.behalf", [who, actor(other, sheet)], in: language) }
        return ShownEntry(
            event: words.event(entry.event, in: language),
            to: entry.from == entry.to ? nil : words.state(entry.to, of: sheet.view.workflow, in: language),
            at: entry.at, moment: moment(entry.at, dates), who: who,
            note: entry.note.map { note(entry.event == "decide" ? decided($0, sheet) : $0) })
    }

    private func note(_ text: String) -> String { pages.words.wholeWords(text, in: language) }

    /// `prod DTM approved instead of OPE, test OPE refused. Why`, as a history keeps a
    /// decision, in the reader's words; as it is where it is none.
    private func decided(_ note: String, _ sheet: RequestSheet) -> String {
        let first = note.firstRange(of: ". ").map { note[..<$0.lowerBound] } ?? note[...]
        let pieces = first.components(separatedBy: ", ").map { piece -> String? in
            let pattern = /([a-z0-9-]+) ([A-Z0-9]+) (approved|refused)(?: instead of ([A-Z0-9]+))?/
            guard let match = piece.wholeMatch(of: pattern) else { return nil }
            let cloud = String(match.1)
            let values =
                [sheet.clouds[cloud] ?? cloud, profile(String(match.2))] + (match.4.map { [profile(String($0))] } ?? [])
            return words.fill("decision.\(values.count == 3 ? "lowered" : String(match.3))", values, in: language)
        }
        guard pieces.allSatisfy({ $0 != nil }) else { return note }
        let reason = note.dropFirst(first.count + 2)
        return (pieces.compactMap { $0 } + (reason.isEmpty ? [] : [String(reason)])).joined(separator: "\n")
    }

    private func actor(_ recorded: String, _ sheet: RequestSheet) -> String {
        words.actor(recorded, sheet.people, product: pages.onboarding.settings.product, in: language)
    }

    private func day(_ text: String, _ dates: ReaderDates) -> String {
        Timestamp(iso8601: text).map(dates.day) ?? text
    }

    private func moment(_ text: String, _ dates: ReaderDates) -> String {
        Timestamp(iso8601: text).map(dates.moment) ?? text
    }
}
