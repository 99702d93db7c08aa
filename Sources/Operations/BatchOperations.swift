import Basics
import Onboarding
import Records

/// `/requests/batches` and `/actions`: tables of people, and long work that was accepted (202), to be
/// asked after by whoever began it.
extension APIOperation {
    static let actions = [listActions, showAction, listActionRows, cancelAction]

    /// As many rows as are settled while a caller waits; more are accepted, to be asked after.
    private static let greatestRows = 1_000
    private static let greatestBytes = 1 << 20
    /// What a table may have at all.
    public static let greatestTable = 16 << 20

    /// As programs call tables of text and workbooks; Windows calls a CSV by the name of Excel.
    public static let tableTypes = [
        "text/csv", "text/tab-separated-values", "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]

    /// A table as `request submit --csv` takes it: the answer is the
    /// verdict on every row, or where it will be.
    public static var submitBatch: APIOperation {
        APIOperation(
            .post, "/requests/batches",
            query: ["organization", "allOrNothing", "map", "grants", "until", "reason", "locale"],
            content: .table, limit: .rehearsals, canDryRun: true
        ) { call in
            let (query, actor) = (call.query, try call.actor)
            let organization = try query.required("organization")
            let reading = FileReading(
                map: query["map"], grants: query["grants"] ?? "", until: query["until"] ?? "",
                reason: query["reason"] ?? "", locale: query["locale"] ?? "")
            let allOrNothing = try query.flag("allOrNothing")
            let bytes = call.table
            if bytes.count <= greatestBytes, !call.prefersNoWait {
                do {
                    return .document(
                        try await call.onboarding.submitAll(
                            csv: bytes, reading, organization: organization, by: actor, allOrNothing: allOrNothing,
                            dryRun: call.isDryRun, greatestRows: greatestRows
                        ).json)
                } catch let fault as Fault where fault.faults.first?.code == "too_many_rows" {
                    // Found out while the file was read, before
                    // anything was submitted: it is worked off below.
                }
            }
            let id = try await call.onboarding.beginBatch(
                csv: bytes, reading, organization: organization,
                submits: call.isDryRun ? .never : allOrNothing ? .ifAllGood : .allGood, by: actor)
            return .accepted(try await call.onboarding.batch(id, by: actor).0.json, at: "/actions/\(id)")
        }
    }

    public static var listActions: APIOperation {
        APIOperation(.get, "/actions") { call in
            .list(try await call.onboarding.batches(by: try call.actor).map(\.json))
        }
    }

    /// While it runs, the answer says when it is worth asking again.
    public static var showAction: APIOperation {
        APIOperation(.get, "/actions/{id}") { call in
            let (batch, _) = try await call.onboarding.batch(try call.batch, by: try call.actor)
            var answer = APIAnswer.document(batch.json)
            answer.retryAfterSeconds = batch.isAtWork ? 1 : nil
            return answer
        }
    }

    /// The rows that have a verdict, by line.
    public static var listActionRows: APIOperation {
        .list("/actions/{id}/rows") { call in
            let found = try await call.onboarding.rows(
                of: try call.batch, nil, try call.query.page(), by: try call.actor)
            return .list(found, \.json)
        }
    }

    public static var cancelAction: APIOperation {
        APIOperation(.post, "/actions/{id}/cancellation") { call in
            let (id, actor) = (try call.batch, try call.actor)
            try await call.onboarding.stopBatch(id, by: actor)
            return .document(try await call.onboarding.batch(id, by: actor).0.json)
        }
    }
}

extension APICall {
    fileprivate var batch: BatchID { get throws { try id("id", "file", BatchID.init) } }
}
