public import Basics
import Directory
import OpenSSL
public import Records
import Workflow

/// A mail that its reader's server does not take, now or after all: who could mend it is told.
extension Onboarding {
    fileprivate static var template: String { "undeliverable" }
    /// Of what servers say, so much is kept.
    fileprivate static var greatestWords: Int { 500 }

    /// What a server that took a mail reports of it afterwards (RFC 3464).
    public struct Return: Sendable {
        /// The mail as its Message-ID names it: the part before the @.
        public let message: String
        /// Whom it was for, as the report and the message itself name them.
        public let addresses: [EmailAddress]
        /// The server's words.
        public let words: String

        public init(message: String, addresses: [EmailAddress], words: String) {
            self.message = message
            self.addresses = addresses
            self.words = words
        }
    }

    /// Mails of one reader that a report is compared with.
    fileprivate static var greatestCandidates: Int { 500 }

    /// Takes back that a mail was delivered, and tells whoever could mend it; a
    /// report that comes twice changes nothing.
    ///
    /// - Returns: the key of the mail.
    /// - Throws: `.notFound` for a report about no mail of ours: whoever
    ///   forges one would have to know a Message-ID.
    public func returnMail(_ returned: Onboarding.Return) async throws -> String {
        try await writing(by: .usher) { turn in
            guard let effect = try turn.mail(named: returned) else {
                throw Fault(.notFound, "This report is about no mail that was sent from here.")
            }
            let words = String(returned.words.prefix(Self.greatestWords))
            guard try turn.transaction.takeBack(effect.key, at: turn.now, note: words) else { return effect.key }
            try turn.transaction.audit(
                AuditNote("mail.return", request: effect.request, subject: effect.key, detail: words),
                by: .usher, at: turn.now)
            try turn.tellRequester(of: effect, words)
            return effect.key
        }
    }
}

extension Turn {
    fileprivate func mail(named returned: Onboarding.Return) throws -> Effect? {
        for address in Set(returned.addresses) {
            var found = try snapshot.mails(toAddress: address, limit: Onboarding.greatestCandidates)
            if let person = try snapshot.person(emailKey: address.key) {
                found += try snapshot.mails(to: person.id, limit: Onboarding.greatestCandidates)
            }
            if let effect = try found.first(where: { try Mail.hash(of: $0.key) == returned.message }) { return effect }
        }
        return nil
    }

    /// The mails to the holder of a request that nobody takes.
    func undelivered(of request: Request) throws -> [RequestView.Undelivered] {
        guard let holder = request.holder else { return [] }
        let address = try snapshot.person(holder)?.email.text ?? ""
        return try snapshot.effects(of: request.id)
            .filter { $0.isMail && $0.state == .parked && $0.order.recipient == holder }
            .filter { $0.cause == .recipient || $0.cause == .content }
            .map {
                RequestView.Undelivered(
                    recipient: $0.order.address ?? address, template: $0.order.template ?? "", error: $0.error ?? "")
            }
    }
}

extension Writing {
    /// Parks a mail that is refused for good; where the holder of a request
    /// cannot be reached, its requester is told.
    func refused(_ effect: Effect, _ failure: DeliveryFailure) throws {
        try transaction.park(effect.key, failure.cause, at: now, note: failure.message)
        try tellRequester(of: effect, failure.message)
    }

    /// In the request's history, and by mail: whoever typed the address is the one to correct it.
    fileprivate func tellRequester(of effect: Effect, _ words: String) throws {
        guard let request = try effect.request.flatMap({ try transaction.request($0) }),
            let holder = request.holder, effect.order.recipient == holder
        else { return }
        let address = try effect.order.address ?? transaction.person(holder)?.email.text ?? holder.text
        let words = String(words.prefix(Onboarding.greatestWords))
        let mover = Mover(recorded: .usher, note: "\(address): \(words)")
        let moved = try advance(request, on: .remark("mail.undeliverable"), by: mover)
        guard let requester = try requester(of: request), requester.id != holder
        else { return }
        let which = try Mail.hash(of: effect.key)
        try transaction.insert([
            Effect(
                mail: Onboarding.template, to: requester.id, of: .request(request.id), "\(which)/\(requester.id)",
                Effect.Order(comment: words, state: moved.run.state), at: now, tries: effect.greatestTries)
        ])
    }
}

extension Mail {
    /// SHA-256 of an effect's key, its first 128 bits in 32 hexadecimal digits:
    /// names a message without telling the key.
    public static func hash(of key: String) throws -> String {
        try SHA256.digest(of: Array(key.utf8)).prefix(16).hex
    }
}
