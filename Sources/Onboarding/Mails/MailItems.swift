import Basics
import Directory
import Records
import Workflow

/// What a mail says of each item of a request.
extension Turn {
    /// The items of the request; of temporary grants those that are left.
    func shownItems(_ request: Request) throws -> [Run.Item] {
        guard case .access? = request.subject else { return request.run.items }
        return try watchedGrants(request).map {
            Run.Item(id: $0.cloud.text, profile: $0.profile, needsMFA: false)
        }
    }

    /// By cloud, what still holds before what the request gave, and what holds again once that has ended.
    private func profilesAround(_ request: Request) throws -> (before: [String: String], next: [String: String]) {
        guard let holder = request.holder else { return ([:], [:]) }
        let giver = if case .access(let giver)? = request.subject { giver } else { request.id }
        var (before, next): ([String: String], [String: String]) = ([:], [:])
        for grant in try snapshot.grants(of: holder, from: giver) {
            next[grant.cloud.text] = grant.later.first?.profile
        }
        for grant in try snapshot.liveGrants(of: holder, at: now) {
            guard let index = grant.later.firstIndex(where: { $0.request == giver }) else { continue }
            before[grant.cloud.text] = grant.spans[index].profile
            next[grant.cloud.text] = grant.later.dropFirst(index + 1).first?.profile
        }
        return (before, next)
    }

    func itemFields(_ items: [Run.Item], of request: Request) throws -> [[String: MailField]] {
        let deciders = request.campaign == nil ? [:] : try deciders(of: request)
        let (before, next) = try profilesAround(request)
        var names: [Party: String] = [:]
        return try items.map { item in
            let cloud = try (request.cloud ?? CloudID(item.id)).flatMap { try snapshot.cloud($0) }
            var fields: [String: MailField] = [
                "cloud": .text(cloud?.label ?? item.id), "profile": .text(item.profile),
                "profileName": .text(catalogue.profile(item.profile)?.name ?? item.profile),
                "asked": .text(item.asked), "lowered": .flag(item.profile != item.asked),
                "refused": .flag(item.state == .refused),
            ]
            if let profile = CloudID(item.id).flatMap({ request.left?[$0] }) {
                fields["left"] = .text(profile)
                fields["shortened"] = .flag(profile == item.profile)
                fields["leftName"] = .text(catalogue.profile(profile)?.name ?? profile)
            }
            if let profile = before[item.id] { fields["before"] = .text(profile) }
            if let profile = next[item.id] {
                fields["next"] = .text(profile)
                fields["nextName"] = .text(catalogue.profile(profile)?.name ?? profile)
            }
            guard let about = item.about else { return fields }
            fields["itemPerson"] = .text(try name(of: Party(text: about), &names))
            if let decider = deciders[item.id]?.by {
                fields["decidedBy"] = .text(try name(of: decider, &names))
            }
            switch ReviewVerdict(item, in: request.run) {
            case .confirmed: fields["confirmed"] = .flag(true)
            case .withdrawn: fields["withdrawn"] = .flag(true)
            case .bySilence: fields["bySilence"] = .flag(true)
            case .moot, .waiting, .untouched: break
            }
            return fields
        }
    }
}
