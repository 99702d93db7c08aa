public import Basics
public import Directory
public import Records

/// Whom a question is about, in which cloud, and all that is known of them there.
struct Asked: Sendable {
    let asker: Asker
    let organization: Organization
    let cloud: Cloud
    /// Nil for a program, and for whom the cloud knows nothing of.
    var person: Person?
    /// Nil for a person, and for one that is not there.
    var program: APIAccount?
    /// The grant that counts, and the request that it came of.
    var grant: (held: Standing.Held, request: RequestID)?
    /// What holds once that has ended.
    var next: Grant.Later?
}

extension Onboarding {
    /// *May this person do this here, now?* Asked by the platform for each action.
    ///
    /// - Parameters:
    ///   - cloud: `ORG/CLOUD`, both by slug.
    ///   - mfaAgeSeconds: how long ago the platform saw the person prove
    ///     their factor; nil takes what Usher saw.
    ///   - asker: nil is the platform itself.
    /// - Throws: `.notFound` for an unknown action or cloud, and for a cloud that is
    ///   none of the asker's. An unknown person is denied like one without a grant:
    ///   the platform need not know who exists.
    public func decide(
        _ label: String, by email: EmailAddress, in cloud: String, mfaAgeSeconds: Int64?, askedBy asker: Actor? = nil
    ) async throws -> Decision {
        let (action, place) = try question(label, cloud)
        try Self.requireAge(mfaAgeSeconds)
        let now = world.now()
        let remembered = await rememberedDecision(
            action, by: email, in: place, mfaAgeSeconds: mfaAgeSeconds, askedBy: asker, at: now)
        if let remembered { return remembered }
        let asked = try await reading(by: asker ?? .usher, at: now) { turn in
            try turn.asked(about: email, in: place, mfaAgeSeconds: mfaAgeSeconds, isPlatform: asker == nil)
        }
        return catalogue.decide(action, for: asked.asker, at: now)
    }

    static func requireAge(_ mfaAgeSeconds: Int64?) throws {
        guard let mfaAgeSeconds, !(0...greatestAgeSeconds).contains(mfaAgeSeconds) else { return }
        throw Fault.invalid("mfaAge", "out_of_range", "An age of MFA is 0 to \(greatestAgeSeconds) seconds.")
    }

    /// Ten years: no answer depends on more, and arithmetic stays far from its limits.
    private static var greatestAgeSeconds: Int64 { 315_360_000 }
}

extension Turn {
    /// - Parameter isPlatform: nobody asks in particular, so nobody has to be allowed to.
    func asked(
        about email: EmailAddress, in place: CloudPath, mfaAgeSeconds: Int64?, isPlatform: Bool
    ) throws -> Asked {
        let (organization, cloud) = try cloud(place)
        let known = try snapshot.person(emailKey: email.key)
        let grant = try known.flatMap { try snapshot.liveGrant(of: $0.id, in: cloud.id, at: now) }
        let held = grant.flatMap(Standing.Held.init)
        if !isPlatform {
            try requireDecision(about: known, in: organization, named: place.text, hasGrant: held != nil)
        }
        let factor = try known.flatMap { try snapshot.factor(of: $0.id, .active) }
        let standing = Standing(
            of: known, grant: held, towards: organization.id, factor: factor,
            lastVerifiedAt: mfaAgeSeconds.map { now.adding(seconds: -$0) } ?? factor?.lastAcceptedAt)
        let isStranger = Standing.isStranger(
            hasGrant: held != nil, isOfOrganization: known?.organization == organization.id)
        return Asked(
            asker: .person(standing), organization: organization, cloud: cloud, person: isStranger ? nil : known,
            grant: grant.flatMap { grant in held.map { ($0, grant.request) } }, next: grant?.later.first)
    }

    /// - Throws: as `asked(about:in:)` of a person.
    func asked(aboutProgram id: APIAccountID, in place: CloudPath, isPlatform: Bool) throws -> Asked {
        let (organization, cloud) = try cloud(place)
        if !isPlatform, !isOwn(id, in: organization) {
            try requireDecision(about: nil, in: organization, named: place.text, hasGrant: false)
        }
        // A program of another organization is nobody here.
        let program = try snapshot.apiAccount(id).flatMap { $0.organization == organization.id ? $0 : nil }
        let grant = try program.flatMap { try snapshot.apiGrants(of: $0.id).first { $0.cloud == cloud.id } }
        let standing = ProgramStanding(of: program, grant: grant)
        return Asked(
            asker: .program(standing), organization: organization, cloud: cloud, program: program,
            grant: program.flatMap { program in standing.held.map { ($0, program.request) } })
    }

    private func cloud(_ place: CloudPath) throws -> (Organization, Cloud) {
        guard let organization = try snapshot.organization(slug: place.organization),
            let cloud = try snapshot.cloud(slug: place.cloud, of: organization.id)
        else { throw Authority.missing("cloud", place.text) }
        return (organization, cloud)
    }
}

/// `ORG/CLOUD`, both by slug.
struct CloudPath: Sendable {
    let organization, cloud: String

    var text: String { "\(organization)/\(cloud)" }

    /// - Throws: `Fault.Code.invalid` on `cloud`.
    init(_ text: String) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            throw Fault.invalid("cloud", "malformed", "Write the cloud as ORG/CLOUD, both by their short names.")
        }
        (organization, cloud) = (parts[0], parts[1])
    }
}
