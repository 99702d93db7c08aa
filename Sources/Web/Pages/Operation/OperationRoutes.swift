import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import Records
import Translation

/// What the status page tells of this process.
struct ProcessFacts: Sendable {
    let version: String
    let startedAt: Timestamp
    /// Where mail goes, in the words of the program that wired it; nil for files in a folder.
    let mailServer: String?
    /// Until when the certificate is good; nil without TLS of our own.
    let certificateEnd: @Sendable () -> Timestamp?
}

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
        func number(_ count: Int) -> String { count.formatted(.number.locale(dates.reader)) }
        var values: [String: Any] = [
            "waiting": number(load.effectsWaiting), "parked": number(load.effectsParked),
            "hasParked": load.effectsParked > 0, "timers": number(load.timersDue), "isLate": isLate,
            "questions": number(load.inbox), "locked": number(load.factorsLocked), "hasLocked": load.factorsLocked > 0,
            "mails": number(load.mailsWaiting), "isWell": !isLate && load.effectsParked == 0 && load.mailOutage == nil,
            "database": found.database.kind,
            "size": Self.size(found.database.bytes, dates.reader), "schema": "\(found.database.schema)",
            "sealingKey": found.sealingKey, "olderKeys": found.olderKeys.joined(separator: ", "),
            "hasOlderKeys": !found.olderKeys.isEmpty, "auditKey": found.auditKey,
            "auditEntries": number(Int(found.auditEntries)), "auditSigned": number(Int(found.auditSignedUpTo)),
            "version": facts.version, "startedAt": dates.instant(facts.startedAt), "greatest": number(100_000),
        ]
        values["oldest"] = [load.oldestEffectDue, load.oldestTimerDue].compactMap { $0 }.min().map(dates.instant)
        values["auditSignedAt"] = found.auditSignedAt.map(dates.instant)
        values["mailAway"] = load.mailOutage.map { ["since": dates.instant($0.since), "why": $0.why] }
        values["mailServer"] = facts.mailServer
        values["memory"] = MetricsRoutes.residentBytes().map { Self.size(Int64($0), dates.reader) }
        if let end = facts.certificateEnd() {
            values["certificate"] = [
                "until": dates.instant(end), "isEnding": end < now.adding(seconds: Self.certificateWarningSeconds),
            ]
        }
        let state = metrics.current
        values["sent"] = number(state.mails[.sent] ?? 0)
        values["unsent"] = number((state.mails[.failed] ?? 0) + (state.mails[.refused] ?? 0))
        values["hasUnsent"] = (state.mails[.failed] ?? 0) + (state.mails[.refused] ?? 0) > 0
        values["outages"] = state.outages == 0 ? nil : number(state.outages)
        return try pages.page("operation", values, context)
    }

    private static func size(_ bytes: Int64, _ locale: Locale) -> String {
        bytes.formatted(.byteCount(style: .file).locale(locale))
    }

    // MARK: Effects

    private static let views: [(name: String, state: Effect.State?)] = [
        ("parked", .parked), ("waiting", .due), ("all", nil),
    ]
    private static let doings: Set = ["retried", "dropped", "all-retried", "ended-dropped"]

    @Sendable
    private func effects(_ request: Request, context: WebContext) async throws -> Page {
        return try await effectsPage(
            context, view: context.target.value("view"), after: context.target.value("after"),
            done: context.target.value("done"))
    }

    private func effectsPage(
        _ context: WebContext, view: String?, after: String? = nil, done: String? = nil,
        refused: (fault: Fault, key: String, reason: String)? = nil
    ) async throws -> Page {
        let view = Self.views.first { $0.name == view } ?? Self.views[0]
        let found = try await onboarding.effectSheets(
            view.state, PageRequest(after: after, limit: Self.pageSize), by: try context.actor())
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        var values: [String: Any] = [
            "effects": found.items.enumerated().map { shown($0.element, $0.offset, dates, context, refused) },
            "isEmpty": found.items.isEmpty, "isFirst": after == nil, "view-\(view.name)": true, "view": view.name,
            "hasMany": view.state == .parked && (found.items.count > 1 || refused != nil),
        ]
        values["next"] = found.next.map { "?view=\(view.name)&after=\(LocalPath.escaped($0))" }
        if let done, Self.doings.contains(done) { values["done-\(done)"] = true }
        // What was typed for all of them, where it was not about one.
        values["allError"] = found.items.contains { $0.effect.key == refused?.key } ? nil : refused?.key
        values["fault"] = refused?.fault
        return try pages.page("operation-effects", values, context, status: refused?.fault.code.status ?? .ok)
    }

    private func shown(
        _ sheet: EffectSheet, _ number: Int, _ dates: ReaderDates, _ context: WebContext,
        _ refused: (fault: Fault, key: String, reason: String)?
    ) -> [String: Any] {
        let effect = sheet.effect
        let tones = [Effect.State.parked: "bad", .due: "warn", .done: "good"]
        var values: [String: Any] = [
            "number": number, "key": effect.key, "kind": pages.names.text("effect", effect.kind, in: context.language),
            "state": pages.names.text("effect-state", effect.state.rawValue, in: context.language),
            "tone": tones[effect.state] ?? "quiet", "tries": effect.tries, "greatest": effect.greatestTries,
            "ordered": dates.instant(effect.orderedAt), "due": dates.instant(effect.dueAt),
            "isParked": effect.state == .parked, "isDue": effect.state == .due, "isRefused": refused?.key == effect.key,
            "isMail": effect.isMail,
        ]
        values["request"] = effect.request?.text
        values["recipient"] = sheet.recipient
        values["template"] = effect.order.template
        values["item"] = [effect.order.item, effect.order.profile].compactMap { $0 }.joined(separator: " ")
        values["hasItem"] = effect.order.item != nil
        values["error"] = effect.error
        values["reason"] = refused?.key == effect.key ? refused?.reason : nil
        return values
    }

    @Sendable
    private func retry(_ request: Request, context: WebContext) async throws -> Response {
        try await settle(request, context, "retried") { try await onboarding.retryEffect($0, reason: $1, by: $2) }
    }

    @Sendable
    private func drop(_ request: Request, context: WebContext) async throws -> Response {
        try await settle(request, context, "dropped") { try await onboarding.dropEffect($0, reason: $1, by: $2) }
    }

    /// With an error in the form only those that met it.
    @Sendable
    private func retryAll(_ request: Request, context: WebContext) async throws -> Response {
        try await settle(request, context, "all-retried", by: "error") {
            _ = try await onboarding.retryEffects(error: $0, reason: $1, by: $2)
        }
    }

    @Sendable
    private func dropEnded(_ request: Request, context: WebContext) async throws -> Response {
        try await settle(request, context, "ended-dropped") { _, reason, actor in
            _ = try await onboarding.dropEndedEffects(reason: reason, by: actor)
        }
    }

    private func settle(
        _ request: Request, _ context: WebContext, _ done: String, by field: String = "key",
        _ body: (String, String, Actor) async throws -> Void
    ) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let (key, reason) = (form[field], form["reason"])
        do {
            try await body(key, reason, try context.actor())
        } catch let fault as Fault where [.invalid, .conflict].contains(fault.code) {
            return try await effectsPage(context, view: nil, refused: (fault, key, reason))
                .response(from: request, context: context)
        }
        // What was put back is tried at once, so that the page shows what became of it.
        _ = try await onboarding.performDue()
        return .redirect(to: "/operation/effects?done=\(done)")
    }
}
