public import Basics
import Directory
import OpenSSL
public import Records

/// Under which name something is kept for one browser.
///
/// Whoever has a copy of the database, or another browser, can neither find nor open it.
public struct KeepsakePlace: Sendable {
    /// What only this browser holds: the value of a cookie.
    let browser: Secret
    /// Tells apart what one browser has of one kind: a person's id, chance, or what opened a page.
    public let name: String

    public init(browser: Secret, name: String) {
        self.browser = browser
        self.name = name
    }
}

/// What a browser is shown again, so that a page which answered a form can be loaded anew, in
/// that browser only and not for long; and what was typed, while its sender signs in.
extension Onboarding {
    /// Long enough to find a printer.
    public static var keepsakeSeconds: Int64 { 900 }
    /// As long as a session may be idle: whoever comes back from lunch goes on.
    private static var formSeconds: Int64 { 3_600 }
    /// Forms are kept for whoever sends them, so there is an end to them: some 64 MB.
    private static var greatestForms: Int { 1_000 }

    /// - Returns: nil for what was never kept here, was forgotten, or has expired.
    public func kept(_ kind: Keepsake.Kind, at place: KeepsakePlace) async throws -> Secret? {
        try await reading(by: .usher) { try $0.kept(kind, at: place) }
    }

    /// What became of something, in words that the caller reads again.
    public func keepOutcome(_ content: Secret, at place: KeepsakePlace, by visitor: Visitor) async throws {
        try await writing(by: .usher) { turn in
            try turn.keep(
                content, .outcome, at: place, of: visitor.person.id,
                until: turn.now.adding(seconds: Self.keepsakeSeconds))
        }
    }

    /// A form whose sender must sign in first.
    ///
    /// - Returns: false where too many wait already.
    public func keepForm(_ content: Secret, at place: KeepsakePlace) async throws -> Bool {
        try await writing(by: .usher) { turn in
            try turn.transaction.forgetKeepsakes(expiredBy: turn.now, limit: 100)
            let forms = try turn.transaction.keepsakeCount(.form, upTo: Self.greatestForms)
            guard forms < Self.greatestForms else { return false }
            try turn.keep(content, .form, at: place, of: nil, until: turn.now.adding(seconds: Self.formSeconds))
            return true
        }
    }

    public func forget(_ kind: Keepsake.Kind, at place: KeepsakePlace) async throws {
        let key = try keys.keepsakeKey(kind, place)
        try await working { try $0.forgetKeepsake(key: key) }
    }
}

extension Turn {
    func kept(_ kind: Keepsake.Kind, at place: KeepsakePlace) throws -> Secret? {
        guard let found = try snapshot.keepsake(key: try keys.keepsakeKey(kind, place)), now < found.expiresAt else {
            return nil
        }
        return try vault.open(found)
    }
}

extension Writing {
    /// Seals something and keeps it with the change that it tells of.
    func keep(
        _ content: Secret, _ kind: Keepsake.Kind, at place: KeepsakePlace, of person: PersonID?, until end: Timestamp
    ) throws {
        // What has expired opens nothing; here it goes.
        try transaction.forgetKeepsakes(expiredBy: now, limit: 100)
        let key = try keys.keepsakeKey(kind, place)
        let nonce = world.random(12)
        try transaction.keep(
            Keepsake(
                key: key, kind: kind, person: person, sealed: try vault.seal(content, kind, key: key, nonce: nonce),
                nonce: nonce, keyID: keys.currentSealing, expiresAt: end))
    }
}
