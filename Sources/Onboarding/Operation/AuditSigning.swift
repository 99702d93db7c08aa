public import Basics
import OpenSSL
public import Records

/// What of the trail is proven before its end is signed.
public enum AuditProof: Sendable {
    /// What a command can afford: all that is not signed yet, and the last of what was.
    case recent
    case whole
}

extension Onboarding {
    /// So many entries before the end are proven again by every
    /// command that signs; at 190,000 a second.
    fileprivate static var recentEntries: Int64 { 2_000 }

    /// Seals the chains of organizations in the installation's and signs the end
    /// of that, unless it was done already, keeps the head beside the keys
    /// and sends it elsewhere: at the end of every command, every hour and at shutdown.
    ///
    /// - Returns: where the head could not be sent to, a sentence each; it
    ///   is tried again with the next signature.
    /// - Throws: `.conflict` with what is wrong with the trail: nothing is
    ///   signed on top of what does not verify.
    @discardableResult
    public func signAudit(proving proof: AuditProof = .recent) async throws -> [Sentence] {
        // Before the trail: whoever signs meanwhile commits first and keeps the head afterwards.
        let kept = try heads.keeper.kept()
        guard let proven = try await reading(by: .usher, { try $0.proven(kept, proof) }) else { return [] }
        let now = world.now()
        let head = try await working { try $0.sign(after: proven, by: self.keys.audit, at: now) }
        if (kept?.sequence ?? -1) < head.sequence {
            try heads.keeper.keep(head)
            // After the head is kept: a note without one is what a deleted head leaves.
            try await working { transaction in
                if try transaction.note(Self.keptNote) == nil { try transaction.setNote(Self.keptNote, "1") }
            }
        }
        return try await send(head)
    }

    fileprivate static func unsigned(_ defect: Sentence) -> Fault {
        Fault(.conflict, "The audit trail is not signed, since it does not hold. \(defect) See: usher audit verify")
    }

    /// Takes the trail as it is for the right one, where the head
    /// that is kept beside the keys says otherwise.
    ///
    /// After a restore from a backup. The trail says so from then on.
    ///
    /// - Throws: `.conflict` where the chain itself does not
    ///   hold, or where there is nothing to accept.
    public func acceptAudit(reason: String, by actor: Actor) async throws -> AuditHead {
        let now = world.now()
        try await reading(by: actor, at: now) { try $0.requireOperation() }
        let reason = try FieldRules.checked(reason)
        let kept = Result { try heads.keeper.kept() }
        let head = try await writing(by: actor, at: now) { turn in
            let newest = try turn.transaction.lastAuditHead()
            var check = try ChainCheck(heads: try turn.transaction.auditHeads(), publicKey: self.keys.audit.publicKey)
            if let defect = try check.walk(in: turn.transaction) ?? check.leftOver {
                throw Fault(.conflict, "This trail cannot be accepted: restore one that holds. \(defect)")
            }
            let defect: Sentence?
            switch kept {
            case .success(let kept): defect = try turn.keptDefect(kept, newest: newest)
            case .failure: defect = "The head that was kept in \(self.heads.keeper.name) cannot be read."
            }
            guard let defect else {
                throw Fault(.conflict, "There is nothing to accept: the audit trail holds.")
            }
            try turn.transaction.seal(check.chains, at: now)
            try turn.transaction.audit(
                AuditNote("audit.accept", detail: "\(reason) (\(defect))"), by: actor.recorded, at: now)
            let head = try turn.transaction.signEnd(by: self.keys.audit, at: now)
            try turn.transaction.setNote(Self.keptNote, "1")
            return head
        }
        try heads.keeper.replace(with: head)
        return head
    }
}

extension WorkTransaction {
    /// Signs what was proven and what came meanwhile, which is proven here: the signature covers it too.
    ///
    /// - Returns: the newest head, of whichever process.
    fileprivate func sign(after proven: ChainCheck, by key: SigningKey, at now: Timestamp) throws -> AuditHead {
        // Read anew: another process may have signed this entry
        // meanwhile, but nobody may have changed it.
        let end = proven.last?.sequence ?? 0
        guard try auditEntry(end)?.hash == proven.last?.hash else {
            throw Onboarding.unsigned("Entry \(end) was changed while it was being signed.")
        }
        if let head = try lastAuditHead(), head.sequence >= end { return head }
        var check = proven
        if let defect = try check.walk(in: self) { throw Onboarding.unsigned(defect) }
        try seal(check.chains, at: now)
        return try signEnd(by: key, at: now)
    }

    /// Records where the chains of organizations end, in the chain of the installation: the
    /// signature over the end of that covers them all.
    fileprivate func seal(_ chains: AuditChains, at now: Timestamp) throws {
        guard let ends = try chains.unsealed() else { return }
        try audit(AuditNote(AuditChains.seal, detail: ends), by: .usher, at: now)
    }

    /// - Precondition: the newest entry is of the installation, or of the single chain.
    fileprivate func signEnd(by key: SigningKey, at now: Timestamp) throws -> AuditHead {
        let end = try auditEnd(of: nil)
        let head = try AuditHead(signing: end.sequence, hash: end.hash, by: key, at: now)
        try append(head)
        return head
    }
}

extension Turn {
    /// The walk to the newest entry, once all that it stands on is proven; nil in an empty trail.
    fileprivate func proven(_ kept: AuditHead?, _ proof: AuditProof) throws -> ChainCheck? {
        let (newest, last) = (try snapshot.lastAuditHead(), try snapshot.lastAuditEntry())
        if let defect = try keptDefect(kept, newest: newest) { throw Onboarding.unsigned(defect) }
        guard let last else {
            if newest != nil {
                throw Onboarding.unsigned("A signed entry is missing: the trail was cut after entry 0.")
            }
            return nil
        }
        let start: AuditEntry?
        if proof == .recent, let newest, newest.sequence == last.sequence, kept?.sequence == newest.sequence {
            // Nothing new, and the newest head is kept already.
            start = last
        } else if proof == .recent, let newest, kept != nil {
            start = try restingPlace(before: min(newest.sequence, last.sequence - Onboarding.recentEntries))
        } else {
            // Whoever has kept no head so far, an installation of before, adopts
            // what is there: after having read all of it.
            start = nil
        }
        let heads = try snapshot.auditHeads(from: (start?.sequence ?? 0) + 1)
        var check = try ChainCheck(after: start, heads: heads, publicKey: keys.audit.publicKey)
        if let defect = try check.walk(in: snapshot) ?? check.leftOver { throw Onboarding.unsigned(defect) }
        return check
    }

    /// The last entry before another at which no chain is open, so that a walk may begin there.
    ///
    /// Seals stand an hour apart at most while a server runs.
    private func restingPlace(before sequence: Int64) throws -> AuditEntry? {
        guard let before = try snapshot.auditEntry(sequence - 1) else { return nil }
        if try before.holds(as: .single) { return before }
        func last(_ action: String) throws -> AuditEntry? {
            try snapshot.auditEntries(AuditFilter(action: action), before: sequence, limit: 1).first
        }
        return try last(AuditChains.seal) ?? last(AuditEntry.division)
    }
}

// MARK: Elsewhere

extension Onboarding {
    /// Who refused is left alone for so long: a command must not wait for a dead server each time.
    private static var patienceSeconds: Int64 { 300 }

    /// Sends the head to wherever it was not sent yet.
    private func send(_ head: AuditHead) async throws -> [Sentence] {
        var failures: [Sentence] = []
        for outlet in heads.elsewhere {
            let (sent, failed) = ("audit.sent \(outlet.name)", "audit.failed \(outlet.name)")
            let (before, failure) = try await store.read { (try $0.note(sent), try $0.note(failed)) }
            let now = world.now()
            let words = (before ?? "").split(separator: " ").compactMap { Int64($0) }
            if words.count == 2, words[0] >= head.sequence || now.isWithin(outlet.pauseSeconds, of: words[1]) {
                continue
            }
            if let failure = failure.flatMap(Int64.init), now.isWithin(Self.patienceSeconds, of: failure) { continue }
            do throws(DeliveryFailure) {
                try await outlet.send(head)
            } catch {
                failures.append("The signed head \(head.sequence) was not sent to \(outlet.name): \(error.message)")
                try await working { try $0.setNote(failed, "\(now.milliseconds)") }
                continue
            }
            try await working { try $0.setNote(sent, "\(head.sequence) \(now.milliseconds)") }
        }
        return failures
    }

    /// Where heads go to, and which one was sent there last.
    public func sentHeads() async throws -> [(outlet: String, sequence: Int64?)] {
        try await store.read { snapshot in
            try self.heads.elsewhere.map { outlet in
                let note = try snapshot.note("audit.sent \(outlet.name)")
                return (outlet.name, note?.split(separator: " ").first.flatMap { Int64($0) })
            }
        }
    }
}

extension Timestamp {
    /// Whether this is less than so many seconds after an instant; never
    /// before it, as after a clock that jumped.
    fileprivate func isWithin(_ seconds: Int64, of instant: Int64) -> Bool {
        milliseconds >= instant && milliseconds - instant < seconds * 1_000
    }
}
