public import Basics
public import OpenSSL
import Records

/// The keys of an installation.
///
/// They live beside the database, never in it, so that a stolen copy of one is worth little.
public struct KeyRing: Sendable {
    /// Key id → 32 bytes; every id that some row still names.
    public let sealing: [String: Secret]
    /// The id of the key that seals what is new.
    public let currentSealing: String
    /// Invitation tokens are derived with this key; see `invitationToken`.
    private let tokens: Secret
    /// Recovery codes are stored as HMACs under this key: a copy of
    /// the database is not enough to guess them.
    public let recoveryCodes: Secret
    /// Signs heads of the audit chain.
    public let audit: SigningKey

    /// - Precondition: `sealing` holds `currentSealing`.
    public init(
        sealing: [String: Secret], currentSealing: String, tokens: Secret, recoveryCodes: Secret, audit: SigningKey
    ) {
        precondition(sealing[currentSealing] != nil)
        self.sealing = sealing
        self.currentSealing = currentSealing
        self.tokens = tokens
        self.recoveryCodes = recoveryCodes
        self.audit = audit
    }

    /// The token of an invitation: HMAC-SHA256 under a random 256-bit key, 64 hexadecimal digits.
    ///
    /// Derived and not drawn, so that a mail that is tried again after a crash carries the
    /// same link, while the database holds nothing but a hash. A link that was asked for anew
    /// counts one generation on: it has another token.
    public func invitationToken(request: RequestID, person: PersonID, generation: Int64 = 0) throws -> Secret {
        let suffix = generation == 0 ? "" : "|\(generation)"
        let message = Array("usher/invitation/1|\(request)|\(person)\(suffix)".utf8)
        return Secret(try HMAC.code(for: message, key: tokens, hash: .sha256).hex)
    }

    /// The token of a link for a forgotten password, derived as that of
    /// an invitation is: 64 hexadecimal digits.
    func passwordToken(person: PersonID, orderedAt: Timestamp) throws -> Secret {
        let message = Array("usher/password/1|\(person)|\(orderedAt.milliseconds)".utf8)
        return Secret(try HMAC.code(for: message, key: tokens, hash: .sha256).hex)
    }

    /// By what each key is known again, by its name: see `KeyChecks`.
    func checkValues() throws -> [String: String] {
        var values = try sealing.map { try ($0, KeyChecks.value(of: $1, name: $0)) }
        values.append(("tokens", try KeyChecks.value(of: tokens, name: "tokens")))
        values.append(("recovery", try KeyChecks.value(of: recoveryCodes, name: "recovery")))
        values.append(("audit", try KeyChecks.value(of: audit)))
        return Dictionary(uniqueKeysWithValues: values)
    }

    /// What stands for a text that must not be written down,
    /// the same each time: 16 hexadecimal digits.
    ///
    /// Whoever has not the key can neither read it back nor try texts.
    ///
    /// - Parameter use: what kind of text it is, so that an address never has the name of an account.
    public func pseudonym(of text: String, use: String) throws -> String {
        let message = Array("usher/pseudonym/1|\(use)|\(text)".utf8)
        return String(try HMAC.code(for: message, key: tokens, hash: .sha256).hex.prefix(16))
    }

    /// What ties the proof of a new factor to the one session in which its
    /// secret was shown: 64 hexadecimal digits.
    ///
    /// Another session of the same person, a stolen one say, cannot make it.
    func factorProof(_ factor: FactorID, in session: SessionID) throws -> Secret {
        let message = Array("usher/factor-proof/1|\(factor)|\(session)".utf8)
        return Secret(try HMAC.code(for: message, key: tokens, hash: .sha256).hex)
    }

    /// What the forms of a browser carry: 32 hexadecimal digits that tell them from other
    /// sites', and 32 that tell on whose page they stood.
    ///
    /// - Parameters:
    ///   - browser: what only this browser holds.
    ///   - person: who was signed in; nil for nobody.
    public func formToken(browser: Secret, person: PersonID?) throws -> String {
        let context = "\(String(decoding: browser.exposed, as: UTF8.self))|\(person?.text ?? "")"
        // Under a key, since a former user of this browser may know what it holds.
        let ours = try HMAC.code(for: Array("usher/form/1|".utf8) + browser.exposed, key: tokens, hash: .sha256)
        let theirs = try HMAC.code(for: Array("usher/form-of/1|\(context)".utf8), key: tokens, hash: .sha256)
        return ours.prefix(16).hex + theirs.prefix(16).hex
    }

    /// What only this installation makes of a text: 32 bytes.
    ///
    /// - Parameter message: begins with what it is for, so that nothing of one use serves another.
    func derived(_ message: String) throws -> [UInt8] {
        try HMAC.code(for: Array("usher/\(message)".utf8), key: tokens, hash: .sha256)
    }

    /// Where something is kept for a browser: 32 bytes.
    func keepsakeKey(_ kind: Keepsake.Kind, _ place: KeepsakePlace) throws -> [UInt8] {
        let message =
            Array("usher/keepsake/1|\(kind.rawValue)|".utf8) + place.browser.exposed + Array("|\(place.name)".utf8)
        return try HMAC.code(for: message, key: tokens, hash: .sha256)
    }
}

/// Keeps factor secrets: AES-256-GCM, bound to the person and the factor, so
/// that no row can be moved to another person.
public struct FactorVault: Sendable {
    public let keys: KeyRing

    /// - Parameter nonce: 12 fresh random bytes.
    public func seal(_ secret: Secret, person: PersonID, factor: FactorID, nonce: [UInt8]) throws -> [UInt8] {
        guard let key = keys.sealing[keys.currentSealing] else { throw missingKey(keys.currentSealing) }
        return try AEAD.seal(secret, key: key, nonce: nonce, additionalData: Self.binding(person, factor))
    }

    /// Whether what was sealed of a factor can be read.
    func opens(_ factor: Factor) -> Bool {
        switch factor.means {
        // Why it cannot is said where it is needed.
        case .totp(let own): (try? open(own, of: factor)) != nil
        }
    }

    func open(_ own: TOTPMeans, of factor: Factor) throws -> Secret {
        guard let key = keys.sealing[own.keyID] else { throw missingKey(own.keyID) }
        do {
            return try AEAD.open(
                own.sealedSecret, key: key, nonce: own.nonce,
                additionalData: Self.binding(factor.person, factor.id))
        } catch {
            throw Fault(
                .unavailable,
                "A factor cannot be opened with the key \(own.keyID).key: the one or the other was changed. "
                    + "Restore the database and the keys folder from the same backup.", cause: error)
        }
    }

    /// - Parameter nonce: 12 fresh random bytes.
    func seal(_ content: Secret, _ kind: Keepsake.Kind, key place: [UInt8], nonce: [UInt8]) throws -> [UInt8] {
        guard let key = keys.sealing[keys.currentSealing] else { throw missingKey(keys.currentSealing) }
        return try AEAD.seal(content, key: key, nonce: nonce, additionalData: Self.binding(kind, place))
    }

    func open(_ keepsake: Keepsake) throws -> Secret {
        guard let key = keys.sealing[keepsake.keyID] else { throw missingKey(keepsake.keyID) }
        return try AEAD.open(
            keepsake.sealed, key: key, nonce: keepsake.nonce, additionalData: Self.binding(keepsake.kind, keepsake.key))
    }

    /// - Parameters:
    ///   - binding: names what it is, so that no row can stand for another.
    ///   - nonce: 12 fresh random bytes.
    func seal(_ content: Secret, boundTo binding: [UInt8], nonce: [UInt8]) throws -> [UInt8] {
        guard let key = keys.sealing[keys.currentSealing] else { throw missingKey(keys.currentSealing) }
        return try AEAD.seal(content, key: key, nonce: nonce, additionalData: binding)
    }

    func open(_ sealed: [UInt8], sealedBy id: String, nonce: [UInt8], boundTo binding: [UInt8]) throws -> Secret {
        guard let key = keys.sealing[id] else { throw missingKey(id) }
        return try AEAD.open(sealed, key: key, nonce: nonce, additionalData: binding)
    }

    private static func binding(_ person: PersonID, _ factor: FactorID) -> [UInt8] {
        Array("usher/factor/1|\(person)|\(factor)".utf8)
    }

    private static func binding(_ kind: Keepsake.Kind, _ place: [UInt8]) -> [UInt8] {
        Array("usher/keepsake/1|\(kind.rawValue)|\(place.hex)".utf8)
    }

    private func missingKey(_ id: String) -> Fault {
        Fault(
            .unavailable, "The key \(id) that sealed this factor is missing. Restore the keys folder from its backup.")
    }
}
