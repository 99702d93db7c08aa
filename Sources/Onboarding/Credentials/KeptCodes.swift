public import Basics
import Directory
import Foundation
import OpenSSL
import Records

/// Recovery codes that were just made, as the one browser that made them shows them again.
public struct KeptCodes: Codable, Sendable {
    /// Empty where an enrolment ended without a factor.
    public let codes: [String]
    /// Of an enrolment.
    public let request: RequestID?
    /// Whether a new authenticator came with them.
    public let isOfNewFactor: Bool

    init(codes: [String] = [], request: RequestID? = nil, isOfNewFactor: Bool = false) {
        self.codes = codes
        self.request = request
        self.isOfNewFactor = isOfNewFactor
    }
}

/// Whatever prints or dumps the value shows nothing.
extension KeptCodes: CustomStringConvertible, CustomReflectable {
    public var description: String { "•••" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension KeepsakePlace {
    /// Of an enrolment, by what opened it.
    ///
    /// - Parameter tokenHash: SHA-256 of the invitation's token, of
    ///   which a page's address may show a half.
    init(enrolment tokenHash: [UInt8], in browser: Secret) {
        self.init(browser: browser, name: tokenHash.prefix(16).hex)
    }

    /// - Parameter token: of the invitation, as it was pasted.
    public init(enrolmentBy token: Secret, in browser: Secret) throws {
        self.init(enrolment: try SHA256.digest(of: PastedInvitation.token(in: token).exposed), in: browser)
    }

    /// Of an authenticator that a session began to replace.
    init(factorOf visitor: Visitor, in browser: Secret) {
        self.init(browser: browser, name: "\(visitor.person.id)|\(visitor.session.id)")
    }

    /// Of a person's new recovery codes.
    public init(codesOf person: PersonID, in browser: Secret) { self.init(browser: browser, name: person.text) }
}

extension Onboarding {
    /// - Returns: nil for what is kept no longer, or was never made in this browser.
    public func keptCodes(at place: KeepsakePlace) async throws -> KeptCodes? {
        try await reading(by: .usher) { try $0.keptCodes(at: place) }
    }
}

extension Turn {
    func keptCodes(at place: KeepsakePlace) throws -> KeptCodes? {
        try kept(.recoveryCodes, at: place).map {
            try JSONDecoder().decode(KeptCodes.self, from: Data($0.exposed))
        }
    }
}

extension Writing {
    /// In the transaction that made them: of two submissions the second finds what the first one made.
    func keep(_ codes: KeptCodes, at place: KeepsakePlace, of person: PersonID) throws {
        try keep(
            Secret(Array(try JSONEncoder().encode(codes))), .recoveryCodes, at: place, of: person,
            until: now.adding(seconds: Onboarding.keepsakeSeconds))
    }
}
