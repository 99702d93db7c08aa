public import Basics
import Directory
import OneTimePassword
import OpenSSL
import Records

/// Another authenticator in place of the present one, by whoever still
/// has that; a first one, by whoever has none.
///
/// The workflow `mfa-reset` is for lost devices: there two others
/// must agree, here the old factor itself does.
extension Onboarding {
    /// How long the new secret may be proven.
    fileprivate static var proofSeconds: Int64 { 900 }

    /// Issues the secret of the new factor; the present one stays valid until the new one is proven.
    ///
    /// - Parameters:
    ///   - password: wanted where there is no factor yet that could vouch for the person.
    ///   - browser: what the visitor's browser holds; sent twice from there it is one secret.
    /// - Throws: `.unauthenticated` without a fresh code of the present factor,
    ///   `.invalid` on `current` for a wrong password.
    public func beginOwnFactor(
        password: Secret, by visitor: Visitor, in browser: Secret? = nil
    ) async throws -> EnrolmentStart.Setup {
        let actor = try visitor.actor()
        let person = visitor.person
        let asked = world.now()
        let hasFactor = try await reading(by: actor, at: asked) { turn in
            try turn.requireStanding()
            let hasFactor = try turn.snapshot.factor(of: person.id, .active) != nil
            if hasFactor {
                try turn.requireFreshMFA()
            } else {
                try turn.requireFirstFactor(of: person.id)
            }
            return hasFactor
        }
        if !hasFactor {
            try await requirePassword(
                password, of: person.id, by: [.session],
                otherwise: Fault.invalid("current", "wrong_password", "This is not your present password."))
        }
        let now = world.now()
        let factor = try pendingFactor(of: person.id, Secret(world.random(20)), at: now)
        let place = browser.map { KeepsakePlace(factorOf: visitor, in: $0) }
        let again = try await writing(by: actor, at: now) { turn -> Factor? in
            try turn.requireStanding()
            // Read anew: whoever enrolled meanwhile has a factor, which then must vouch.
            guard try hasFactor == (turn.transaction.factor(of: person.id, .active) != nil) else { throw Self.ended }
            if !hasFactor {
                try turn.requireFirstFactor(of: person.id)
            }
            if let place, let same = try turn.begun(by: visitor, at: place) { return same }
            try turn.transaction.insertPending(factor)
            if let place {
                try turn.keep(
                    try keys.factorProof(factor.id, in: visitor.session.id), .factor, at: place, of: person.id,
                    until: now.adding(seconds: Self.proofSeconds))
            }
            try turn.transaction.audit(
                AuditNote("factor.begin", organization: person.organization, subject: factor.id.text),
                by: actor.recorded, at: now)
            return nil
        }
        return try setup(of: again ?? factor, for: visitor)
    }

    /// A factor that is nothing yet but its sealed secret, until a code proves it.
    func pendingFactor(of person: PersonID, _ secret: Secret, at now: Timestamp) throws -> Factor {
        let id = FactorID(at: now, random: world.random)
        let nonce = world.random(12)
        let sealed = try vault.seal(secret, person: person, factor: id, nonce: nonce)
        let means = TOTPMeans(
            parameters: settings.factor, sealedSecret: sealed, nonce: nonce, keyID: keys.currentSealing)
        return Factor(id: id, person: person, state: .pending, means: .totp(means), createdAt: now)
    }

    /// What this session began in this browser and may still prove: for its page, loaded again.
    ///
    /// - Returns: nil once it is proven, replaced or over.
    public func ownFactor(by visitor: Visitor, in browser: Secret) async throws -> EnrolmentStart.Setup? {
        let place = KeepsakePlace(factorOf: visitor, in: browser)
        return try await reading(by: .usher) { turn in
            guard let factor = try turn.begun(by: visitor, at: place) else { return nil }
            return try setup(of: factor, for: visitor)
        }
    }

    /// What the page shows again, in the session that began it and in no other.
    ///
    /// - Throws: `.expired` in any other session, too late, or once another secret was issued.
    public func ownFactor(_ proof: Secret, by visitor: Visitor) async throws -> EnrolmentStart.Setup {
        let factor = try await reading(by: .usher) { try $0.begun(proof, by: visitor) }
        return try setup(of: factor, for: visitor)
    }

    /// A code of the new factor makes it the active one; the old one,
    /// all sessions and all recovery codes end.
    ///
    /// - Returns: the visitor's own session under a new token, and the new recovery codes.
    /// - Throws: `.invalid` on `code` for a wrong one, which counts like every
    ///   wrong code; `.expired` as `ownFactor`.
    public func proveOwnFactor(
        _ proof: Secret, code: String, by visitor: Visitor, in browser: Secret? = nil
    ) async throws -> (SignIn, recoveryCodes: [String]) {
        let actor = try visitor.actor()
        let person = visitor.person
        let now = world.now()
        let codes = RecoveryCode.makeSet(from: world.random(RecoveryCode.randomByteCount))
        let origin = Origin.current
        let token = Secret(world.random(32).hex)
        let session = try visitor.session.proven(SessionID(at: now, random: world.random), token, at: now)
        let refusal = try await writing(by: actor, at: now) { turn -> Fault? in
            try turn.requireStanding()
            let factor = try turn.begun(proof, by: visitor)
            // Whoever has come to need a factor since this one was begun gets it by a link.
            if try turn.transaction.factor(of: person.id, .active) == nil {
                try turn.requireFirstFactor(of: person.id)
            }
            if let refused = CodeVerification(proving: try turn.transaction.attempts(of: person.id), at: now) {
                return refused.refusal
            }
            guard let use = try turn.firstUse(of: factor, code) else {
                try turn.countMiss(of: person.id)
                try turn.transaction.record(
                    Sighting(.codeWrong, person: person.id, actor: actor.recorded, from: origin), at: now)
                return Fault.invalid("code", "wrong_code", "This code is not right. Type the one shown now.")
            }
            try turn.activate(
                factor, using: use, recoveryCodes: turn.hashes(of: codes, of: person.id), "factor.replace", of: person)
            try turn.transaction.setAttempts(Attempts(), of: person.id)
            if let browser {
                try turn.keep(
                    KeptCodes(codes: codes.map(\.text), isOfNewFactor: true),
                    at: KeepsakePlace(codesOf: person.id, in: browser), of: person.id)
            }
            // Every session ended with the old factor; whoever just
            // proved the new one goes on in a new one.
            try turn.transaction.insert(session)
            try turn.transaction.insert([notice("factor-changed", to: person.id, at: now, occasion: factor.id.text)])
            return nil
        }
        // Told after the commit, which counts the miss.
        if let refusal { throw refusal }
        return (
            SignIn(token: token, visitor: Visitor(session: session, person: person, owes: .nothing)),
            codes.map(\.text)
        )
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

extension Turn {
    fileprivate func begun(by visitor: Visitor, at place: KeepsakePlace) throws -> Factor? {
        guard let proof = try kept(.factor, at: place) else { return nil }
        do { return try begun(proof, by: visitor) } catch let over as Fault
            where over.code == .expired
        { return nil }
    }

    fileprivate func begun(_ proof: Secret, by visitor: Visitor) throws -> Factor {
        _ = try visitor.actor()
        let over = Fault(.expired, "This is over. Begin again in your account.")
        guard let factor = try snapshot.factor(of: visitor.person.id, .pending),
            now < factor.createdAt.adding(seconds: Onboarding.proofSeconds),
            constantTimeEquals(proof.exposed, try keys.factorProof(factor.id, in: visitor.session.id).exposed)
        else { throw over }
        return factor
    }
}
