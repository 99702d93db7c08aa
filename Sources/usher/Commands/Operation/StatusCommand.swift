import ArgumentParser
import Basics
import Operations

/// `usher status`: how the installation fares, and which nodes serve it.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tell how the installation fares, and with --nodes who serves it.",
        discussion: "Examples:\n  usher status\n  usher status --nodes --json")

    @Flag(help: "Every process that serves: version, start, when it was last seen, its clock.") var nodes = false
    @OptionGroup var actor: ActorOptions

    func run() async throws {
        let status = try await actor.document(APIRequest(.showOperation))
        guard nodes else { return try actor.show(status, print: Self.tell) }
        let list: JSON = ["items": status["nodes"], "next": .null]
        try actor.show(list) {
            try $0.printTable(["HOST", "VERSION", "STATE", "SINCE", "SEEN", "CLOCK"], empty: "No node serves.") {
                $0.cells("host", "version", "state", "startedAt", "seenAt") + [Self.clock($0)]
            }
        }
    }

    /// `+0.3 s` for a node that is that much ahead of the database.
    private static func clock(_ node: JSON) -> String {
        let ahead = node["clockAheadMilliseconds"].number ?? 0
        let tenths = (abs(ahead) + 50) / 100
        return tenths == 0 ? "" : "\(ahead < 0 ? "-" : "+")\(tenths / 10).\(tenths % 10) s"
    }

    private static func tell(_ status: JSON) {
        func number(_ part: String, _ name: String) -> Int64 { status[part][name].number ?? 0 }
        let database = status["database"]
        Output.line(
            "Database: \(database["kind"].text ?? ""), schema \(number("database", "schema")), "
                + "bytes: \(number("database", "bytes")).")
        Output.line(
            "Effects that wait: \(number("effects", "waiting")), parked: \(number("effects", "parked")). "
                + "Timers due: \(number("timers", "due")).")
        let away: Sentence = status["mail"]["awaySince"].text.map { " The server is away since \($0)." } ?? ""
        Output.line("Mails that wait: \(number("mail", "waiting")).\(away)")
        Output.line("Webhooks that fail: \(number("webhooks", "failing")), lost: \(number("webhooks", "lost")).")
        Output.line(
            "Questions to people: \(status["inbox"].number ?? 0). "
                + "Factors that are locked: \(status["factorsLocked"].number ?? 0).")
        Output.line(
            "Entries of the audit trail: \(number("audit", "entries")), "
                + "signed up to \(number("audit", "signedUpTo")).")
        let serving = status["nodes"].elements.count { $0["state"].text == "serving" }
        Output.line("Nodes that serve: \(serving).")
    }
}
