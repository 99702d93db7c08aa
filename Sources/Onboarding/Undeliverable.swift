package import Basics
import Directory
import OpenSSL
import Records
import Workflow

/// A mail that its reader's server does not take, now or after all: who could mend it is told.
extension Onboarding {
    private static var template: String { "undeliverable" }
    /// Of what servers say, so much is kept.
    private static var greatestWords: Int { 500 }

    /// Parks a mail that is refused for good; where the holder of a request cannot be reached, its requester is told.
    func refused(
        _ effect: Effect, _ failure: DeliveryFailure, at now: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.park(effect.key, failure.cause, at: now, note: failure.message)
        try tellRequester(of: effect, failure.message, at: now, in: transaction)
    }

    /// In the request's history, and by mail: whoever typed the address is the one to correct it.
    private func tellRequester(
        of effect: Effect, _ words: String, at now: Timestamp, in transaction: any Transaction
    ) throws {
        guard let request = try effect.request.flatMap({ try transaction.request($0) }),
            let holder = request.holder, effect.order.recipient == holder
        else { return }
        let address = try effect.order.address ?? transaction.person(holder)?.email.text ?? holder.text
        let words = String(words.prefix(Self.greatestWords))
        let mover = Mover(recorded: Actor.usher, note: "\(address): \(words)")
        let moved = try advance(request, on: .remark("mail.undeliverable"), by: mover, at: now, in: transaction)
        guard let requester = try PersonID(request.requester).flatMap({ try transaction.person($0) }),
            requester.id != holder
        else { return }
        let which = try Mail.hash(of: effect.key)
        try transaction.insert([
            Effect(
                key: "\(request.id)/mail/\(Self.template)/\(which)/\(requester.id)", request: request.id,
                kind: Effect.mail,
                order: Effect.Order(
                    template: Self.template, recipient: requester.id, comment: words, state: moved.run.state,
                    address: nil),
                orderedAt: now, dueAt: now, greatestTries: effect.greatestTries)
        ])
    }

    /// What a server that took a mail reports of it afterwards (RFC 3464).
    package struct Return: Sendable {
        /// The mail as its Message-ID names it: the part before the @.
        package let message: String
        /// Whom it was for, as the report and the message itself name them.
        package let addresses: [EmailAddress]
        /// The server's words.
        package let words: String

        package init(message: String, addresses: [EmailAddress], words: String) {
            self.message = message
            self.addresses = addresses
            self.words = words
        }
    }

    /// Mails of one reader that a report is compared with.
    private static var greatestCandidates: Int { 500 }

    /// Takes back that a mail was delivered, and tells whoever could mend it; a report that comes twice changes nothing.
    ///
    /// - Returns: the key of the mail.
    /// - Throws: `.notFound` for a report about no mail of ours: whoever forges one would have to know a Message-ID.
    package func returnMail(_ returned: Return) async throws -> String {
        let now = world.now()
        return try await store.write { transaction in
            guard let effect = try self.mail(named: returned, in: transaction) else {
                throw Fault(.notFound, "This report is about no mail that was sent from here.")
            }
            let words = String(returned.words.prefix(Self.greatestWords))
            guard try transaction.takeBack(effect.key, at: now, note: words) else { return effect.key }
            try transaction.audit(
                AuditNote("mail.return", request: effect.request, subject: effect.key, detail: words),
                by: Actor.usher, at: now)
            try self.tellRequester(of: effect, words, at: now, in: transaction)
            return effect.key
        }
    }

    private func mail(named returned: Return, in snapshot: any Snapshot) throws -> Effect? {
        for address in Set(returned.addresses) {
            var found = try snapshot.mails(toAddress: address, limit: Self.greatestCandidates)
            if let person = try snapshot.person(emailKey: address.key) {
                found += try snapshot.mails(to: person.id, limit: Self.greatestCandidates)
            }
            if let effect = try found.first(where: { try Mail.hash(of: $0.key) == returned.message }) { return effect }
        }
        return nil
    }

    /// The mails to the holder of a request that nobody takes.
    func undelivered(of request: Request, in snapshot: any Snapshot) throws -> [RequestView.Undelivered] {
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

extension Mail {
    /// SHA-256 of an effect's key, its first 128 bits in 32 hexadecimal digits: names a message without telling the key.
    package static func hash(of key: String) throws -> String {
        try SHA256.digest(of: Array(key.utf8)).prefix(16).hex
    }
}
