import Basics
import Foundation
import LifecycleRig
import Onboarding
import Records
import Storage
import Workflow

/// Runs lifecycles until somebody kills it, and says on standard output what was acknowledged, after it was.
///
///     CrashDriver FOLDER ROUND
///     CrashDriver FOLDER ROUND VERSION
///
/// With a version it migrates every request that is under way to that version of its definition instead, while a worker
/// beside it carries out what is due, and ends by itself when it is done.
///
/// FOLDER was founded by the test. Each round runs later by its own clock, so that what the last one had claimed when
/// it died is free again. First it does what a service does at its start: what is due, and what people left half-way.
@main
struct CrashDriver {
    private static let callers = 16
    /// Longer than an effect stays claimed.
    private static let secondsBetweenRounds: Int64 = 180

    static func main() async throws {
        guard (3...4).contains(CommandLine.arguments.count), let round = Int64(CommandLine.arguments[2]) else {
            throw Fault(.invalid, "usage: CrashDriver FOLDER ROUND [VERSION]")
        }
        let version = CommandLine.arguments.count == 4 ? Int(CommandLine.arguments[3]) : nil
        let folder = CommandLine.arguments[1]
        let world = Installation.world(shiftedBySeconds: round * secondsBetweenRounds)
        let onboarding = try Installation(
            store: try store(in: folder), world: world,
            mailer: try Installation.folderMailer(folder + "/mail"), version: version ?? 1
        ).onboarding
        if version != nil { return try await migrate(onboarding) }
        let customer = try await Customer.known(0, in: onboarding)
        let lifecycle = Lifecycle(onboarding, customer, acknowledged: acknowledge)
        _ = try await onboarding.runDue()
        try await resume(lifecycle, in: onboarding)
        try await withThrowingTaskGroup { group in
            for caller in 0..<callers {
                group.addTask {
                    for number in 0..<1_000 {
                        try await lifecycle.run(for: "alice-\(round)-\(caller)-\(number)@customer-0.example")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func store(in folder: String) throws -> any Store {
        guard let url = ProcessInfo.processInfo.environment["USHER_DATABASE_URL"] else {
            return try SQLiteStore(path: folder + "/usher.db")
        }
        return try PostgreSQLStore(PostgreSQLAddress(url: url))
    }

    private static func migrate(_ onboarding: Onboarding) async throws {
        let owner = Actor.operator("rig")
        let found = try await onboarding.requestsToMigrate(
            "account-request", only: nil, PageRequest(limit: PageRequest.greatestLimit), by: owner
        ).items
        try await withThrowingTaskGroup { group in
            group.addTask { _ = try await onboarding.runDue() }
            for first in 0..<4 {
                group.addTask {
                    for id in found[min(first, found.count)...].enumerated() where id.offset.isMultiple(of: 4) {
                        if let verdict = try await onboarding.migrate(id.element, by: owner), verdict.after != nil {
                            tell("\(id.element) \(verdict.to)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Takes up every request that the round before left open.
    private static func resume(_ lifecycle: Lifecycle, in onboarding: Onboarding) async throws {
        let newest = try await onboarding.store.read { try $0.requests(RequestFilter(), PageRequest(limit: 1_000)) }
        try await withThrowingTaskGroup { group in
            for request in newest.items where request.run.ended == nil && request.run.workflow == "account-request" {
                group.addTask { try await lifecycle.resume(request.id, in: request.run.state) }
            }
            try await group.waitForAll()
        }
    }

    private static func acknowledge(_ call: Lifecycle.Call, _ request: RequestID) {
        tell("\(request) \(call.rawValue)")
    }

    /// One system call for the line, so that a kill leaves it whole or not at all, and nothing waits in a buffer.
    private static func tell(_ text: String) {
        let line = Array("\(text)\n".utf8)
        _ = write(1, line, line.count)
    }
}
