import Basics
import Onboarding
import Operations

/// A file through a server: sent whole, worked off there where it is long, and its
/// verdicts brought together as one document.
extension SubmitCommand {
    func upload(_ bytes: [UInt8], _ reading: FileReading, to desk: Desk) async throws -> JSON {
        let begun = try await desk.send(
            APIRequest(
                .submitBatch,
                query: [
                    ("organization", org), ("allOrNothing", flag(allOrNothing)), ("map", reading.map),
                    ("grants", Self.filled(reading.grants)), ("until", Self.filled(reading.until)),
                    ("reason", Self.filled(reading.reason)), ("locale", Self.filled(reading.locale)),
                ],
                table: bytes, isDryRun: dryRun))
        guard begun.status == 202, let id = begun.document["id"].text else { return begun.document }
        let action = try await finished(id, begun.document, at: desk)
        guard action["state"] == "done" else {
            throw Fault(
                .conflict, "This was stopped before its end. Rows submitted: \(action["submitted"].number ?? 0).")
        }
        var rows: [JSON] = []
        try await desk.pages {
            APIRequest(.listActionRows, id, query: PageOptions.largest($0))
        } _: { page in
            rows += page["items"].elements.map { .object($0.members.filter { $0.key != "state" }) }
        }
        return JSON.page(rows, next: nil).with("encoding", action["encoding"]).with("rows", action["rows"])
            .with("refused", action["refused"]).with("notes", action["notes"])
    }

    private static func filled(_ text: String) -> String? { text.isEmpty ? nil : text }

    /// Asks often at first, then once a second.
    private func finished(_ id: String, _ begun: JSON, at desk: Desk) async throws -> JSON {
        var (action, pause) = (begun, 50)
        while action["state"] == "running" {
            try await Task.sleep(for: .milliseconds(pause))
            pause = min(1_000, pause * 2)
            action = try await desk.send(APIRequest(.showAction, id)).document
            Output.progress(Int(action["checked"].number ?? 0), of: Int(action["rows"].number ?? 0))
        }
        return action
    }
}
