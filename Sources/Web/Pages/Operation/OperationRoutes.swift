import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import Records
import Translation

/// `/operation` and `/operation/effects`: how the service fares, and what it could not do.
struct OperationRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages
    let metrics: Metrics
    let facts: ProcessFacts

    func add(to router: Router<WebContext>) {
        let group = router.group("operation")
        group.get("", use: status)
        group.get("effects", use: effects)
        group.post("effects/retry", use: retry)
        group.post("effects/drop", use: drop)
        group.post("effects/retry-all", use: retryAll)
        group.post("effects/drop-ended", use: dropEnded)
    }

    private static let pageSize = 50
    /// From when on something that is due is late: a round of the worker takes a few seconds.
    private static let lateSeconds: Int64 = 120
    private static let certificateWarningSeconds: Int64 = 14 * 86_400

    // MARK: Status

    @Sendable
    private func status(_ request: Request, context: WebContext) async throws -> Page {
        let found = try await onboarding.operationStatus(by: try context.actor())
        let now = onboarding.world.now()
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let load = found.workload
        let isLate = [load.oldestEffectDue, load.oldestTimerDue].compactMap { $0 }.contains {
            $0.adding(seconds: Self.lateSeconds) < now
        }
        let certificate = facts.certificateEnd().map { end in
            OperationPage.Certificate(
                until: dates.instant(end), isEnding: end < now.adding(seconds: Self.certificateWarningSeconds))
        }
        let state = metrics.current
        let unsent = (state.mails[.failed] ?? 0) + (state.mails[.refused] ?? 0)
        let page = OperationPage(
            waiting: dates.number(load.effectsWaiting), parked: dates.number(load.effectsParked),
            timers: dates.number(load.timersDue), questions: dates.number(load.inbox),
            locked: dates.number(load.factorsLocked), mails: dates.number(load.mailsWaiting),
            greatest: dates.number(Onboarding.greatestWorkload),
            sent: dates.number(state.mails[.sent] ?? 0), unsent: dates.number(unsent),
            hasParked: load.effectsParked > 0, hasLocked: load.factorsLocked > 0, hasUnsent: unsent > 0,
            isLate: isLate,
            isWell: !isLate && load.effectsParked == 0 && load.mailOutage == nil && load.webhooks.lost == 0,
            oldest: [load.oldestEffectDue, load.oldestTimerDue].compactMap { $0 }.min().map(dates.instant),
            mailAway: load.mailOutage.map { .init(since: dates.instant($0.since), why: $0.why) },
            mailServer: facts.mailServer, database: found.database.kind,
            size: Self.size(found.database.bytes, dates.reader), schema: "\(found.database.schema)",
            outages: state.outages == 0 ? nil : dates.number(state.outages), version: facts.version,
            startedAt: dates.instant(facts.startedAt),
            memory: MetricsRoutes.residentBytes().map { Self.size(Int64($0), dates.reader) },
            certificate: certificate, sealingKey: found.sealingKey, olderKeys: found.olderKeys.joined(separator: ", "),
            hasOlderKeys: !found.olderKeys.isEmpty, auditKey: found.auditKey,
            auditEntries: dates.number(Int(found.auditEntries)),
            auditSigned: dates.number(Int(found.auditSignedUpTo)),
            auditSignedAt: found.auditSignedAt.map(dates.instant), hasNodes: !found.nodes.nodes.isEmpty,
            isMixed: Set(found.nodes.nodes.map(\.version)).count > 1,
            hasLostWebhooks: load.webhooks.lost > 0, lostWebhooks: dates.number(load.webhooks.lost),
            hasWebhooks: !found.troubledWebhooks.isEmpty,
            webhooks: found.troubledWebhooks.map { OperationPage.Webhook($0, dates) },
            nodes: found.nodes.nodes.map { OperationPage.Node($0, isGone: found.nodes.isGone($0), dates) })
        return try pages.page(page, context)
    }

    private static func size(_ bytes: Int64, _ locale: Locale) -> String {
        bytes.formatted(.byteCount(style: .file).locale(locale))
    }

    // MARK: Effects

    @Sendable
    private func effects(_ request: Request, context: WebContext) async throws -> Page {
        return try await effectsPage(
            context, context.target.value("view").flatMap(EffectsPage.View.init) ?? .parked,
            after: context.target.value("after"), done: context.target.value("done").flatMap(EffectsPage.Done.init))
    }

    private func effectsPage(
        _ context: WebContext, _ view: EffectsPage.View, after: String? = nil, done: EffectsPage.Done? = nil,
        refused: (fault: Fault, key: String, reason: String)? = nil
    ) async throws -> Page {
        let found = try await onboarding.effectSheets(
            view.state, PageRequest(after: after, limit: Self.pageSize), by: try context.actor())
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let page = EffectsPage(
            effects: found.items.enumerated().map { shown($0.element, $0.offset, dates, context, refused) },
            isEmpty: found.items.isEmpty, isFirst: after == nil, view: view, done: done,
            hasMany: view == .parked && (found.items.count > 1 || refused != nil),
            next: found.next.map { "?view=\(view.rawValue)&after=\($0.percentEncoded)" },
            allError: found.items.contains { $0.effect.key == refused?.key } ? nil : refused?.key)
        return try pages.page(page, context, refused: refused?.fault)
    }

    private func shown(
        _ sheet: EffectSheet, _ number: Int, _ dates: ReaderDates, _ context: WebContext,
        _ refused: (fault: Fault, key: String, reason: String)?
    ) -> EffectsPage.Row {
        let effect = sheet.effect
        let tones = [Effect.State.parked: "bad", .due: "warn", .done: "good"]
        return EffectsPage.Row(
            number: number, key: effect.key, kind: pages.names.text("effect", effect.kind, in: context.language),
            state: pages.names.text("effect-state", effect.state.rawValue, in: context.language),
            tone: tones[effect.state] ?? "quiet", tries: effect.tries, greatest: effect.greatestTries,
            ordered: dates.instant(effect.orderedAt), due: dates.instant(effect.dueAt),
            isParked: effect.state == .parked, isDue: effect.state == .due, isRefused: refused?.key == effect.key,
            isMail: effect.isMail, request: effect.request?.text, recipient: sheet.recipient,
            template: effect.order.template,
            item: [effect.order.item, effect.order.profile].compactMap { $0 }.joined(separator: " "),
            hasItem: effect.order.item != nil, error: effect.error,
            reason: refused?.key == effect.key ? refused?.reason : nil)
    }

    @Sendable
    private func retry(_ request: Request, context: WebContext) async throws -> Response {
        try await settle(request, context, .retried) { try await onboarding.retryEffect($0, reason: $1, by: $2) }
    }

    @Sendable
    private func drop(_ request: Request, context: WebContext) async throws -> Response {
        try await settle(request, context, .dropped) { try await onboarding.dropEffect($0, reason: $1, by: $2) }
    }

    /// With an error in the form only those that met it.
    @Sendable
    private func retryAll(_ request: Request, context: WebContext) async throws -> Response {
        try await settle(request, context, .allRetried, by: "error") {
            _ = try await onboarding.retryEffects(error: $0, reason: $1, by: $2)
        }
    }

    @Sendable
    private func dropEnded(_ request: Request, context: WebContext) async throws -> Response {
        try await settle(request, context, .endedDropped) { _, reason, actor in
            _ = try await onboarding.dropEndedEffects(reason: reason, by: actor)
        }
    }

    private func settle(
        _ request: Request, _ context: WebContext, _ done: EffectsPage.Done, by field: String = "key",
        _ body: (String, String, Actor) async throws -> Void
    ) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let (key, reason) = (form[field], form["reason"])
        do {
            try await body(key, reason, try context.actor())
        } catch let fault as Fault where [.invalid, .conflict].contains(fault.code) {
            return try await effectsPage(context, .parked, refused: (fault, key, reason))
                .response(from: request, context: context)
        }
        // What was put back is tried at once, so that the page shows what became of it.
        _ = try await onboarding.performDue()
        return .redirect(to: "/operation/effects?done=\(done.rawValue)")
    }
}

/// `/operation`, with counts and sizes as the reader writes them.
struct OperationPage: PageValue {
    static let template = "operation"

    struct Outage { let since, why: String }

    struct Certificate {
        let until: String
        let isEnding: Bool
    }

    struct Node {
        let machine, version, since, seen: String
        let isGone: Bool
        /// By how many seconds its clock differs; nil where that is nothing.
        let clock: String?

        init(_ node: Records.Node, isGone: Bool, _ dates: ReaderDates) {
            (machine, version) = (node.host, node.version)
            (since, seen) = (dates.instant(node.startedAt), dates.instant(node.seenAt))
            self.isGone = isGone
            clock = node.secondsOff > Records.Node.toleratedSecondsOff ? dates.number(node.secondsOff) : nil
        }
    }

    /// One that does not take what it is told.
    struct Webhook {
        let name: String
        /// Which of them it is; else it is tried again.
        let isGone, isGivenUp: Bool
        /// Since when, and when it took something last.
        let since, told: String?
        /// Its last answer.
        let why: String?
        /// When it is tried again.
        let next: String?

        init(_ webhook: Records.Webhook, _ dates: ReaderDates) {
            let progress = webhook.progress
            name = webhook.name.text
            (isGone, isGivenUp) = (progress.state == .gone, progress.state == .givenUp)
            (since, told) = (progress.failingSince.map(dates.instant), progress.toldAt.map(dates.instant))
            why = progress.error
            next = progress.state == .failing ? dates.instant(progress.dueAt) : nil
        }
    }

    let waiting, parked, timers, questions, locked, mails: String
    /// Up to which they are counted.
    let greatest: String
    let sent, unsent: String
    let hasParked, hasLocked, hasUnsent, isLate, isWell: Bool
    let oldest: String?
    let mailAway: Outage?
    let mailServer: String?
    let database, size, schema: String
    let outages: String?
    let version, startedAt: String
    let memory: String?
    let certificate: Certificate?
    let sealingKey, olderKeys: String
    let hasOlderKeys: Bool
    let auditKey, auditEntries, auditSigned: String
    let auditSignedAt: String?
    let hasNodes: Bool
    /// Whether not all have the same version.
    let isMixed: Bool
    let hasLostWebhooks: Bool
    let lostWebhooks: String
    let hasWebhooks: Bool
    /// Those that fare badly.
    let webhooks: [Webhook]
    let nodes: [Node]
}

/// `/operation/effects`.
struct EffectsPage: PageValue {
    static let template = "operation-effects"

    enum View: String, PageCase {
        case parked, waiting, all

        var state: Effect.State? {
            switch self {
            case .parked: .parked
            case .waiting: .due
            case .all: nil
            }
        }
    }

    enum Done: String, PageCase {
        case retried, dropped
        case allRetried = "all-retried"
        case endedDropped = "ended-dropped"
    }

    struct Row {
        let number: Int
        let key, kind, state, tone: String
        let tries, greatest: Int
        let ordered, due: String
        let isParked, isDue, isRefused, isMail: Bool
        let request, recipient, template: String?
        let item: String
        let hasItem: Bool
        let error, reason: String?
    }

    let effects: [Row]
    let isEmpty, isFirst: Bool
    let view: View
    let done: Done?
    let hasMany: Bool
    let next: String?
    /// What was typed for all of them, where it was not about one.
    let allError: String?
}
