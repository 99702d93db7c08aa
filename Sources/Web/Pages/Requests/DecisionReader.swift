import Basics
import Directory
import Onboarding
import Workflow

/// What the page of a decision shows, in its reader's words.
struct DecisionReader {
    private let deliberation: Deliberation
    private let reader: PageReader
    /// The history, as pages show it.
    private let entries: [ShownEntry]
    /// What was typed before, where an answer was refused.
    private let typed: TypedAnswer?
    private let isFresh: Bool

    /// In one form: a review has hundreds of items, and who
    /// decides is not asked for more than can be read.
    private static let greatestItems = 50

    init(
        _ deliberation: Deliberation, _ entries: [ShownEntry], reader: PageReader, typed: TypedAnswer?, isFresh: Bool
    ) {
        self.deliberation = deliberation
        self.entries = entries
        self.reader = reader
        self.typed = typed
        self.isFresh = isFresh
    }

    private var request: RequestView { deliberation.request }
    private var shownItems: [Deliberation.Item] {
        Array(deliberation.items.filter(\.isOpen).prefix(Self.greatestItems))
    }

    func page(hindrance: String?, hasFactor: Bool, _ guide: ProfileGuide) throws -> DecisionPage {
        let items = shownItems
        let open = deliberation.items.filter(\.isOpen).count
        let rest = deliberation.items.filter { item in !items.contains { $0.id == item.id } }
        let offers = deliberation.offers.filter { $0.choice != "decide" }
        return DecisionPage(
            id: request.id, workflow: reader.word("workflow", request.workflow),
            subject: request.subject(cloud: deliberation.cloud?.label),
            state: reader.word("state", request.state, of: request.workflow), seal: try deliberation.seal,
            reason: request.reason, askedAt: reader.day(request.createdAt) ?? "", difference: difference,
            holder: holder, newCloud: request.newCloud.map { .init(name: $0.name, slug: $0.slug) },
            cloud: deliberation.cloud?.label, organization: deliberation.organization?.name.text,
            requester: requester, replaces: request.replaces,
            until: request.until.flatMap(Timestamp.init(iso8601:)).map(reader.lastDay),
            due: reader.day(request.dueAt), isOverdue: request.overdue,
            flags: deliberation.flags.map { reader.maybeWord("flag", $0.name) ?? $0.meaning }, dialogue: dialogue,
            hint: reader.maybeWord("hint", request.workflow),
            onBehalfOf: deliberation.offers.first?.onBehalfOf?.name.text,
            hindrance: hindrance.map(DecisionPage.Hindrance.init), hasFactor: hasFactor, needsCode: needsCode,
            isReview: deliberation.isReview, decides: deliberation.offers.contains { $0.choice == "decide" },
            items: items.map(item), seen: seen(items), shownCount: items.count, openCount: open,
            isLong: open > items.count, comment: typed?.answer.choice == "decide" ? typed?.answer.comment : nil,
            plain: offers.filter { !$0.needsComment }.map(offer),
            spoken: offers.filter(\.needsComment).map(offer), settled: settled(rest), entries: entries, guide: guide)
    }

    // MARK: Who, and for whom

    private var requester: DecisionPage.Requester {
        guard let person = deliberation.requester else {
            return DecisionPage.Requester(name: request.requestedBy, email: nil, isStaff: false)
        }
        return DecisionPage.Requester(name: person.name.text, email: person.email.text, isStaff: person.isStaff)
    }

    private var holder: DecisionPage.Holder? {
        guard let holder = deliberation.holder else { return nil }
        return DecisionPage.Holder(
            name: holder.person.name.text, email: holder.person.email.text,
            account: reader.word("person", holder.person.state.rawValue), isActive: holder.person.state == .active,
            hasFactor: holder.hasFactor,
            holdings: holder.holdings.map { cloud, grant in
                .init(cloud: cloud.label, profile: grant.profile, until: grant.until.map(reader.lastDay))
            })
    }

    /// What was asked and answered, for everybody to read before they decide.
    private var dialogue: [ShownEntry] {
        zip(request.history ?? [], entries).filter { ["question", "answer"].contains($0.0.event) }.map(\.1)
    }

    // MARK: Items

    private func item(_ item: Deliberation.Item) -> DecisionPage.Item {
        let verdict = typed?.answer.verdicts[item.id]
        let verdicts = deliberation.offers.first { $0.choice == "decide" }?.verdicts ?? []
        let lower = item.lower.map { profile, privileges in
            DecisionPage.Lower(
                id: item.id, code: profile.code, profile: profile.title, gained: privileges.gained.count,
                isMore: !privileges.gained.isEmpty, lost: privileges.lost.count, isLess: !privileges.lost.isEmpty,
                newRoles: privileges.gainedRoles.map(\.name).joined(separator: ", "),
                hasNewRoles: !privileges.gainedRoles.isEmpty, isChosen: verdict == .lower(to: profile.code))
        }
        return DecisionPage.Item(
            id: item.id, title: item.title, email: item.person?.email.text, asked: item.asked?.title ?? "",
            held: item.held?.title ?? "", hasHeld: item.held != nil, heldUntil: item.heldUntil.map(reader.lastDay),
            next: item.next?.title, before: item.before?.title,
            privileges: item.privileges.map { .init(privileges: ShownPrivileges($0)) },
            roles: item.asked.map { $0.roles.map(\.name) } ?? [], approve: verb("approve"), reject: verb("reject"),
            mayApprove: verdicts.contains("approve"), mayReject: verdicts.contains("reject"),
            isApproved: verdict == .approve, isRejected: verdict == .reject, isLeft: verdict == nil,
            lower: verdicts.contains("lower") ? lower : [])
    }

    private func verb(_ choice: String) -> String { reader.word("choice", choice, of: request.workflow) }

    /// What is decided already, or is not the reader's to decide.
    private func settled(_ items: [Deliberation.Item]) -> [DecisionPage.Settled] {
        // What a long review still holds for later is counted, not listed.
        items.filter { !$0.isOpen }.prefix(200).map { item in
            DecisionPage.Settled(
                title: item.title, profile: item.profile?.title ?? "", state: reader.word("item", item.state),
                isOwn: item.state == "waiting")
        }
    }

    // MARK: What may be answered

    private var needsCode: Bool { !isFresh && deliberation.offers.contains(where: \.needsFreshMFA) }

    private func offer(_ offer: Deliberation.Offer) -> DecisionPage.Offer {
        let isTyped = typed?.answer.choice == offer.choice
        return DecisionPage.Offer(
            choice: offer.choice, verb: verb(offer.choice), isQuestion: offer.choice == "question",
            isAnswer: offer.choice == "answer", isRefusal: offer.choice == "refuse",
            wantsCode: offer.needsFreshMFA && !isFresh, text: isTyped ? typed?.answer.comment ?? "" : "",
            isOpen: isTyped || deliberation.offers.count == 1)
    }

    // MARK: What the answer is bound to

    private func seen(_ items: [Deliberation.Item]) -> [DecisionPage.Seen] {
        let shown = Set(items.map(\.id))
        return deliberation.seen.filter { fact in
            fact.item.map { !deliberation.isReview || shown.contains($0) } ?? true
        }.map { DecisionPage.Seen(key: $0.key, value: $0.value) }
    }

    /// What is not any more as the answer says that it was seen.
    private var difference: [DecisionPage.Difference] {
        guard let typed else { return [] }
        return deliberation.seen.compactMap { fact in
            guard let before = typed.answer.seen[fact.key], before != fact.value else { return nil }
            return DecisionPage.Difference(
                fact: name(of: fact), before: fact.having(before).map(told) ?? before, now: told(fact))
        }
    }

    private func name(of fact: SeenFact) -> String {
        guard let id = fact.item else { return reader.word("fact", fact.kind) }
        let title = deliberation.items.first { $0.id == id }?.title ?? id
        return "\(title) · \(reader.word("fact", fact.kind))"
    }

    private func told(_ fact: SeenFact) -> String {
        switch fact {
        case .state(let state): reader.word("state", state, of: request.workflow)
        case .item(_, _, let profile, let state): "\(profile), \(reader.word("item", state.rawValue))"
        default: fact.value
        }
    }
}

extension Deliberation {
    /// Whether each item is about a person of its own.
    var isReview: Bool { items.contains { $0.person != nil } }
}

extension Deliberation.Item {
    fileprivate var title: String { person?.name.text ?? cloud?.label ?? id }
}
