public import Basics
import OpenSSL
public import Records

/// How the keys of an installation are known again: the check value of each, by its name.
///
/// Kept in the database, since a database and keys that do not belong
/// together are worth nothing, and find it out one by one: at the next
/// sign-in, the next link, the next signature.
public struct KeyChecks: Hashable, Sendable {
    static let note = "key-checks"

    private(set) var values: [String: String]

    /// HMAC-SHA256 of a known text under the key, in hexadecimal.
    ///
    /// Whoever reads it learns nothing of the key, which has 256 random bits.
    static func value(of key: Secret, name: String) throws -> String {
        try HMAC.code(for: Array("usher/key-check/1|\(name)".utf8), key: key, hash: .sha256).hex
    }

    /// Of the key that signs: a digest of its public half.
    static func value(of key: SigningKey) throws -> String {
        try SHA256.digest(of: Array("usher/key-check/1|audit|".utf8) + key.publicKey).hex
    }

    init(of keys: KeyRing) throws { values = try keys.checkValues() }

    /// What `text` wrote; whatever is no line of it is left out, and its key counts as unknown.
    init(reading text: String) {
        let pairs = text.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count == 2 }
        values = Dictionary(pairs.map { (String($0[0]), String($0[1])) }) { first, _ in first }
    }

    /// One line for each key: its name and its value.
    var text: String { values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "\n") }

    /// What is wrong with `others` where these are the database's own, one sentence for each key.
    func defects(of others: KeyChecks) -> [String] {
        values.sorted { $0.key < $1.key }.compactMap { name, value in
            guard let other = others.values[name] else {
                return "The key \(name).key is missing. Restore the keys folder from the same backup as the database."
            }
            return other == value ? nil : Self.wrong(name)
        }
    }

    static func wrong(_ name: String) -> String {
        "The key \(name).key is not the one this database was made with. Restore the keys folder from the same backup."
    }
}

extension KeyChecks {
    /// How one key stands.
    public enum State: String, Sendable {
        case ok, wrong, missing, damaged, unrecorded

        public var isDefect: Bool { self != .ok && self != .unrecorded }
    }

    /// What a database holds of its keys; nil before the first start of a program that records them.
    public static func record(in snapshot: any Snapshot) throws -> KeyChecks? {
        try snapshot.note(note).map(KeyChecks.init(reading:))
    }

    /// How each key stands that there is, or that there should be.
    ///
    /// - Parameter files: names and keys; nil for a file that holds none.
    public static func states(
        of files: [(name: String, key: Secret?)], by record: KeyChecks?
    ) -> [(name: String, state: State)] {
        let found = files.map { name, key in (name, state(of: key, name: name, by: record)) }
        let needed = Set(["audit", "recovery", "tokens"]).union(record?.values.keys.map(\.self) ?? [])
        let missing = needed.subtracting(files.map(\.name)).map { ($0, State.missing) }
        return (found + missing).sorted { $0.0 < $1.0 }.map { (name: $0.0, state: $0.1) }
    }

    private static func state(of key: Secret?, name: String, by record: KeyChecks?) -> State {
        guard let key else { return .damaged }
        guard let kept = record?.values[name] else { return .unrecorded }
        // Thrown by libcrypto alone, and then nothing of the key can be told.
        let value =
            name == "audit"
            ? try? Self.value(of: SigningKey(seed: key)) : try? Self.value(of: key, name: name)
        return value == kept ? .ok : .wrong
    }
}

extension Onboarding {
    /// Compares the keys with those that the database was made with; where it holds no record
    /// of them yet, they are tried on what they once made, and recorded.
    ///
    /// - Throws: `Fault.Code.unavailable` with every key that is wrong.
    public func requireKeys() async throws {
        let mine = try KeyChecks(of: keys)
        guard let kept = try await store.read({ try $0.note(KeyChecks.note) }) else {
            try Self.require(try await keyDefects())
            return await keep(mine)
        }
        let known = KeyChecks(reading: kept)
        try Self.require(known.defects(of: mine))
        // A sealing key that was added has sealed nothing before now.
        if !mine.values.keys.allSatisfy({ known.values[$0] != nil }) { await keep(mine) }
    }

    private static func require(_ defects: [String]) throws {
        guard let first = defects.first else { return }
        let faults = defects.map { Fault.Field("keys", "wrong_key", Sentence($0)) }
        throw Fault(
            .unavailable, defects.count == 1 ? Sentence(first) : "\(defects.count) keys are wrong.", faults: faults)
    }

    /// A disk that is full or read-only now gets its record at a later
    /// start: it must not keep anybody from reading.
    private func keep(_ checks: KeyChecks) async {
        try? await working { try $0.setNote(KeyChecks.note, checks.text) }
    }

    /// What is wrong with the keys, by the record of them and by what they made: a factor of
    /// each sealing key is opened, the newest link made again, the newest signature checked.
    public func keyDefects() async throws -> [String] {
        let mine = try KeyChecks(of: keys)
        return try await store.read { [keys, vault] snapshot in
            let known = try snapshot.note(KeyChecks.note).map(KeyChecks.init(reading:))
            var defects = known?.defects(of: mine) ?? []
            func note(_ defect: String) { if !defects.contains(defect) { defects.append(defect) } }
            for key in try snapshot.sealingKeysInUse() {
                guard keys.sealing[key] != nil else {
                    note("The key \(key).key is missing. Restore the keys folder from the same backup as the database.")
                    continue
                }
                if let factor = try snapshot.factor(sealedBy: key), !vault.opens(factor) {
                    note(KeyChecks.wrong(key))
                }
            }
            if let link = try snapshot.newestInvitation() {
                let token = try keys.invitationToken(
                    request: link.request, person: link.person, generation: link.generation)
                if try SHA256.digest(of: token.exposed) != link.tokenHash { note(KeyChecks.wrong("tokens")) }
            }
            if let head = try snapshot.lastAuditHead(), !head.isSigned(by: keys.audit.publicKey) {
                note(KeyChecks.wrong("audit"))
            }
            return defects
        }
    }
}
