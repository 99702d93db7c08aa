import Basics
import Directory
import Records
import Workflow

/// What requests give, and take back.
extension LocalEffect {
    static var ofGrants: [LocalEffect] {
        [
            /// The item's profile in the item's cloud, instead of what the holder had there; for a time, if it has an
            /// end, and then what lasts longer comes back.
            LocalEffect("grant", isOfItem: true) { try $0.grant($1) },
            /// Takes back what `grant` of the same request gave.
            LocalEffect("revoke", isOfItem: true) { turn, order in
                guard let cloud = order.item.flatMap(CloudID.init) else { throw order.unknown }
                let former = try turn.grants.takeBack(order.request, of: order.request.account(), in: cloud)
                try turn.settleWatches(over: [former].compactMap { $0 })
            },
            /// Takes back everything that the holder has.
            LocalEffect("revoke_all") { turn, order in
                let holder = try order.request.account()
                let former = try turn.snapshot.liveGrants(of: holder, at: turn.now)
                for grant in former { try turn.grants.revoke(of: holder, in: grant.cloud, in: order.request) }
                try turn.settleWatches(over: former)
            },
            /// What a reduction takes away ends, and what it leaves goes on.
            LocalEffect("lessen") { try $0.lessen($1.request) },
            /// The end of temporary grants is put on record, and what they took the place of holds again.
            LocalEffect("end_access") { try $0.recordEnd(of: $1.request) },
        ]
    }
}

extension Writing {
    fileprivate func grant(_ order: Ordered) throws {
        guard let item = order.request.run.items.first(where: { $0.id == order.item }), let cloud = CloudID(item.id),
            let organization = order.request.organization
        else { throw order.unknown }
        let holder = try order.request.account()
        let new = Grant.Later(profile: item.profile, until: order.request.until, request: order.request.id)
        let former = try grants.settled(of: holder, in: cloud)
        let line = former.map { placing(new, asked: item.asked, over: $0) } ?? [new]
        if let former, line[0] != new {
            try grants.put(new, behind: former, later: Array(line.dropFirst()))
        } else {
            try grants.begin(
                Grant(
                    id: GrantID(at: now, random: world.random), organization: organization, cloud: cloud,
                    person: holder, profile: new.profile, since: now, until: new.until, request: new.request,
                    later: Array(line.dropFirst())))
        }
        try settleWatches(over: [former].compactMap { $0 })
    }
}

extension Turn {
    /// All that holds in a cloud, one after the other, once something is given there.
    ///
    /// What was asked as less is no more for having been asked beside something else; what somebody lowered while
    /// they decided is given for a time like anything else.
    /// - Parameter asked: the profile that was asked for.
    func placing(_ new: Grant.Later, asked: String, over former: Grant) -> [Grant.Later] {
        let profile = catalogue.profile(new.profile)
        if new.profile == asked, let profile, usher.isLess(new.profile, new.until, than: former) {
            return former.lessened(to: profile, until: new.until, by: new.request, catalogue)
        }
        return former.placing(new) { held in
            catalogue.profile(held).flatMap { profile?.isLower(than: $0) } ?? false
        }
    }
}
