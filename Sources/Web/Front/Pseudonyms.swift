import Onboarding
import Synchronization

/// Under which names addresses and accounts stand in the log: the same each time, and nothing to whoever has no key.
///
/// Those that were told lately are remembered, since every request of a connection has the same.
final class Pseudonyms: Sendable {
    private struct Meant: Hashable {
        let text, use: String
    }

    private static let greatestCount = 1_000

    private let keys: KeyRing
    private let told = Mutex<[Meant: String]>([:])

    init(keys: KeyRing) { self.keys = keys }

    func of(_ text: String, _ use: String) -> String {
        let meant = Meant(text: text, use: use)
        if let known = told.withLock({ $0[meant] }) { return known }
        // Without it the line is worth writing all the same.
        guard let name = try? keys.pseudonym(of: text, use: use) else { return "-" }
        told.withLock { told in
            if told.count >= Self.greatestCount { told = [:] }
            told[meant] = name
        }
        return name
    }
}
