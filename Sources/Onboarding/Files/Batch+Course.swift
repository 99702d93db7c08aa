import Basics
import Records

extension Batch {
    /// Whoever was reading the file for so long has died over it: nobody
    /// else can go on, for the file is not kept.
    private static let readingSeconds: Int64 = 600

    func seen(at now: Timestamp) -> Batch {
        guard state == .reading, createdAt.adding(seconds: Self.readingSeconds) < now else { return self }
        return Batch(
            id: id, organization: organization, person: person, encoding: encoding, createdAt: createdAt,
            state: .stopped, submits: submits, rows: rows, notes: notes)
    }

    /// Where it goes when every row has its verdict.
    var afterCheck: State {
        switch submits {
        case .allGood: .submitting
        case .ifAllGood: rows.refused == 0 ? .submitting : .checked
        case .whenTold, .never: .checked
        }
    }
}
