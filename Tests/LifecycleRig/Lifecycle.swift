public import Basics
public import Onboarding
import OneTimePassword
import Records

/// One person's way from a request to an active account with a second factor.
///
/// Through the use cases that every command calls. Can be taken up in any state, as people do after an outage.
public struct Lifecycle: Sendable {
    /// What somebody does, and waits for the answer of.
    public enum Call: String, Sendable, CaseIterable { case submit, approve, enrol, verify }

    /// Told after each call was answered: nothing of it may be lost from then on.
    public typealias Acknowledged = @Sendable (Call, RequestID) -> Void

    private static let password = "seven quiet herons by the weir"

    private let onboarding: Onboarding
    private let customer: Customer
    private let acknowledged: Acknowledged

    public init(_ onboarding: Onboarding, _ customer: Customer, acknowledged: @escaping Acknowledged) {
        self.onboarding = onboarding
        self.customer = customer
        self.acknowledged = acknowledged
    }

    /// From the beginning to the end, for a person who is new.
    ///
    /// - Parameter address: nobody else's.
    public func run(for address: String) async throws {
        let submission = Submission(
            organization: customer.slug, email: address, name: "Alice Martin", language: "en",
            grants: [("prod", "OPE"), ("default", "STD")], until: nil, reason: "Joins the release team")
        let actor = Actor(person: customer.representative, operatorName: nil, verifiedAt: nil)
        let view = try await onboarding.submit(submission, by: actor)
        guard let id = RequestID(view.id) else { throw Fault(.unavailable, "The request has no id.") }
        acknowledged(.submit, id)
        try await approve(id)
        try await enrol(id)
    }

    /// From wherever the request rests to its end.
    public func resume(_ id: RequestID, in state: String) async throws {
        if state == "approval" { try await approve(id) }
        try await enrol(id)
    }

    private func approve(_ id: RequestID) async throws {
        // As after a login a moment ago: approvals want fresh proof of the second factor.
        let actor = Actor(person: customer.manager, operatorName: nil, verifiedAt: onboarding.world.now())
        let items = [ItemDecision(cloud: "prod"), ItemDecision(cloud: "default")]
        _ = try await onboarding.approve(id, items: items, by: actor)
        acknowledged(.approve, id)
    }

    private func enrol(_ id: RequestID) async throws {
        let start = try await onboarding.startEnrolment(
            token: try await token(id), password: Secret(Self.password))
        guard let setup = start.setup else { throw Fault(.unavailable, "No factor was asked for.") }
        acknowledged(.enrol, id)
        let totp = TOTP(secret: setup.uri.secret, parameters: setup.parameters)
        _ = try await onboarding.verifyEnrolment(
            session: Secret(setup.session), code: try totp.code(at: onboarding.world.now()))
        acknowledged(.verify, id)
    }

    /// The one in the invitation, which a person reads from the mail.
    private func token(_ id: RequestID) async throws -> Secret {
        guard let request = try await onboarding.store.read({ try $0.request(id) }) else {
            throw Fault(.notFound, "The request \(id) is gone.")
        }
        return try onboarding.keys.invitationToken(request: id, person: request.account())
    }
}
