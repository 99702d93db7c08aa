import Basics
import Directory
import Foundation
import Onboarding
import Records
import Translation

/// Who may and why, in a reader's language and an organization's time zone.
struct AccessReader {
    private let pages: Pages
    private let language: Language
    private let dates: ReaderDates

    init(pages: Pages, language: Language, zone: TimeZone) {
        self.pages = pages
        self.language = language
        dates = ReaderDates(language, zone)
    }

    func moment(_ instant: Timestamp) -> String { dates.moment(instant) }

    func shown(_ entry: AccessEntry, action: String) -> AccessPage.Entry {
        let (name, account, isProgram) =
            switch entry.holder {
            case .person(let person): (person.name.text, person.email.text, false)
            case .program(let program): (program.purpose, program.id.text, true)
            }
        let place = "\(entry.organization.slug)/\(entry.cloud.slug)"
        let asked = [("subject", account), ("cloud", place), ("action", action)].filter { !$0.1.isEmpty }
        let verdict = entry.decision.map { ShownVerdict($0.verdict) }
        return AccessPage.Entry(
            cloud: entry.cloud.label, place: place, name: name, account: account, isProgram: isProgram,
            why: asked.map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&"),
            profile: profile(entry.profile), since: dates.day(entry.since),
            until: entry.until.map { dates.day($0.adding(seconds: -1)) }, next: entry.next.map { profile($0.profile) },
            ended: entry.endedAt.map(dates.day),
            state: state(entry.account), hasFactor: entry.proof == .active, request: entry.approval?.request.text,
            consents: consents(entry.approval), verdict: verdict,
            reason: verdict == .deny ? entry.decision.map { words($0.reason.sentence) } : nil)
    }

    func answer(_ found: ExplainedDecision, about subject: String) -> WhyPage.Answer {
        let explanation = found.explanation
        let (action, decision) = (explanation.action, explanation.decision)
        let held = found.asker.standing(for: action, at: .init(milliseconds: 0)).grant
        let known = found.person != nil || found.program != nil
        let approval = found.approval
        return WhyPage.Answer(
            verdict: ShownVerdict(decision.verdict), sentence: words(decision.reason.sentence),
            who: found.person?.name.text ?? found.program?.purpose ?? subject,
            place: "\(found.organization.name) · \(found.cloud.label)",
            state: known ? state(found.account) : nil, profile: held.map { profile($0.profile) },
            since: held.map { dates.moment($0.since) } ?? "", until: held?.until.map(dates.moment),
            next: found.next.map { profile($0.profile) },
            request: approval?.request.text,
            workflow: approval.map { pages.names.text("workflow", $0.workflow, in: language) } ?? "",
            requestedBy: approval?.requestedBy ?? "", asked: approval.map { dates.moment($0.requestedAt) } ?? "",
            consents: consents(approval), feature: action.feature, label: action.label,
            needed: action.requires.title, version: dates.number(decision.matrixVersion),
            roles: explanation.roles.map {
                WhyPage.Role(name: $0.role.name, isHeld: $0.isHeld, needsFactor: $0.role.needsMFA)
            }, changes: explanation.changes.map(change),
            isHopeless: decision.verdict != .allow && explanation.changes.isEmpty)
    }

    private func change(_ change: Explanation.Change) -> String {
        words(change.kind.sentence(profile: change.profile?.title ?? "", at: change.instant.map(dates.moment) ?? ""))
    }

    private func consents(_ approval: Approval?) -> [ShownConsent] {
        approval?.consents.map {
            ShownConsent(
                by: $0.by, onBehalfOf: $0.onBehalfOf, moment: dates.moment($0.at), profile: profile($0.profile))
        } ?? []
    }

    /// Nil for an active one, of which nothing has to be said.
    private func state(_ state: AccountState) -> String? {
        state == .active ? nil : pages.names.text("person", state.rawValue, in: language)
    }

    private func profile(_ code: String) -> String { pages.onboarding.catalogue.profile(code)?.title ?? code }

    private func words(_ sentence: Sentence) -> String { pages.translations.words(sentence, in: language) }
}
