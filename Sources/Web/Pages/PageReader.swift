import Basics
import Directory
import Foundation
import Onboarding
import Translation

/// For whom a page is made: their language, the dates of an organization, the words of a workflow.
struct PageReader {
    let language: Language
    private let words: Words
    private let dates: ReaderDates

    init(_ pages: Pages, _ language: Language, _ zone: TimeZone) {
        self.language = language
        words = pages.names
        dates = ReaderDates(language, zone)
    }

    func word(_ kind: String, _ name: String) -> String { words.text(kind, name, in: language) }

    /// As the workflow alone calls it, where it does.
    func word(_ kind: String, _ name: String, of workflow: String) -> String {
        words.text("\(kind).\(workflow).\(name)", in: language) ?? word(kind, name)
    }

    /// Nil where nobody put it into words.
    func maybeWord(_ kind: String, _ name: String) -> String? { words.text("\(kind).\(name)", in: language) }

    func day(_ timestamp: Timestamp) -> String { dates.day(timestamp) }

    /// - Parameter text: as documents carry instants.
    func day(_ text: String?) -> String? { text.flatMap(Timestamp.init(iso8601:)).map(dates.day) }

    /// The last day of what ends at `end`: a day that was named is
    /// kept as the instant in which it is over.
    func lastDay(_ end: Timestamp) -> String { dates.day(end.adding(seconds: -1)) }

    /// A line of an inbox.
    func line(_ line: InboxLine) -> InboxPage.Line {
        let view = line.request
        let isReview = line.items.isEmpty && !view.items.isEmpty
        return InboxPage.Line(
            id: view.id, workflow: word("workflow", view.workflow), subject: view.subject(cloud: line.cloud?.label),
            askedAt: day(view.createdAt) ?? "", requester: line.requester?.name.text ?? view.requestedBy,
            organization: line.organization?.name.text, due: day(view.dueAt), isOverdue: view.overdue,
            isFrozen: view.frozenAt != nil,
            items: line.items.map { ShownItem(cloud: $0.cloud?.label ?? "", profile: $0.profile?.title ?? "") },
            waiting: isReview ? view.items.count { $0.state == "waiting" } : nil)
    }
}

extension RequestView {
    /// What a request is about, in one name.
    ///
    /// - Parameter cloud: the name of the one that it is about.
    func subject(cloud: String?) -> String { newCloud?.name ?? person?.name ?? cloud ?? id }
}

extension Profile {
    /// `Operator (OPE)`.
    var title: String { "\(name) (\(code))" }
}

/// A profile in a cloud.
struct ShownItem {
    let cloud, profile: String
}

/// An option of a list.
struct ShownChoice {
    let code, name: String
    let isChosen: Bool
}

extension Languages {
    /// As options of a list, each in its own words.
    func choices(_ chosen: Language?) -> [ShownChoice] {
        all.map { ShownChoice(code: $0.rawValue, name: $0.ownName, isChosen: $0 == chosen) }
    }
}
