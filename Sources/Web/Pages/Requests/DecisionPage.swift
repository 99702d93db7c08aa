import Basics
import Directory
import Onboarding
import Workflow

/// What the page of a decision shows, in its reader's words.
struct DecisionPage {
    private let deliberation: Deliberation
    private let reader: PageReader
    /// The history, as pages show it.
    private let entries: [[String: Any]]
    /// What was typed before, where an answer was refused.
    private let typed: TypedAnswer?
    private let isFresh: Bool

    /// In one form: a review has hundreds of items, and who
    /// decides is not asked for more than can be read.
    private static let greatestItems = 50

    init(
        _ deliberation: Deliberation, _ entries: [[String: Any]], reader: PageReader, typed: TypedAnswer?, isFresh: Bool
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

    var values: [String: Any] {
        let items = shownItems
        let open = deliberation.items.filter(\.isOpen).count
        let rest = deliberation.items.filter { item in !items.contains { $0.id == item.id } }
        var values: [String: Any] = [
            "id": request.id, "workflow": reader.word("workflow", request.workflow),
            "subject": request.subject(cloud: deliberation.cloud?.label),
            "state": reader.word("state", request.state, of: request.workflow), "isOverdue": request.overdue,
            "reason": request.reason, "askedAt": reader.day(request.createdAt) ?? "",
            "isReview": deliberation.items.contains { $0.person != nil },
            "settled": settled(rest), "hasSettled": !settled(rest).isEmpty, "entries": entries,
            "dialogue": dialogue, "hasDialogue": !dialogue.isEmpty,
            "needsCode": needsCode, "seen": seen(items), "items": items.map(item), "shownCount": items.count,
            "openCount": open, "isLong": open > items.count,
            "flags": deliberation.flags.map { reader.maybeWord("flag", $0.name) ?? $0.meaning },
            "difference": difference, "hasDifference": !difference.isEmpty,
        ]
        values["organization"] = deliberation.organization?.name.text
        values["until"] = request.until.flatMap(Timestamp.init(iso8601:)).map(reader.lastDay)
        values["due"] = reader.day(request.dueAt)
        values["hint"] = reader.maybeWord("hint", request.workflow)
        values["cloud"] = deliberation.cloud?.label
        values["newCloud"] = request.newCloud.map { ["name": $0.name, "slug": $0.slug] }
        values["replaces"] = request.replaces
        values["holder"] = holder
        values["requester"] = requester
        values["hindrance"] = deliberation.hindrance
        values.merge(offers) { $1 }
        return values
    }

    // MARK: Who, and for whom

    private var requester: [String: Any] {
        guard let person = deliberation.requester else { return ["name": request.requestedBy, "isOperator": true] }
        return ["name": person.name.text, "email": person.email.text, "isStaff": person.isStaff]
    }

    private var holder: [String: Any]? {
        guard let holder = deliberation.holder else { return nil }
        return [
            "name": holder.person.name.text, "email": holder.person.email.text,
            "account": reader.word("person", holder.person.state.rawValue), "isActive": holder.person.state == .active,
            "hasFactor": holder.hasFactor, "hasHoldings": !holder.holdings.isEmpty,
            "holdings": holder.holdings.map { cloud, grant -> [String: Any] in
                var values: [String: Any] = ["cloud": cloud.label, "profile": grant.profile]
                values["until"] = grant.until.map(reader.lastDay)
                return values
            },
        ]
    }

    /// What was asked and answered, for everybody to read before they decide.
    private var dialogue: [[String: Any]] {
        zip(request.history ?? [], entries).filter { ["question", "answer"].contains($0.0.event) }.map(\.1)
    }

    // MARK: Items

    private func item(_ item: Deliberation.Item) -> [String: Any] {
        let verdict = typed?.answer.verdicts[item.id]
        var values: [String: Any] = [
            "id": item.id, "title": item.person?.name.text ?? item.cloud?.label ?? item.id,
            "asked": item.asked?.title ?? "", "hasHeld": item.held != nil, "held": item.held?.title ?? "",
            "approve": verb("approve", of: item), "reject": verb("reject", of: item),
            "isApproved": verdict == .approve, "isRejected": verdict == .reject, "isLeft": verdict == nil,
            "roles": item.asked.map { $0.roles.map(\.name) } ?? [],
            "lower": item.lower.map { profile, privileges -> [String: Any] in
                [
                    "id": item.id, "code": profile.code, "profile": profile.title,
                    "gained": privileges.gained.count, "lost": privileges.lost.count,
                    "isMore": !privileges.gained.isEmpty, "hasNewRoles": !privileges.gainedRoles.isEmpty,
                    "newRoles": privileges.gainedRoles.map(\.name).joined(separator: ", "),
                    "isLess": !privileges.lost.isEmpty, "isChosen": verdict == .lower(to: profile.code),
                ]
            },
        ]
        values["email"] = item.person?.email.text
        values["heldUntil"] = item.heldUntil.map(reader.lastDay)
        if let privileges = item.privileges { values["privileges"] = privileges.shown }
        let verdicts = deliberation.offers.first { $0.choice == "decide" }?.verdicts ?? []
        values["mayApprove"] = verdicts.contains("approve")
        values["mayReject"] = verdicts.contains("reject")
        if !verdicts.contains("lower") { values["lower"] = [[String: Any]]() }
        return values
    }

    private func verb(_ verdict: String, of item: Deliberation.Item) -> String {
        reader.word("choice", verdict, of: request.workflow)
    }

    /// What is decided already, or is not the reader's to decide.
    private func settled(_ items: [Deliberation.Item]) -> [[String: Any]] {
        // What a long review still holds for later is counted, not listed.
        items.filter { !$0.isOpen }.prefix(200).map { item in
            [
                "title": item.person?.name.text ?? item.cloud?.label ?? item.id,
                "profile": item.profile?.title ?? "", "state": reader.word("item", item.state),
                "isOwn": item.state == "waiting",
            ]
        }
    }

    // MARK: What may be answered

    private var needsCode: Bool { !isFresh && deliberation.offers.contains(where: \.needsFreshMFA) }

    private var offers: [String: Any] {
        let asked = deliberation.offers
        // What needs no words is one button beside the others; what needs them has a form of its own.
        let plain = asked.filter { $0.choice != "decide" && !$0.needsComment }
        let spoken = asked.filter { $0.choice != "decide" && $0.needsComment }
        var values: [String: Any] = [
            "decides": asked.contains { $0.choice == "decide" }, "plain": plain.map(offer), "hasPlain": !plain.isEmpty,
            "spoken": spoken.map(offer),
        ]
        values["comment"] = typed?.answer.choice == "decide" ? typed?.answer.comment : nil
        values["onBehalfOf"] = asked.first?.onBehalfOf?.name.text
        return values
    }

    private func offer(_ offer: Deliberation.Offer) -> [String: Any] {
        let isTyped = typed?.answer.choice == offer.choice
        return [
            "choice": offer.choice, "verb": reader.word("choice", offer.choice, of: request.workflow),
            "isQuestion": offer.choice == "question", "isAnswer": offer.choice == "answer",
            "isRefusal": offer.choice == "refuse", "isTyped": isTyped, "wantsCode": offer.needsFreshMFA && !isFresh,
            "text": isTyped ? typed?.answer.comment ?? "" : "",
            "isOpen": isTyped || deliberation.offers.count == 1,
        ]
    }

    // MARK: What the answer is bound to

    private func seen(_ items: [Deliberation.Item]) -> [[String: Any]] {
        let shown = Set(items.map(\.id))
        return deliberation.seen.filter { fact in
            fact.item.map { !deliberation.isReview || shown.contains($0) } ?? true
        }.map { ["key": $0.key, "value": $0.value] }
    }

    /// What is not any more as the answer says that it was seen.
    private var difference: [[String: Any]] {
        guard let typed else { return [] }
        return deliberation.seen.compactMap { fact in
            guard let before = typed.answer.seen[fact.key], before != fact.value else { return nil }
            return ["fact": name(of: fact), "before": fact.having(before).map(told) ?? before, "now": told(fact)]
        }
    }

    private func name(of fact: SeenFact) -> String {
        guard let id = fact.item else { return reader.word("fact", fact.kind) }
        let item = deliberation.items.first { $0.id == id }
        let title = item?.person?.name.text ?? item?.cloud?.label ?? id
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
