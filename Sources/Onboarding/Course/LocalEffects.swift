import Basics
import Directory
import Records
import Workflow

/// Effects on Usher's own data.
///
/// They are done in a transaction of the store, so each is done exactly once.
enum LocalEffect: String, CaseIterable {
    /// The item's profile in the item's cloud, instead of what the holder had there.
    case grant
    /// Takes back what `grant` of the same request gave.
    case revoke
    /// Takes back everything that the holder has.
    case revokeAll = "revoke_all"
    /// A new pending factor; performed by enrolment, which has to show its secret.
    case issue
    /// Drops the pending factor.
    case void
    /// The account becomes active.
    case activate
    /// The account is closed for good.
    case close
    /// The proven pending factor takes the place of the old one; done by enrolment at the moment of proof.
    case promote
    /// The active factor stops working at once.
    case retire
    /// What a reduction takes away ends, and what it leaves goes on.
    case lessen
    /// The active factor that wrong codes locked works again.
    case unlock
    /// The account may do nothing, or may act again.
    case suspend, resume
    /// The duty of a representative goes to the holder, and from whom they replace.
    case handOver = "hand_over"
    /// The holder gets the duty that the request is about.
    case appoint
    /// The holder answers for the program that the request is about.
    case assignProgram = "assign_program"
    /// The holder gets the address that the request is about.
    case readdress
    /// The end of temporary grants is put on record.
    case endAccess = "end_access"
    /// The cloud that the request asks for is made.
    case addCloud = "add_cloud"
    /// A review keeps the grant that the item is.
    case confirm
    /// A review ends the grant that the item is.
    case withdraw
    /// The account of a program begins with its first secret; performed by its collection, which has to show it.
    case openAPIAccount = "open_api_account"
    /// The program gets the item's profile in the item's cloud.
    case admit
}

extension Onboarding {
    fileprivate func unknown(_ effect: String) -> Fault {
        Fault(.unavailable, "Nobody knows how to perform the effect \(effect) here.")
    }
}

extension Writing {
    /// Performs the orders that belong into the transaction of their step.
    func performNow(_ step: Step, of request: Request, by mover: Mover, issue: () throws -> Void = {}) throws {
        for order in step.orders where order.now {
            // What shows a secret is performed by whoever shows it.
            if [LocalEffect.issue, .openAPIAccount].contains(LocalEffect(rawValue: order.effect)) {
                try issue()
            } else {
                try perform(order.effect, item: order.item, of: request, by: mover)
            }
        }
    }

    /// - Throws: `Fault.Code.unavailable` for an effect that nobody knows how to perform.
    func perform(_ effect: String, item: String?, of request: Request, by mover: Mover) throws {
        let kind = LocalEffect(rawValue: effect)
        if kind == .confirm || kind == .withdraw {
            return try settleReviewed(item, isKept: kind == .confirm, of: request)
        }
        let holder = try request.account()
        switch kind {
        case .grant: try grant(item, of: request)
        case .revoke:
            guard let cloud = item.flatMap(CloudID.init) else { throw usher.unknown(effect) }
            let former = try revokeGrant(of: holder, in: cloud, from: request.id, in: request)
            try settleWatches(over: [former].compactMap { $0 })
        case .revokeAll:
            let former = try transaction.liveGrants(of: holder)
            for grant in former { try revokeGrant(of: holder, in: grant.cloud, in: request) }
            try settleWatches(over: former)
        case .void: try retireFactor(of: holder, .pending, in: request)
        case .retire: try retireFactor(of: holder, .active, in: request)
        case .activate:
            // Whoever was suspended or closed meanwhile is not set free by a request that did not know of it.
            guard try transaction.person(holder)?.state == .invited else { return }
            try set(.active, of: holder, "person.activate", in: request, by: mover)
        case .suspend:
            try move("person.suspend", request, from: .active, to: .suspended, by: mover)
        case .resume:
            try move("person.resume", request, from: .suspended, to: .active, by: mover)
        case .lessen: try lessen(request)
        case .unlock: try unlock(request, by: mover)
        case .handOver: try handOver(request, by: mover)
        case .appoint: try giveDuty(of: request, by: mover)
        case .readdress: try readdress(request, by: mover)
        case .assignProgram: try giveProgram(of: request, by: mover)
        case .endAccess: try recordEnd(of: request)
        case .close:
            try retireFactor(of: holder, .pending, in: request)
            try retireFactor(of: holder, .active, in: request)
            try minding(audiences(concerning: holder)) { try close(holder, in: request, by: mover) }
        // A factor is proven and takes its place in the same transaction as the step; see `proveFactor`.
        case .promote: break
        case .addCloud: try addCloud(of: request, by: mover)
        case .admit: try admit(item, of: request)
        case .issue, .openAPIAccount, .confirm, .withdraw, nil: throw usher.unknown(effect)
        }
    }

    fileprivate func grant(_ item: String?, of request: Request) throws {
        guard let item = request.run.items.first(where: { $0.id == item }), let cloud = CloudID(item.id),
            let organization = request.organization
        else { throw usher.unknown("grant") }
        let holder = try request.account()
        let grant = Grant(
            id: GrantID(at: now, random: world.random), organization: organization, cloud: cloud, person: holder,
            profile: item.profile, since: now, until: request.until, request: request.id)
        let former = try transaction.liveGrant(of: holder, in: cloud)
        try begin(grant)
        try settleWatches(over: [former].compactMap { $0 })
    }
}
