package import Basics
import Directory
import Records
import Workflow

/// The one place that decides who may.
///
/// Every route, command and worker passes here; nothing else judges.
///
/// "Not yours" and "not there" are answered alike, so that no organization learns of another.
package enum Authority {
    /// Approvals and changes of a factor need a proof no older than this (security rules, "Step-up").
    package static let freshMFASeconds: Int64 = 300

    /// In which capacity somebody plays a part: as themselves, or standing in for `onBehalfOf`.
    package struct Capacity: Sendable {
        package let onBehalfOf: PersonID?
    }

    // MARK: Requests

    /// A representative of the organization or their deputy may submit; staff may record what reached them otherwise.
    static func requireSubmission(
        by actor: Actor, for organization: Organization, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Capacity {
        guard let person = actor.person else {
            throw Fault(.forbidden, "Requests are submitted by a person: say for whom you act with --as EMAIL.")
        }
        for duty in [Duty.representative, .deliveryManager] {
            let capacity = try capacity(
                of: person.id, at: now, in: snapshot
            ) { try holds(duty, towards: organization.id, person: $0, in: snapshot) }
            if let capacity { return capacity }
        }
        throw missing("organization", organization.slug.text)
    }

    /// Operators see every request; a person sees those of organizations towards which they have a duty, those
    /// about their own account, and those of people they stand in for.
    static func mayRead(_ request: Request, _ actor: Actor, at now: Timestamp, in snapshot: any Snapshot) throws -> Bool
    {
        if try isOperator(actor, in: snapshot) { return true }
        guard let person = actor.person else { return false }
        return try capacity(of: person.id, at: now, in: snapshot) { candidate in
            if request.holder == candidate || request.requester == candidate.text { return true }
            // Whose program it is about is asked, whatever duty they have.
            if case .program(_, let owner)? = request.subject, owner == candidate { return true }
            guard let organization = request.organization else {
                // About the provider's own staff: whoever has a duty towards the whole provider answers for them.
                return try servesAll(candidate, in: snapshot)
            }
            return try mayReadRequests(of: organization, person: candidate, in: snapshot)
        } != nil
    }

    static func requireRead(of organization: Organization, _ actor: Actor, at now: Timestamp, in snapshot: any Snapshot)
        throws
    {
        if try isOperator(actor, in: snapshot) { return }
        guard let person = actor.person else { throw missing("organization", organization.slug.text) }
        let capacity = try capacity(of: person.id, at: now, in: snapshot) {
            try mayReadRequests(of: organization.id, person: $0, in: snapshot)
        }
        guard capacity != nil else { throw missing("organization", organization.slug.text) }
    }

    /// A duty towards an organization's requests, which that of an operator is not.
    static func mayReadRequests(
        of organization: OrganizationID, person: PersonID, in snapshot: any Snapshot
    ) throws -> Bool {
        try Duty.allCases.contains {
            try $0 != .operator && holds($0, towards: organization, person: person, in: snapshot)
        }
    }

    /// Who may play `part`: resolved now, by duty, delegation included.
    ///
    /// - Throws: `Fault.Code.notFound` if the actor may not even see the request, `.forbidden` if they may but it is
    ///   not theirs to answer.
    static func requirePart(
        _ part: Part, of request: Request, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Capacity {
        guard let person = actor.person else {
            // Whoever holds the data folder is the last who answers for a duty or a program.
            if actor.isOwner, PartSource(part) == .requestGuardians { return Capacity(onBehalfOf: nil) }
            throw Fault(.forbidden, "This is answered by a person: say for whom you act with --as EMAIL.")
        }
        guard try mayRead(request, actor, at: now, in: snapshot) else { throw missing("request", request.id.text) }
        let capacity = try capacity(of: person.id, at: now, in: snapshot) {
            try plays(PartSource(part), in: request, person: $0, snapshot: snapshot)
        }
        guard let capacity else {
            throw Fault(.forbidden, "Only the \(part.name) of this request may do that.")
        }
        return capacity
    }

    /// In which capacity the actor may have an organization's access reviewed: the owner of the data folder, its
    /// delivery managers, and those of the whole provider.
    ///
    /// Not its representatives: they answer, and who answers does not choose when to be asked.
    static func mayReview(
        _ organization: Organization, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Capacity? {
        guard let person = actor.person else { return actor.isOwner ? Capacity(onBehalfOf: nil) : nil }
        return try capacity(of: person.id, at: now, in: snapshot) {
            try holds(.deliveryManager, towards: organization.id, person: $0, in: snapshot)
        }
    }

    /// A review ends what nobody confirms, so it needs the proof that a decision needs.
    ///
    /// - Throws: `.notFound` for an organization that is not the actor's to see, `.forbidden` for one that is.
    static func requireReview(
        of organization: Organization, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Capacity {
        guard let capacity = try mayReview(organization, by: actor, at: now, in: snapshot) else {
            try requireRead(of: organization, actor, at: now, in: snapshot)
            throw noReviewer
        }
        try requireFreshMFA(actor, at: now, in: snapshot)
        return capacity
    }

    /// Whoever has nothing to review is told so only if it could be theirs.
    ///
    /// - Throws: `Fault.Code.forbidden`.
    static func requireReviewer(_ actor: Actor, at now: Timestamp, in snapshot: any Snapshot) throws {
        if actor.isOwner { return }
        let held = try actor.person.map { try duties(of: $0.id, at: now, in: snapshot) } ?? []
        guard held.contains(where: { $0.duty == .deliveryManager }) else { throw noReviewer }
    }

    private static var noReviewer: Fault {
        Fault(.forbidden, "Only the operator and the delivery managers start a review.")
    }

    static func requireFreshMFA(_ actor: Actor, at now: Timestamp, in snapshot: any Snapshot) throws {
        guard let person = actor.person else { return }
        if let verifiedAt = actor.verifiedAt, verifiedAt.adding(seconds: freshMFASeconds) >= now { return }
        let hasFactor = try snapshot.factor(of: person.id, .active) != nil
        // The operator stands in for somebody who has no factor yet; over HTTP there is no such way round.
        guard hasFactor || actor.operatorName == nil else { return }
        throw Fault(
            .unauthenticated,
            "This needs a code of the authenticator of \(person.email) that is no older than five minutes.")
    }

    // MARK: The rest

    /// A person may be seen by operators, by themselves, and by those with a duty towards their organization.
    static func requireRead(of person: Person, _ actor: Actor, at now: Timestamp, in snapshot: any Snapshot) throws {
        if try isOperator(actor, in: snapshot) { return }
        if actor.person?.id == person.id { return try requireStanding(actor, in: snapshot) }
        guard let reader = actor.person, let organization = person.organization,
            try capacity(
                of: reader.id, at: now, in: snapshot,
                where: { try mayReadRequests(of: organization, person: $0, in: snapshot) }) != nil
        else { throw missing("person", person.email.text) }
    }

    /// A code is verified for the platform, which the owner runs, or for its owner; a colleague has no business
    /// guessing or using up somebody's codes.
    static func requireVerification(
        of person: Person, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws {
        try requireRead(of: person, actor, at: now, in: snapshot)
        guard actor.isOwner || actor.person?.id == person.id else {
            throw Fault(.forbidden, "People verify codes of their own authenticator only.")
        }
    }

    /// The platform asks about everybody, and operators run it; people ask about themselves, and those with a duty
    /// towards the cloud's organization about anybody in it.
    static func requireDecision(
        about person: Person?, in organization: Organization, named cloud: String, hasGrant: Bool, by actor: Actor,
        at now: Timestamp, in snapshot: any Snapshot
    ) throws {
        if try isOperator(actor, in: snapshot) { return }
        guard let asker = actor.person else { throw missing("cloud", cloud) }
        if asker.id == person?.id, hasGrant || asker.organization == organization.id {
            return try requireStanding(actor, in: snapshot)
        }
        let capacity = try capacity(of: asker.id, at: now, in: snapshot) {
            try mayReadRequests(of: organization.id, person: $0, in: snapshot)
        }
        guard capacity != nil else { throw missing("cloud", cloud) }
    }

    /// People lend their own rights only; the owner of the data folder does it for who is away already.
    static func requireDelegation(
        of person: Person, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws {
        guard actor.isOwner || actor.person?.id == person.id else {
            throw Fault(.forbidden, "People delegate for themselves only.")
        }
        try requireFreshMFA(actor, at: now, in: snapshot)
    }

    /// Suspending, resuming and closing: the owner of the data folder, and whoever has a duty towards the organization,
    /// its representatives, its delivery managers and the duty managers of the provider, each alone and at once.
    ///
    /// Nobody waits for a second pair of hands to stop an account, since that takes rights and gives none; its
    /// representatives and managers are told of each. Nobody does it to themselves, so that no organization locks out its
    /// last representative by accident.
    static func requireCare(
        of person: Person, _ actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Capacity {
        try requireRead(of: person, actor, at: now, in: snapshot)
        guard let carer = actor.person else { return Capacity(onBehalfOf: nil) }
        try requireNoOperator(actor, forAccountOf: person, in: snapshot)
        // Neither directly nor by somebody who acts with nothing but their authority.
        let capacity = try capacity(of: carer.id, at: now, in: snapshot) { candidate in
            guard candidate != person.id, let organization = person.organization else { return false }
            return try mayReadRequests(of: organization, person: candidate, in: snapshot)
        }
        guard carer.id != person.id, let capacity else {
            throw Fault(.forbidden, "Nobody may do this to their own account.")
        }
        try requireFreshMFA(actor, at: now, in: snapshot)
        return capacity
    }

    /// Another address is asked for by its owner, by whoever may look after the account, and by the owner of the data
    /// folder.
    static func requireAddressChange(
        of person: Person, _ actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Capacity {
        guard actor.person?.id == person.id else { return try requireCare(of: person, actor, at: now, in: snapshot) }
        try requireStanding(actor, in: snapshot)
        try requireFreshMFA(actor, at: now, in: snapshot)
        return Capacity(onBehalfOf: nil)
    }

    /// The one answer for what is not there and for what is not the actor's to see.
    package static func missing(_ kind: String, _ name: String) -> Fault {
        Fault(.notFound, "There is no \(kind) \(FieldRules.quoted(name)).")
    }
}
