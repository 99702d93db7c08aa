import Basics
import Records

extension SQLTransaction {
    func effect(key: String) throws -> Effect? {
        try connection.row(
            Effect.columns,
            "FROM effect WHERE key = ?",
            [.text(key)])
    }

    func effects(of request: RequestID) throws -> [Effect] {
        try connection.rows(
            Effect.columns,
            "FROM effect WHERE key > ? AND key < ? ORDER BY ordered_at_ms, key",
            EffectKey.Scope.request(request).boundValues)
    }

    /// Oldest first means by key, which begins with the id of
    /// the request; those of no request come last.
    func effects(_ state: Effect.State?, _ page: PageRequest) throws -> Page<Effect> {
        let after = try Cursor.text(of: page) { $0.contains("/") }
        let limit = Cursor.limit(page)
        let effects: [Effect] =
            switch state {
            case nil:
                try connection.rows(
                    Effect.columns,
                    "FROM effect WHERE key > ? ORDER BY key LIMIT ?", [.text(after), limit])
            case .due:
                try connection.rows(
                    Effect.columns,
                    "FROM effect WHERE state = 'due' AND key > ? ORDER BY key LIMIT ?", [.text(after), limit])
            case .done:
                // The rule rather than the exception: reading along the keys meets few others.
                try connection.rows(
                    Effect.columns,
                    "FROM effect WHERE state = 'done' AND key > ? ORDER BY key LIMIT ?", [.text(after), limit])
            case .parked, .dropped, .cancelled:
                // The list of states repeats the condition of the index, or it would not be used.
                try connection.rows(
                    Effect.columns,
                    """
                    FROM effect
                    WHERE state IN ('parked', 'dropped', 'cancelled') AND state = ? AND key > ? ORDER BY key LIMIT ?
                    """, [.maybe(state?.rawValue), .text(after), limit])
            }
        return Cursor.page(effects, page) { $0.key }
    }

    func insert(_ effects: [Effect]) throws {
        for effect in effects { try insert(effect) }
    }

    private func insert(_ effect: Effect) throws {
        let order = effect.order
        let told = order.matter?.columns
        let settledAt: Timestamp? = effect.state == .due ? nil : effect.orderedAt
        try connection.send(
            """
            INSERT INTO effect
                (key, request_id, kind, template, recipient_id, item, profile, comment, actor_id, run_key, run_state,
                 ordered_at_ms, due_at_ms, settled_at_ms, state, tries, greatest_tries, error,
                 subject, about_id, address,
                 needed_in, message)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO NOTHING
            """,
            [
                .text(effect.key), .id(effect.request), .text(effect.kind), .maybe(order.template),
                .id(order.recipient), .maybe(order.item), .maybe(order.profile), .maybe(order.comment ?? told?.comment),
                .id(order.actor), .maybe(order.runKey), .maybe(order.state ?? told?.state), .time(effect.orderedAt),
                .time(effect.dueAt), .time(settledAt), .text(effect.state.rawValue), .number(effect.tries),
                .number(effect.greatestTries), .maybe(effect.error), .maybe(told?.subject), .id(order.about),
                .maybe(order.address), .maybe(order.needed), .maybe(order.message),
            ])
    }
}

extension Effect {
    static let columns = Columns(
        "effect",
        [
            "key", "request_id", "kind", "template", "recipient_id", "item", "profile", "comment", "actor_id",
            "run_key", "run_state", "ordered_at_ms", "due_at_ms", "state", "tries", "greatest_tries", "error",
            "subject", "about_id", "address", "needed_in", "failing_since_ms", "cause", "message",
        ]
    ) { row in
        var order = Order(
            template: row.maybeText(3), recipient: row.maybeID(4), item: row.maybeText(5), profile: row.maybeText(6),
            comment: row.maybeText(7), actor: row.maybeID(8), runKey: row.maybeText(9), state: row.maybeText(10),
            about: row.maybeID(18), address: row.maybeText(19), needed: row.maybeText(20), message: row.maybeText(23))
        order.matter = Matter(comment: order.comment, state: order.state, subject: row.maybeText(17))
        if order.matter != nil { (order.comment, order.state) = (nil, nil) }
        return Effect(
            key: row.text(0), request: row.maybeID(1), kind: row.text(2), order: order, orderedAt: row.time(11),
            dueAt: row.time(12), state: try row.word(13), tries: row.number(14), greatestTries: row.number(15),
            error: row.maybeText(16), failingSince: row.maybeTime(21),
            cause: row.maybeText(22).flatMap(DeliveryFailure.Cause.init))
    }
}

/// As it lies in columns that the orders of requests use otherwise.
extension Effect.Matter {
    fileprivate var columns: (comment: String?, state: String?, subject: String?) {
        switch self {
        case .subject(let subject): (nil, nil, subject.text)
        case .delegation(let from, let until): (nil, until.iso8601, from.iso8601)
        case .program(let id, let purpose, let until): ("\(id): \(purpose)", until.iso8601, nil)
        }
    }

    /// Nil for what `columns` never gives.
    fileprivate init?(comment: String?, state: String?, subject: String?) {
        if let subject = subject.flatMap(RequestSubject.init(text:)) {
            self = .subject(subject)
            return
        }
        guard let until = state.flatMap({ Timestamp(iso8601: $0) }) else { return nil }
        if let from = subject.flatMap({ Timestamp(iso8601: $0) }) {
            self = .delegation(from: from, until: until)
        } else if let words = comment?.wholeMatch(of: /(?s)([^:]*): (.*)/), let id = APIAccountID(String(words.1)) {
            self = .program(id, purpose: String(words.2), until: until)
        } else {
            return nil
        }
    }
}
