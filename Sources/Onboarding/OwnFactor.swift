package import Basics
import Directory
import OneTimePassword
import OpenSSL
import Records

/// Another authenticator in place of the present one, by whoever still has that; a first one, by whoever has none.
///
/// The workflow `mfa-reset` is for lost devices: there two others must agree, here the old factor itself does.
extension Onboarding {
    /// How long the new secret may be proven.
    private static var proofSeconds: Int64 { 900 }

    /// Issues the secret of the new factor; the present one stays valid until the new one is proven.
    ///
    /// - Parameters:
    ///   - password: wanted where there is no factor yet that could vouch for the person.
    ///   - browser: what the visitor's browser holds; sent twice from there it is one secret.
    /// - Throws: `.unauthenticated` without a fresh code of the present factor, `.invalid` on `current` for a wrong
    ///   password.
    package func beginOwnFactor(
        password: Secret, by visitor: Visitor, in browser: Secret? = nil
    ) async throws -> EnrolmentStart.Setup {
        let actor = try visitor.actor()
        let person = visitor.person
        let asked = world.now()
        let hasFactor = try await store.read { snapshot in
            try Authority.requireStanding(actor, in: snapshot)
            let hasFactor = try snapshot.factor(of: person.id, .active) != nil
            if hasFactor {
                try Authority.requireFreshMFA(actor, at: asked, in: snapshot)
            } else {
                try Authority.requireFirstFactor(of: person.id, under: catalogue, at: asked, in: snapshot)
            }
            return hasFactor
        }
        if !hasFactor {
            try await requirePassword(
                password, of: person.id, by: [.session],
                otherwise: Fault.invalid("current", "wrong_password", "This is not your present password."))
        }
        let now = world.now()
        let secret = Secret(world.random(20))
        let id = FactorID(at: now, random: world.random)
        let nonce = world.random(12)
        let factor = Factor(
            id: id, person: person.id, state: .pending,
            means: .totp(
                TOTPMeans(
                    parameters: settings.factor,
                    sealedSecret: try vault.seal(secret, person: person.id, factor: id, nonce: nonce), nonce: nonce,
                    keyID: keys.currentSealing)), createdAt: now)
        let place = browser.map { KeepsakePlace(factorOf: visitor, in: $0) }
        let again = try await store.write { transaction -> Factor? in
            try Authority.requireStanding(actor, in: transaction)
            // Read anew: whoever enrolled meanwhile has a factor, which then must vouch.
            guard try hasFactor == (transaction.factor(of: person.id, .active) != nil) else { throw Self.ended }
            if !hasFactor {
                try Authority.requireFirstFactor(of: person.id, under: catalogue, at: now, in: transaction)
            }
            if let place, let same = try begun(by: visitor, at: place, now: now, in: transaction) { return same }
            try transaction.insertPending(factor)
            if let place {
                try keep(
                    try keys.factorProof(id, in: visitor.session.id), .factor, at: place, of: person.id,
                    until: now.adding(seconds: Self.proofSeconds), now: now, in: transaction)
            }
            try transaction.audit(
                AuditNote("factor.begin", organization: person.organization, subject: id.text),
                by: actor.recorded, at: now)
            return nil
        }
        return try setup(of: again ?? factor, for: visitor)
    }

    /// What this session began in this browser and may still prove: for its page, loaded again.
    ///
    /// - Returns: nil once it is proven, replaced or over.
    package func ownFactor(by visitor: Visitor, in browser: Secret) async throws -> EnrolmentStart.Setup? {
        let now = world.now()
        let place = KeepsakePlace(factorOf: visitor, in: browser)
        return try await store.read { snapshot in
            guard let factor = try begun(by: visitor, at: place, now: now, in: snapshot) else { return nil }
            return try setup(of: factor, for: visitor)
        }
    }

    private func begun(
        by visitor: Visitor, at place: KeepsakePlace, now: Timestamp, in snapshot: any Snapshot
    ) throws -> Factor? {
        guard let proof = try kept(.factor, at: place, now: now, in: snapshot) else { return nil }
        do { return try begun(proof, by: visitor, at: now, in: snapshot) } catch let over as Fault
            where over.code == .expired
        { return nil }
    }

    /// What the page shows again, in the session that began it and in no other.
    ///
    /// - Throws: `.expired` in any other session, too late, or once another secret was issued.
    package func ownFactor(_ proof: Secret, by visitor: Visitor) async throws -> EnrolmentStart.Setup {
        let now = world.now()
        let factor = try await store.read { try begun(proof, by: visitor, at: now, in: $0) }
        return try setup(of: factor, for: visitor)
    }

    /// A code of the new factor makes it the active one; the old one, all sessions and all recovery codes end.
    ///
    /// - Returns: the visitor's own session under a new token, and the new recovery codes.
    /// - Throws: `.invalid` on `code` for a wrong one, which counts like every wrong code; `.expired` as `ownFactor`.
    package func proveOwnFactor(
        _ proof: Secret, code: String, by visitor: Visitor, in browser: Secret? = nil
    ) async throws -> (SignIn, recoveryCodes: [String]) {
        let actor = try visitor.actor()
        let person = visitor.person
        let now = world.now()
        let codes = RecoveryCode.makeSet(from: world.random(RecoveryCode.randomByteCount))
        let origin = Origin.current
        let token = Secret(world.random(32).hex)
        let session = Session(
            id: SessionID(at: now, random: world.random), tokenHash: try SHA256.digest(of: token.exposed),
            person: person.id, stage: .full, verifiedAt: now, createdAt: visitor.session.createdAt, seenAt: now,
            client: visitor.session.client)
        let refusal = try await store.write { transaction -> Fault? in
            try Authority.requireStanding(actor, in: transaction)
            let factor = try begun(proof, by: visitor, at: now, in: transaction)
            // Whoever has come to need a factor since this one was begun gets it by a link.
            if try transaction.factor(of: person.id, .active) == nil {
                try Authority.requireFirstFactor(of: person.id, under: catalogue, at: now, in: transaction)
            }
            if let refused = CodeVerification(proving: try transaction.attempts(of: person.id), at: now) {
                return refused.refusal
            }
            guard let use = try firstUse(of: factor, code, at: now) else {
                try countMiss(of: person.id, at: now, in: transaction)
                try transaction.record(
                    Sighting(.codeWrong, person: person.id, actor: actor.recorded, from: origin), at: now)
                return Fault.invalid("code", "wrong_code", "This code is not right. Type the one shown now.")
            }
            try transaction.activateFactor(factor.id, using: use, at: now)
            try transaction.setAttempts(Attempts(), of: person.id)
            try keep(codes, of: person.id, at: now, in: transaction)
            if let browser {
                try keep(
                    KeptCodes(codes: codes.map(\.text), isOfNewFactor: true),
                    at: KeepsakePlace(codesOf: person.id, in: browser), of: person.id, now: now, in: transaction)
            }
            // Every session ended with the old factor; whoever just proved the new one goes on in a new one.
            try transaction.insert(session)
            try transaction.insert([notice("factor-changed", to: person.id, at: now, occasion: factor.id.text)])
            try transaction.audit(
                AuditNote("factor.replace", organization: person.organization, subject: factor.id.text),
                by: actor.recorded, at: now)
            return nil
        }
        // Told after the commit, which counts the miss.
        if let refusal { throw refusal }
        return (
            SignIn(token: token, visitor: Visitor(session: session, person: person, owes: .nothing)),
            codes.map(\.text)
        )
    }

    private func begun(
        _ proof: Secret, by visitor: Visitor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Factor {
        _ = try visitor.actor()
        let over = Fault(.expired, "This is over. Begin again in your account.")
        guard let factor = try snapshot.factor(of: visitor.person.id, .pending),
            now < factor.createdAt.adding(seconds: Self.proofSeconds),
            constantTimeEquals(proof.exposed, try keys.factorProof(factor.id, in: visitor.session.id).exposed)
        else { throw over }
        return factor
    }

    private func setup(of factor: Factor, for visitor: Visitor) throws -> EnrolmentStart.Setup {
        let proof = try keys.factorProof(factor.id, in: visitor.session.id)
        switch factor.means {
        case .totp(let own):
            let secret = try vault.open(own, of: factor)
            let uri = try OTPAuthURI(
                issuer: settings.product, account: visitor.person.email.text, secret: secret,
                parameters: own.parameters)
            return EnrolmentStart.Setup(
                session: String(decoding: proof.exposed, as: UTF8.self), uri: uri, parameters: own.parameters,
                secret: Base32.encode(secret.exposed))
        }
    }
}
