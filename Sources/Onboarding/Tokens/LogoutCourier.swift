import Basics
import JOSE
import OpenSSL
import Records

extension Onboarding {
    /// Tells applications whose people's sign-ins have ended, several at a time, until none is left.
    public func deliverLogouts() async throws -> WorkReport {
        let now = world.now()
        guard try await store.read({ try $0.hasDueLogout(at: now) }) else { return WorkReport() }
        let key = try await signers()
        let courier = LogoutCourier(
            notifier: notifier, traffic: logoutTraffic, signers: key, issuer: issuer, world: world)
        return try await DeliveryRound(courier, of: self, isAway: false).deliver(bag: LogoutCourier.bagSize)
    }

    private func signers() async throws -> [Registration.Algorithm: PrivateJWK] {
        var keys: [Registration.Algorithm: PrivateJWK] = [:]
        for algorithm in Registration.Algorithm.allCases { keys[algorithm] = try await signer(algorithm) }
        return keys
    }
}

/// OpenID Connect Back-Channel Logout 1.0.
private struct LogoutCourier: Courier {
    /// Whoever holds two of them holds up the second while the first takes its time.
    static let bagSize = 1
    private static let heldBack = DeliveryFailure(.later, "Others to the same application are under way, or failed.")
    private static let tokenSeconds: Int64 = 120
    private static let leaseSeconds: Int64 = 60
    private static let longestPauseSeconds: Int64 = 3_600

    let notifier: any LogoutNotifier
    let traffic: LogoutTraffic
    let signers: [Registration.Algorithm: PrivateJWK]
    let issuer: String
    let world: World

    struct Load: Sendable {
        let application: ApplicationID
        let address: String
        let token: String
    }

    var width: Int { 8 }

    func take(_ count: Int, in turn: Writing) throws -> (taken: [Taken<Load>], settled: Int)? {
        let claimed = try turn.transaction.claimLogouts(at: turn.now, limit: count, leaseSeconds: Self.leaseSeconds)
        guard !claimed.isEmpty else { return nil }
        let taken = try claimed.compactMap { effect -> Taken<Load>? in
            guard let load = try load(of: effect, in: turn) else {
                _ = try turn.transaction.settle(
                    effect.key, as: .cancelled, at: turn.now, note: "the application is not told any more")
                return nil
            }
            return .ready(effect, load)
        }
        return (taken, claimed.count - taken.count)
    }

    private func load(of effect: Effect, in turn: Writing) throws -> Load? {
        guard let id = effect.endedSession, let session = try turn.transaction.applicationSession(id),
            let application = try turn.transaction.application(session.authorization.application),
            application.removedAt == nil, let address = application.registration.logoutNotice,
            let signer = signers[application.registration.algorithm]
        else { return nil }
        let seconds = turn.now.seconds
        let claims: JSON = [
            "iss": .string(issuer), "aud": .string(application.id.text),
            "sub": .string(session.authorization.person.text), "sid": .string(id.text), "iat": .integer(seconds),
            "exp": .integer(seconds + Self.tokenSeconds), "jti": .string(world.random(16).hex),
            "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
        ]
        return Load(
            application: application.id, address: address, token: try signer.sign(claims, header: ["typ": "logout+jwt"])
        )
    }

    private func application(of effect: Effect, in turn: Writing) throws -> ApplicationID? {
        try effect.endedSession.flatMap(turn.transaction.applicationSession)?.authorization.application
    }

    func deliver(_ load: Load) async throws(DeliveryFailure) {
        guard traffic.begin(load.application, at: world.now()) else { throw Self.heldBack }
        do throws(DeliveryFailure) {
            try await notifier.notify(load.address, logoutToken: load.token)
        } catch {
            traffic.end(load.application, hasFailed: true, at: world.now())
            throw error
        }
        traffic.end(load.application, hasFailed: false, at: world.now())
    }

    func endOutage(in turn: Writing) throws {}

    /// One application that is away keeps no other waiting, so each has its own time.
    func failed(_ effect: Effect, _ failure: DeliveryFailure, in turn: Writing) throws {
        if failure == Self.heldBack {
            let due = try application(of: effect, in: turn).map { traffic.nextTurn(of: $0, at: turn.now) } ?? turn.now
            return try turn.transaction.postpone(effect.key, until: due, tries: effect.tries, error: effect.error)
        }
        let tries = effect.tries + 1
        guard !failure.isPermanent, tries < effect.greatestTries else {
            return try turn.transaction.park(effect.key, failure.cause, at: turn.now, note: failure.message)
        }
        let pause = min(Self.longestPauseSeconds, 5 << Int64(min(tries, 10)))
        try turn.transaction.postpone(
            effect.key, until: turn.now.adding(seconds: pause), tries: tries, error: failure.message)
    }

    func broken(_ effect: Effect, _ why: String, in turn: Writing) throws {
        try failed(effect, DeliveryFailure(.content, why), in: turn)
    }
}
