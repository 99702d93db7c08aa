public import Basics
import Directory
import Foundation
public import Records
import Workflow

/// A request as somebody typed it: nothing is checked yet.
public struct Submission: Sendable {
    public var organization: String
    public var email: String
    public var name: String
    public var language: String
    /// Cloud (by slug) and profile (code or alias), in the order given.
    public var grants: [(cloud: String, profile: String)]
    /// An ISO 8601 day or instant; empty or nil for no end.
    public var until: String?
    public var reason: String
    public var idempotencyKey: String?
    /// The file that it came in with others.
    public var batch: BatchID?
    /// Under which it will be kept; nil for a new name.
    var id: RequestID?

    public init(
        organization: String, email: String, name: String, language: String,
        grants: [(cloud: String, profile: String)], until: String?, reason: String, idempotencyKey: String? = nil
    ) {
        self.organization = organization
        self.email = email
        self.name = name
        self.language = language
        self.grants = grants
        self.until = until
        self.reason = reason
        self.idempotencyKey = idempotencyKey
    }
}

/// A submission whose every field holds.
struct CheckedSubmission {
    let email: EmailAddress
    let name: DisplayName
    let language: Language
    let items: [Run.Item]
    let until: Timestamp?
    let reason: String
    /// The person who has an account here, or is invited; nil for a new one.
    let known: Person?

    /// Who has an account gets a change of it, everybody else an account.
    var workflow: String { known?.state == .active ? "profile-change" : "account-request" }
}

extension Onboarding {
    /// Submits one request: checked whole, saved whole, or refused with every fault listed.
    ///
    /// - Parameter dryRun: check only, and say what would be submitted.
    /// - Throws: `Fault.Code.invalid` with all faults, `.notFound` for
    ///   an organization that is not the actor's.
    public func submit(_ submission: Submission, by actor: Actor, dryRun: Bool = false) async throws -> RequestView {
        if dryRun { return try await reading(by: actor) { try $0.preview(submission) } }
        return try await asking(by: actor) { try $0.submit(submission) }
    }
}

extension Turn {
    /// A key that is used again for something else is a mistake of
    /// the caller that must not pass in silence.
    fileprivate func requireSame(_ submission: Submission, as earlier: Request) throws {
        let asked = try submission.grants.map { grant in
            let cloud = try earlier.organization.flatMap { try snapshot.cloud(slug: grant.cloud, of: $0) }
            return "\(cloud?.id.text ?? "")=\(catalogue.profile(grant.profile)?.code ?? "")"
        }
        let holder = try earlier.holder.flatMap { try snapshot.person($0) }
        let email = try? EmailAddress(submission.email)  // What is no address is not the earlier one.
        let zone = try timeZone(of: earlier.locality)
        let until = submission.until.flatMap { FieldRules.instant($0, in: zone) }
        let former = earlier.run.items.map { item in
            guard let left = earlier.left else { return "\(item.id)=\(item.asked)" }
            return "\(item.id)=\(CloudID(item.id).flatMap { left[$0] } ?? "")"
        }
        guard holder?.email.key == email?.key, asked.sorted() == former.sorted(), until == earlier.until,
            holder.map({ isSame($0, submission, as: earlier) }) ?? true,
            submission.reason.trimmingCharacters(in: .whitespacesAndNewlines) == earlier.reason
        else {
            throw Fault(.conflict, "This key was used for another request (\(earlier.id)). Use a new key.")
        }
    }

    /// Of a person whom the earlier request has invited: who was there before keeps name and language, and whoever has
    /// an account has chosen the language themselves.
    private func isSame(_ holder: Person, _ submission: Submission, as earlier: Request) -> Bool {
        guard holder.createdAt == earlier.createdAt else { return true }
        return holder.name == (try? DisplayName(submission.name))
            && (holder.state != .invited || holder.language == settings.languages.named(submission.language))
    }

    func preview(_ submission: Submission) throws -> RequestView {
        let (organization, capacity) = try organization(submission)
        if let reduction = try reduction(submission, of: organization, capacity) {
            let holder = reduction.holder
            return try preview(
                Onboarding.reductionWorkflow, organization, holder.email, holder.name, holder.language, reduction.items,
                reduction.reason, reduction.until, left: reduction.left)
        }
        let checked = try check(submission, of: organization, capacity)
        return try preview(
            checked.workflow, organization, checked.email, checked.name, checked.language, checked.items,
            checked.reason, checked.until)
    }

    func preview(
        _ workflow: String, _ organization: Organization, _ email: EmailAddress, _ name: DisplayName,
        _ language: Language, _ items: [Run.Item], _ reason: String, _ until: Timestamp?,
        left: [CloudID: String]? = nil
    ) throws -> RequestView {
        let definition = try library.ready(workflow, in: snapshot)
        return RequestView(
            id: "", workflow: definition.name, version: definition.version, state: "dry-run",
            organization: organization.slug.text,
            person: RequestView.Person(
                email: email.text, name: name.text, locale: language.rawValue),
            items: try items.map { try itemView($0, left: left) }, reason: reason, until: until?.iso8601,
            requestedBy: actor.person?.email.text ?? actor.recorded.text,
            createdAt: now.iso8601)
    }

    fileprivate func organization(_ submission: Submission) throws -> (Organization, Authority.Capacity) {
        let organization = try organization(slug: submission.organization)
        return (
            organization, try requireSubmission(for: organization)
        )
    }
}

extension Writing {
    func submit(_ submission: Submission) throws -> Request {
        let (organization, capacity) = try organization(submission)
        let requester = actor.principal
        if let key = submission.idempotencyKey,
            let earlier = try transaction.request(idempotencyKey: key, requester: requester)
        {
            try requireSame(submission, as: earlier)
            return earlier
        }
        let mover = Mover(actor, capacity, note: actor.noteOfStaff(capacity))
        if let reduction = try reduction(submission, of: organization, capacity) {
            // As for a suspension: it holds before anybody else has looked at it.
            try requireFreshMFA()
            return try begin(reduction, submission, of: organization, requester: requester, by: mover)
        }
        let checked = try check(submission, of: organization, capacity)
        let holder = try holder(checked, of: organization)
        let draft = RequestDraft(
            workflow: checked.workflow, organization: organization.id, holder: holder, requester: requester,
            reason: checked.reason, until: checked.until, idempotencyKey: submission.idempotencyKey,
            batch: submission.batch, id: submission.id)
        let start = Event.Start(
            items: checked.items,
            // Four eyes hold for the person in whose place this was asked for, too.
            players: [
                "requester": [requester.text] + [capacity.onBehalfOf?.text].compactMap { $0 }, "holder": [holder.text],
            ],
            flags: ["has_factor": try transaction.factor(of: holder, .active) != nil])
        return try begin(draft, with: start, by: mover)
    }

    /// The account that the request is about; a new person is
    /// kept as invited until the account is active.
    fileprivate func holder(_ checked: CheckedSubmission, of organization: Organization) throws -> PersonID {
        if let known = checked.known { return known.id }
        let person = Person(
            id: PersonID(at: now, random: world.random), organization: organization.id, email: checked.email,
            name: checked.name, language: checked.language, state: .invited, createdAt: now)
        try invite(person)
        return person.id
    }
}

// MARK: The checks

extension Turn {
    /// Checks every field and collects every fault, so that nobody corrects a form ten times.
    func check(_ submission: Submission, of organization: Organization, _ capacity: Authority.Capacity) throws
        -> CheckedSubmission
    {
        var faults: [Fault.Field] = []
        let email = FieldRules.email(submission.email, &faults)
        let name = FieldRules.name(submission.name, &faults)
        let language = FieldRules.language(submission.language, of: settings.languages, &faults)
        let until = try FieldRules.until(submission.until, at: now, in: timeZone(of: organization.locality), &faults)
        let reason = FieldRules.reason(submission.reason, &faults)
        let items = try items(submission.grants, of: organization, &faults)
        let known = try email.flatMap { try snapshot.living(emailKey: $0.key) }
        if let key = submission.idempotencyKey { FieldRules.key(key, &faults) }
        if let known {
            let requesters = [actor.person?.id, capacity.onBehalfOf].compactMap { $0 }
            faults += try faultsOfKnown(known, items, until, organization, requesters)
        }
        guard faults.isEmpty, let email, let name, let language, let reason else { throw Fault.invalid(faults) }
        return CheckedSubmission(
            email: email, name: name, language: language, items: items, until: until, reason: reason, known: known)
    }

    func items(
        _ grants: [(cloud: String, profile: String)], of organization: Organization, _ faults: inout [Fault.Field]
    ) throws -> [Run.Item] {
        if grants.isEmpty {
            faults.append(.init("grants", "required", "Name at least one cloud with a profile: CLOUD=PROFILE."))
        }
        var seen: Set<String> = []
        return try grants.enumerated().compactMap { index, grant in
            let cloud = try snapshot.cloud(slug: grant.cloud, of: organization.id)
            let profile = catalogue.profile(grant.profile)
            if cloud == nil {
                let known = try snapshot.clouds(of: organization.id).map(\.slug.text).joined(separator: ", ")
                faults.append(
                    .init(
                        "grants[\(index)].cloud", "unknown_cloud",
                        "\(organization.slug) has no cloud \(FieldRules.quoted(grant.cloud)); it has: \(known)."))
            }
            if profile == nil {
                let codes = catalogue.profiles.map(\.code).joined(separator: ", ")
                faults.append(
                    .init(
                        "grants[\(index)].profile", "unknown_profile",
                        "There is no profile \(FieldRules.quoted(grant.profile)); choose one of \(codes)."))
            }
            if !seen.insert(grant.cloud).inserted {
                faults.append(
                    .init(
                        "grants[\(index)].cloud", "duplicate_cloud",
                        "The cloud \(FieldRules.quoted(grant.cloud)) is named twice; "
                            + "a person has one profile in a cloud."
                    ))
            }
            guard let cloud, let profile else { return nil }
            return Run.Item(id: cloud.id.text, profile: profile.code, needsMFA: profile.needsMFA)
        }
    }

    /// What speaks against a request for somebody whom the database knows.
    private func faultsOfKnown(
        _ known: Person, _ items: [Run.Item], _ until: Timestamp?, _ organization: Organization,
        _ requesters: [PersonID]
    ) throws -> [Fault.Field] {
        guard known.organization == organization.id else {
            // Says no more than that: whose account it is, is nobody's business here.
            return [
                .init("email", "unavailable", "This address cannot be used here. Ask your service delivery manager.")
            ]
        }
        if requesters.contains(known.id) {
            return [FieldRules.ownAccount]
        }
        if known.state == .suspended {
            return [.init("email", "suspended", "The account of \(known.email) is suspended: resume it first.")]
        }
        if try !snapshot.openAccountRequests(about: known.id).isEmpty {
            return [
                .init(
                    "email", "request_open", "A request about \(known.email) is open already: wait for it or cancel it."
                )
            ]
        }
        let held = try snapshot.liveGrants(of: known.id, at: now)
        return items.enumerated().compactMap { index, item in
            // The same profile with another end is a change worth asking for.
            let same = held.contains { $0.cloud.text == item.id && $0.profile == item.profile && $0.until == until }
            guard same else { return nil }
            return .init(
                "grants[\(index)].profile", "held_already",
                "\(known.email) has the profile \(item.profile) in this cloud already.")
        }
    }
}
