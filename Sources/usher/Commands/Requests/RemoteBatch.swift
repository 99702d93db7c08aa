import Basics
import Onboarding
import Operations
import Records
import Remote

/// A CSV through a server: sent whole, worked off there where it is long, and its
/// verdicts brought together as one document.
extension RemoteServer {
    /// - Parameter progress: called with settled and all rows.
    func submitAll(
        _ bytes: [UInt8], _ reading: FileReading, organization: String, allOrNothing: Bool, isDryRun: Bool,
        progress: (Int, Int) -> Void
    ) async throws -> JSON {
        let request = APIRequest(
            .submitBatch,
            query: [
                ("organization", organization), ("allOrNothing", flag(allOrNothing)), ("map", reading.map),
                ("grants", Self.filled(reading.grants)), ("until", Self.filled(reading.until)),
                ("reason", Self.filled(reading.reason)), ("locale", Self.filled(reading.locale)),
            ],
            table: bytes, isDryRun: isDryRun)
        let begun = try await send(request)
        guard begun.status == 202, let id = begun.document["id"].text else { return begun.document }
        let action = try await finished(id, begun.document, progress)
        guard action["state"] == "done" else {
            throw Fault(
                .conflict, "This was stopped before its end. Rows submitted: \(action["submitted"].number ?? 0).")
        }
        var rows: [JSON] = []
        var cursor: String?
        repeat {
            let query = [("after", cursor), ("limit", "\(PageRequest.greatestLimit)")]
            let page = try await send(APIRequest(.listActionRows, id, query: query)).document
            rows += page["items"].elements.map { .object($0.members.filter { $0.key != "state" }) }
            cursor = page["next"].text
        } while cursor != nil
        return JSON.page(rows, next: nil).with("encoding", action["encoding"]).with("rows", action["rows"])
            .with("refused", action["refused"]).with("notes", action["notes"])
    }

    private static func filled(_ text: String) -> String? { text.isEmpty ? nil : text }

    /// Asks often at first, then once a second.
    private func finished(_ id: String, _ begun: JSON, _ progress: (Int, Int) -> Void) async throws -> JSON {
        var (action, pause) = (begun, 50)
        while action["state"] == "running" {
            try await Task.sleep(for: .milliseconds(pause))
            pause = min(1_000, pause * 2)
            action = try await send(APIRequest(.showAction, id)).document
            progress(Int(action["checked"].number ?? 0), Int(action["rows"].number ?? 0))
        }
        return action
    }
}
