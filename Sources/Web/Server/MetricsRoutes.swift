import Basics
import Foundation
import Glibc
import Hummingbird
import NIOCore
import Onboarding
import Records

/// `/metrics`, which is served at an address of its own and nowhere else: it tells how much
/// work there is, and of what kind, and asks nobody who they are.
struct MetricsRoutes {
    let metrics: Metrics
    let onboarding: Onboarding
    let facts: ProcessFacts
    let storage: @Sendable () -> StorageFacts?

    func add(to router: Router<BasicRequestContext>) {
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: try await text())))
        }
    }

    func text() async throws -> String {
        let now = onboarding.world.now()
        var text = MetricsText()
        text.begin("usher_build_info", "gauge", "Which program this is; always 1.")
        text.sample("usher_build_info", [("version", facts.version)], 1)
        process(&text)
        requests(&text)
        outside(&text)
        room(&text)
        // What the process counts itself is told even while the database is away.
        let workload = try? await onboarding.workload()
        text.begin("usher_database_up", "gauge", "Whether the database answered this scrape.")
        text.sample("usher_database_up", workload == nil ? 0 : 1)
        if let workload { queues(workload, at: now, &text) }
        if let counts = try? await onboarding.securityCounts() { security(counts, &text) }
        return text.text
    }

    private func process(_ text: inout MetricsText) {
        text.begin("process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.")
        text.sample("process_start_time_seconds", Double(facts.startedAt.milliseconds) / 1000)
        if let bytes = Self.residentBytes() {
            text.begin("process_resident_memory_bytes", "gauge", "Memory that is in use now.")
            text.sample("process_resident_memory_bytes", Double(bytes))
        }
        if let open = Self.openFiles() {
            text.begin("process_open_fds", "gauge", "Files and connections that are open now.")
            text.sample("process_open_fds", Double(open))
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            text.begin("process_max_fds", "gauge", "Files and connections that may be open.")
            text.sample("process_max_fds", Double(limit.rlim_cur))
        }
        var used = rusage()
        if getrusage(RUSAGE_SELF.rawValue, &used) == 0 {
            let seconds = [used.ru_utime, used.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1_000_000 }
            text.begin("process_cpu_seconds_total", "counter", "Time of processors that was used, in seconds.")
            text.sample("process_cpu_seconds_total", seconds.reduce(0, +))
        }
        if let end = facts.certificateEnd() {
            text.begin("usher_certificate_end_seconds", "gauge", "When the certificate ends, in seconds since 1970.")
            text.sample("usher_certificate_end_seconds", Double(end.seconds))
        }
    }

    private func requests(_ text: inout MetricsText) {
        let state = metrics.current
        text.begin("usher_http_requests_in_flight", "gauge", "Requests that are being answered.")
        text.sample("usher_http_requests_in_flight", Double(state.inFlight))
        text.begin("usher_http_prompt_answers_total", "counter", "Requests answered out of memory, at once.")
        text.sample("usher_http_prompt_answers_total", Double(state.prompt))
        text.begin("usher_http_requests_total", "counter", "Requests answered, by route.")
        for (call, count) in state.calls.sorted(by: { $0.key.order < $1.key.order }) {
            text.sample(
                "usher_http_requests_total",
                [("route", call.route), ("method", call.method), ("status", "\(call.status)")], Double(count))
        }
        text.begin("usher_http_request_seconds", "histogram", "Time until an answer was ready to be sent, by route.")
        for (route, histogram) in state.durations.sorted(by: { $0.key.order < $1.key.order }) {
            text.histogram(
                "usher_http_request_seconds", [("route", route.route), ("method", route.method)], histogram)
        }
    }

    private func outside(_ text: inout MetricsText) {
        let state = metrics.current
        text.begin("usher_database_seconds", "histogram", "Time of database transactions, waiting included.")
        for use in Metrics.DatabaseUse.allCases {
            text.histogram("usher_database_seconds", [("use", use.rawValue)], state.database[use] ?? .init())
        }
        text.begin("usher_database_outages_total", "counter", "Transactions that the database could not do.")
        text.sample("usher_database_outages_total", Double(state.outages))
        text.begin("usher_database_retries_total", "counter", "Batches of changes run again after a lost race.")
        text.sample("usher_database_retries_total", Double(onboarding.store.retries))
        text.begin("usher_mails_total", "counter", "Mails by what became of each try to send them.")
        for outcome in Metrics.MailOutcome.allCases {
            text.sample("usher_mails_total", [("outcome", outcome.rawValue)], Double(state.mails[outcome] ?? 0))
        }
    }

    private func room(_ text: inout MetricsText) {
        let state = metrics.current
        text.begin("usher_clock_jumps_total", "counter", "Times that the clock of the machine was set forward.")
        text.sample("usher_clock_jumps_total", Double(state.clockJumps))
        text.begin("usher_timers_held", "gauge", "Whether timers wait, since the clock was set forward; 1 or 0.")
        text.sample("usher_timers_held", state.areTimersHeld ? 1 : 0)
        guard let storage = storage() else { return }
        if let free = storage.freeBytes {
            text.begin("usher_disk_free_bytes", "gauge", "Room on the disk of the data folder.")
            text.sample("usher_disk_free_bytes", Double(free))
        }
        // A server that holds the database has files of its own: its size is on the status page.
        guard storage.databaseBytes > 0 else { return }
        text.begin("usher_database_bytes", "gauge", "Size of the database.")
        text.sample("usher_database_bytes", Double(storage.databaseBytes))
        text.begin("usher_database_log_bytes", "gauge", "Size of its log, which is worked into it from time to time.")
        text.sample("usher_database_log_bytes", Double(storage.logBytes))
    }

    private func queues(_ workload: Workload, at now: Timestamp, _ text: inout MetricsText) {
        func age(_ name: String, _ help: String, _ since: Timestamp?) {
            text.begin(name, "gauge", help)
            text.sample(name, since.map { max(0, Double(now.milliseconds - $0.milliseconds) / 1000) } ?? 0)
        }
        text.begin("usher_effects", "gauge", "Effects that wait to be done, or are parked; counted up to 100000.")
        text.sample("usher_effects", [("state", "waiting")], Double(workload.effectsWaiting))
        text.sample("usher_effects", [("state", "parked")], Double(workload.effectsParked))
        age("usher_effects_oldest_seconds", "For how long the oldest due effect is due.", workload.oldestEffectDue)
        text.begin("usher_timers_due", "gauge", "Timers that are due and not fired; counted up to 100000.")
        text.sample("usher_timers_due", Double(workload.timersDue))
        age("usher_timers_oldest_seconds", "For how long the oldest due timer is due.", workload.oldestTimerDue)
        text.begin("usher_mails_waiting", "gauge", "Mails that wait to be sent, or sent again; counted up to 100000.")
        text.sample("usher_mails_waiting", Double(workload.mailsWaiting))
        age("usher_mail_server_away_seconds", "For how long the mail server is away.", workload.mailOutage?.since)
        text.begin("usher_webhooks", "gauge", "Webhooks that fail now, or are gone or given up; counted up to 100000.")
        text.sample("usher_webhooks", [("state", "failing")], Double(workload.webhooks.failing))
        text.sample("usher_webhooks", [("state", "lost")], Double(workload.webhooks.lost))
        text.begin("usher_inbox_entries", "gauge", "Questions that wait for people; counted up to 100000.")
        text.sample("usher_inbox_entries", Double(workload.inbox))
        text.begin("usher_factors_locked", "gauge", "People whose factor is locked after too many wrong codes.")
        text.sample("usher_factors_locked", Double(workload.factorsLocked))
    }

    /// As Linux lists them; nil elsewhere, and where none is left to look.
    private static func openFiles() -> Int? {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count
    }

    private func security(_ counts: [SecurityEvent.Kind: Int64], _ text: inout MetricsText) {
        text.begin("usher_security_events", "gauge", "Security events of the last hour, by kind.")
        for kind in SecurityEvent.Kind.allCases {
            text.sample("usher_security_events", [("kind", kind.rawValue)], Double(counts[kind] ?? 0))
        }
    }

    /// The second number of Linux's statm, in pages; nil elsewhere.
    static func residentBytes() -> Int? {
        guard let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        return statm.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4_096 }
    }
}
