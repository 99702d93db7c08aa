import Basics
import JOSE
import OpenSSL
public import Records
import Synchronization

/// The keys that sign tokens: which one does now, and which are published.
///
/// Kept sealed in the database, so that every node signs with the same; opened once, and asked after again
/// every half minute: a new one is published for an hour before it signs.
public final class TokenRing: Sendable {
    /// So long a key is published before it signs: longer than anybody may keep what is published.
    public static let leadSeconds: Int64 = 3_600
    public static let cacheSeconds: Int64 = 900
    /// After this time the next one is made.
    public static let ageSeconds: Int64 = 90 * 86_400
    /// So long one that signs no more is published: until the last thing that it signed has ended.
    public static let afterlifeSeconds: Int64 = SessionLimits.overallSeconds + AccessToken.lifetimeSeconds

    struct Opened: Sendable {
        let record: TokenKey
        let key: PrivateJWK
    }

    private struct State {
        var keys: [Opened] = []
        var readAt: Timestamp?
        /// What is published of them, as it was when they were read.
        var published: [UInt8] = []
    }

    private let state = Mutex(State())
    /// Tokens that somebody came with.
    private let seen = Mutex(Remembered<TokenDigest, RememberedToken>())
    /// Clients that have proven themselves.
    private let clients = Mutex(Remembered<ClientDigest, RememberedClient>())
    private static let freshSeconds: Int64 = 30

    public init() {}

    func known(at now: Timestamp) -> [Opened]? {
        state.withLock { state in
            guard let readAt = state.readAt, readAt.adding(seconds: Self.freshSeconds) > now, readAt <= now else {
                return nil
            }
            return state.keys
        }
    }

    func opened(_ id: String) -> Opened? { state.withLock { $0.keys.first { $0.record.id == id } } }

    var published: [UInt8] { state.withLock { $0.published } }

    func keep(_ keys: [Opened], at now: Timestamp) {
        let published: JSON = ["keys": .array(keys.map(\.record).published(at: now).map(\.publicKey))]
        let document = published.bytes(pretty: false)
        state.withLock { $0 = State(keys: keys, readAt: now, published: document) }
    }

    func remembered(_ digest: TokenDigest) -> RememberedToken? { seen.withLock { $0[digest] } }

    func remember(_ token: RememberedToken, as digest: TokenDigest, at now: Timestamp) {
        seen.withLock { $0.remember(token, as: digest) { $0.end <= now.seconds } }
    }

    func rememberedClient(_ digest: ClientDigest) -> RememberedClient? { clients.withLock { $0[digest] } }

    func remember(_ client: RememberedClient, as digest: ClientDigest) {
        clients.withLock { $0.remember(client, as: digest) { $0.mark != client.mark } }
    }

    func forget() { state.withLock { $0.readAt = nil } }
}

/// A key of the ring, and what it does now.
public struct TokenKeyView: Sendable {
    /// `former` ones are published for those who hold something that they signed.
    public enum State: String, Sendable, CaseIterable { case next, signing, former }

    public let key: TokenKey
    public let state: State
}

extension [TokenKey] {
    /// The one of an algorithm that signs now: the last of those whose time has come.
    func signer(_ algorithm: Registration.Algorithm, at now: Timestamp) -> TokenKey? {
        let own = filter { $0.algorithm == algorithm }
        let precedes = { (one: TokenKey, other: TokenKey) in (one.signsFrom, one.id) < (other.signsFrom, other.id) }
        return own.filter { $0.signsFrom <= now }.max(by: precedes) ?? own.min(by: precedes)
    }

    /// Those that somebody may have to verify with: but for one whose follower has signed for so long that
    /// nothing of its own is good any more.
    func published(at now: Timestamp) -> [TokenKey] { filter { !isOver($0, at: now) } }

    func isOver(_ key: TokenKey, at now: Timestamp) -> Bool {
        contains { other in
            other.algorithm == key.algorithm && other.signsFrom > key.signsFrom
                && other.signsFrom.adding(seconds: TokenRing.afterlifeSeconds) <= now
        }
    }

    func state(of key: TokenKey, at now: Timestamp) -> TokenKeyView.State {
        if signer(key.algorithm, at: now)?.id == key.id { return .signing }
        return key.signsFrom > now ? .next : .former
    }

    /// Whether a next one is to be made, since the newest has become old.
    func isDue(_ algorithm: Registration.Algorithm, at now: Timestamp) -> Bool {
        guard let newest = filter({ $0.algorithm == algorithm }).map(\.signsFrom).max() else { return true }
        return newest.adding(seconds: TokenRing.ageSeconds) <= now
    }
}

extension Onboarding {
    /// As others have to know us (`iss`): the address of the service, and no header's.
    public var issuer: String { settings.baseURL }

    /// The keys of the ring, the first of each algorithm made where there is none.
    func tokenKeys() async throws -> [TokenRing.Opened] {
        let now = world.now()
        if let known = ring.known(at: now) { return known }
        var records = try await store.read { try $0.tokenKeys() }
        if Registration.Algorithm.allCases.contains(where: { algorithm in
            !records.contains { $0.algorithm == algorithm }
        }) {
            records = try await addTokenKeys(signingFrom: now) { algorithm, present in
                !present.contains { $0.algorithm == algorithm }
            }
        }
        let opened = try records.map { record in
            try ring.opened(record.id) ?? TokenRing.Opened(record: record, key: vault.open(record))
        }
        ring.keep(opened, at: now)
        return opened
    }

    func signer(_ algorithm: Registration.Algorithm) async throws -> PrivateJWK {
        guard let key = signer(algorithm, among: try await tokenKeys()) else {
            throw Fault(.unavailable, "There is no key to sign tokens with.")
        }
        return key
    }

    func signer(_ algorithm: Registration.Algorithm, among keys: [TokenRing.Opened]) -> PrivateJWK? {
        let record = keys.map(\.record).signer(algorithm, at: world.now())
        return keys.first { $0.record.id == record?.id }?.key
    }

    /// The public half of a key that was or is ours; nil for any other name, which is no outage.
    func verifier(of token: CompactJWS) async throws -> PublicJWK? {
        guard let id = token.keyID else { return nil }
        let now = world.now()
        let keys = try await tokenKeys()
        guard keys.map(\.record).published(at: now).contains(where: { $0.id == id }) else { return nil }
        return keys.first { $0.record.id == id }?.key.publicKey
    }

    /// The JSON Web Key Set that others verify with, as it is sent: written once for all who ask within half a minute.
    public func publishedKeys() async throws -> [UInt8] {
        _ = try await tokenKeys()
        return ring.published
    }

    /// The next key of each algorithm, published from now on, signing after everybody has seen it.
    public func rotateTokenKeys(by actor: Actor) async throws -> [TokenKeyView] {
        try await reading(by: actor) { try $0.requireOperation() }
        _ = try await tokenKeys()
        let now = world.now()
        _ = try await addTokenKeys(signingFrom: now.adding(seconds: TokenRing.leadSeconds), by: actor) {
            algorithm, present in
            // Two that wait would be one too many.
            !present.contains { $0.algorithm == algorithm && $0.signsFrom > now }
        }
        return try await tokenKeys(by: actor)
    }

    public func tokenKeys(by actor: Actor) async throws -> [TokenKeyView] {
        _ = try await tokenKeys()
        return try await reading(by: actor) { turn in
            try turn.requireOperator()
            let keys = try turn.snapshot.tokenKeys()
            return keys.map { TokenKeyView(key: $0, state: keys.state(of: $0, at: turn.now)) }
        }
    }

    /// What age asks for: the next key, and to forget those whose last token has ended.
    func tendTokenKeys() async throws {
        let now = world.now()
        let records = try await store.read { try $0.tokenKeys() }
        guard !records.isEmpty else { return }
        if Registration.Algorithm.allCases.contains(where: { records.isDue($0, at: now) }) {
            _ = try await addTokenKeys(signingFrom: now.adding(seconds: TokenRing.leadSeconds)) {
                $1.isDue($0, at: now)
            }
        }
        let over = records.filter { records.isOver($0, at: now) }
        guard !over.isEmpty else { return }
        try await working { transaction in for key in over { try transaction.remove(key) } }
        ring.forget()
    }

    /// - Parameter isWanted: asked again within the transaction, so that of several nodes one makes it.
    /// - Returns: all that there are then.
    private func addTokenKeys(
        signingFrom start: Timestamp, by actor: Actor = .usher,
        where isWanted: @escaping @Sendable (Registration.Algorithm, [TokenKey]) -> Bool
    ) async throws -> [TokenKey] {
        let now = world.now()
        let made = try Registration.Algorithm.allCases.map { algorithm in
            try vault.seal(
                PrivateJWK.generate(algorithm.jose), algorithm, nonce: world.random(12), at: now, signingFrom: start)
        }
        let records = try await writing(by: actor, at: now) { turn -> [TokenKey] in
            for key in made where try isWanted(key.algorithm, turn.snapshot.tokenKeys()) {
                try turn.applications.add(key)
            }
            return try turn.snapshot.tokenKeys()
        }
        ring.forget()
        return records
    }
}

extension FactorVault {
    /// - Parameter nonce: 12 fresh random bytes.
    fileprivate func seal(
        _ key: PrivateJWK, _ algorithm: Registration.Algorithm, nonce: [UInt8], at now: Timestamp,
        signingFrom start: Timestamp
    ) throws -> TokenKey {
        let id = key.publicKey.keyID
        let sealed = try seal(key.secretBytes, boundTo: Self.binding(id), nonce: nonce)
        return TokenKey(
            id: id, algorithm: algorithm, publicKey: key.publicKey.json, sealed: sealed, nonce: nonce,
            keyID: keys.currentSealing, createdAt: now, signsFrom: start)
    }

    fileprivate func open(_ record: TokenKey) throws -> PrivateJWK {
        try PrivateJWK(
            reading: open(record.sealed, sealedBy: record.keyID, nonce: record.nonce, boundTo: Self.binding(record.id)))
    }

    private static func binding(_ id: String) -> [UInt8] { Array("usher/token-key/1|\(id)".utf8) }
}

extension Registration.Algorithm {
    var jose: JWSAlgorithm {
        switch self {
        case .es256: .es256
        case .rs256: .rs256
        }
    }
}
