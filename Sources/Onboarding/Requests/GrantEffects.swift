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
                let former = try turn.grants.revoke(
                    of: order.request.account(), in: cloud, from: order.request.id, in: order.request)
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
        let former = try standing(of: holder, in: cloud)
        let line = former.map { placing(new, asked: item.asked, over: $0) }
        let all = line ?? [new]
        if let former, all.first?.request == former.request, all.first?.profile == former.profile, all.first != new {
            try grants.put(new, behind: former, later: Array(all.dropFirst()))
        } else {
            try grants.begin(
                Grant(
                    id: GrantID(at: now, random: world.random), organization: organization, cloud: cloud,
                    person: holder, profile: all[0].profile, since: now, until: all[0].until, request: order.request.id,
                    later: Array(all.dropFirst())))
        }
        try settleWatches(over: [former].compactMap { $0 })
    }

    /// What was asked as less is no more for having been asked beside something else.
    private func placing(_ new: Grant.Later, asked: String, over former: Grant) -> [Grant.Later] {
        guard new.profile == asked, usher.isLess(new.profile, new.until, than: former),
            let profile = catalogue.profile(new.profile)
        else { return former.placing(new) { isLower(new.profile, than: $0) } }
        return former.lessened(to: profile, until: new.until, by: new.request, catalogue)
    }

    /// What is held, as it stands on record: what has come back meanwhile is put there first.
    ///
    /// - Returns: nil for what has ended.
    private func standing(of holder: PersonID, in cloud: CloudID) throws -> Grant? {
        guard let found = try transaction.liveGrant(of: holder, in: cloud, at: now), !found.hasEnded(at: now) else {
            return nil
        }
        guard let row = try transaction.grant(found.id), row.hasEnded(at: now) else { return found }
        try grants.bringBack(after: row)
        return try transaction.liveGrant(of: holder, in: cloud, at: now)
    }
}

extension Turn {
    /// Of two profiles that the catalogue has.
    func isLower(_ profile: String, than other: String) -> Bool {
        guard let profile = catalogue.profile(profile), let other = catalogue.profile(other) else { return false }
        return profile.isLower(than: other)
    }
}
