public import Basics
public import Directory
public import Onboarding
public import OneTimePassword
public import Records
import Storage

/// Somebody who went all the way through enrolment.
public struct Enrolled: Sendable {
    public let email: EmailAddress
    public let password: String
    /// Nil for an account without a second factor.
    public let totp: TOTP?
    public let recoveryCodes: [String]
}

/// What tests do again and again, by the same use cases that commands call.
extension TestInstallation {
    public static let password = "seven quiet herons by the weir"
    public var owner: Actor { .operator("root") }

    // MARK: People

    /// Marie, delivery manager of the provider and its first deputy; French.
    @discardableResult
    public func manager(_ email: String = "marie@provider.example", language: String = "fr") async throws -> Enrolled {
        _ = try await usher.appointFirstManager(email: email, name: "Marie Durand", language: language, by: owner)
        return try await enrol(email)
    }

    /// A duty manager who is nothing else.
    @discardableResult
    public func deputy(_ email: String = "denis@provider.example") async throws -> Enrolled {
        _ = try await usher.appoint(
            email: email, name: "Denis Roy", .dutyManager, organization: nil, language: "en", by: owner)
        return try await enrol(email)
    }

    /// Somebody of the provider who looks after the service.
    @discardableResult
    public func operatorByDuty(_ email: String = "olga@provider.example") async throws -> Enrolled {
        _ = try await usher.appoint(
            email: email, name: "Olga Petit", .operator, organization: nil, language: "en", by: owner)
        return try await enrol(email)
    }

    /// A customer with the clouds `default` and `prod`, and its enrolled representative `rita@SLUG.example`.
    @discardableResult
    public func organization(_ slug: String = "acme", manager: String? = nil) async throws -> Enrolled {
        let representative = "rita@\(slug).example"
        _ = try await usher.addOrganization(
            name: "The \(slug) company", slug: slug, representative: representative, representativeName: "Rita Weiss",
            manager: manager, language: "en", by: owner)
        _ = try await usher.addCloud(organization: slug, name: "Production", cloudSlug: "prod", by: owner)
        return try await enrol(representative)
    }

    /// The provider's manager Marie, and the customer acme with Rita.
    public static func withAcme() async throws -> TestInstallation {
        let installation = try TestInstallation()
        try await installation.manager()
        try await installation.organization()
        return installation
    }

    /// Chooses the password and, where one is asked for, enrols the factor of whoever was invited last.
    @discardableResult
    public func enrol(_ email: String, password: String = password, wantsFactor: Bool = false) async throws -> Enrolled
    {
        let start = try await usher.startEnrolment(
            token: try token(of: email), password: Secret(password), wantsFactor: wantsFactor)
        let address = try EmailAddress(email)
        guard let setup = start.setup else {
            return Enrolled(email: address, password: password, totp: nil, recoveryCodes: [])
        }
        let totp = TOTP(secret: setup.uri.secret, parameters: setup.parameters)
        let end = try await usher.verifyEnrolment(session: Secret(setup.session), code: try totp.code(at: clock.now))
        return Enrolled(email: address, password: password, totp: totp, recoveryCodes: end.recoveryCodes)
    }

    /// The token in the newest mail with a link to this person.
    public func token(of email: String) throws -> Secret {
        guard let token = mailer.mails(to: email).last(where: { $0.text("token") != nil })?.text("token") else {
            throw Missing(description: "\(email) was sent no link")
        }
        return Secret(token)
    }

    public func person(_ email: String) async throws -> Person {
        let key = try EmailAddress(email).key
        guard let person = try await store.read({ try $0.person(emailKey: key) }) else {
            throw Missing(description: "nobody has the address \(email)")
        }
        return person
    }

    /// The person as a session over the network knows them.
    ///
    /// - Parameter fresh: whether they proved their factor a moment ago.
    public func actor(_ email: String, fresh: Bool = true) async throws -> Actor {
        Actor(person: try await person(email), operatorName: nil, verifiedAt: fresh ? clock.now : nil)
    }

    /// As a hundred wrong codes leave it.
    public func lockFactor(of email: String) async throws {
        let id = try await person(email).id
        try await usher.store.write { try $0.setAttempts(Attempts(misses: 100, locked: true), of: id) }
    }

    // MARK: Requests

    public func submission(
        _ email: String = "alice@acme.example", organization: String = "acme",
        grants: [(cloud: String, profile: String)] = [("prod", "OPE"), ("default", "STD")], language: String = "en",
        until: String? = nil, key: String? = nil
    ) -> Submission {
        Submission(
            organization: organization, email: email, name: "Alice Martin", language: language, grants: grants,
            until: until, reason: "Joins the release team", idempotencyKey: key)
    }

    /// Rita asks for Alice: Operator in prod, Standard in default.
    public func submit(
        _ email: String = "alice@acme.example",
        grants: [(cloud: String, profile: String)] = [
            ("prod", "OPE"), ("default", "STD"),
        ], until: String? = nil, by requester: String = "rita@acme.example"
    ) async throws -> RequestID {
        let view = try await usher.submit(
            submission(email, grants: grants, until: until), by: try await actor(requester))
        return try id(view)
    }

    public func id(_ view: RequestView) throws -> RequestID {
        guard let id = RequestID(view.id) else { throw Missing(description: "the request has no id") }
        return id
    }

    @discardableResult
    public func approve(
        _ id: RequestID, _ items: [ItemDecision] = [], by approver: String = "marie@provider.example"
    ) async throws -> RequestView {
        try await usher.approve(id, items: items, by: try await actor(approver))
    }

    public func view(_ id: RequestID) async throws -> RequestView {
        try await usher.request(id, withHistory: true, by: owner)
    }

    /// An account that is active with these profiles.
    @discardableResult
    public func account(
        _ email: String = "alice@acme.example",
        grants: [(cloud: String, profile: String)] = [
            ("prod", "OPE"), ("default", "STD"),
        ], until: String? = nil
    ) async throws -> Enrolled {
        try await approve(try await submit(email, grants: grants, until: until))
        return try await enrol(email)
    }

    /// An account of a program that its owner, who has an account, has collected.
    public func apiAccount(
        of owner: String = "alice@acme.example", organization: String = "acme", profile: String = "STD"
    ) async throws -> IssuedSecret {
        let view = try await usher.requestAPIAccount(
            organization: organization, owner: owner, purpose: "Nightly inventory", grants: [("prod", profile)],
            by: try await actor("rita@\(organization).example"))
        try await approve(try id(view))
        return try await usher.collectAPIAccount(token: try token(of: owner), by: try await actor(owner))
    }

    // MARK: Questions

    public func decide(
        _ action: String, _ email: String = "alice@acme.example", in cloud: String = "acme/prod"
    ) async throws -> Decision {
        try await usher.decide(action, by: try EmailAddress(email), in: cloud, mfaAgeSeconds: nil)
    }

    public func verify(_ code: String, of email: String) async throws -> CodeVerification {
        try await usher.verify(code, of: try EmailAddress(email), by: owner)
    }

    /// A six-digit code that is wrong now and in the steps around.
    public func wrongCode(for totp: TOTP) throws -> String {
        let step = totp.step(at: clock.now)
        let right = try Set((step - 2...step + 2).map { try totp.code(step: $0) })
        var number = 123_456
        while right.contains(String(number)) { number += 1 }
        return String(number)
    }
}

extension Client {
    /// A program somewhere in the documentation's network (RFC 5737).
    public static let test = Client(address: "192.0.2.1", agent: "a test")
}
