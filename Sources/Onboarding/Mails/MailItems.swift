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

    /// By cloud, what holds again once what the request gave has ended.
    private func nextProfiles(after request: Request) throws -> [String: String] {
        guard let holder = request.holder else { return [:] }
        let giver = if case .access(let giver)? = request.subject { giver } else { request.id }
        let next = try snapshot.grants(of: holder, from: giver).compactMap { grant in
            grant.later.first.map { (grant.cloud.text, $0.profile) }
        }
        return Dictionary(next) { $1 }
    }

    func itemFields(_ items: [Run.Item], of request: Request) throws -> [[String: MailField]] {
        let deciders = request.campaign == nil ? [:] : try deciders(of: request)
        let next = try nextProfiles(after: request)
        var names: [Party: String] = [:]
        return try items.map { item in
            let cloud = try (request.cloud ?? CloudID(item.id)).flatMap { try snapshot.cloud($0) }
            var fields: [String: MailField] = [
                "cloud": .text(cloud?.label ?? item.id), "profile": .text(item.profile),
                "profileName": .text(catalogue.profile(item.profile)?.name ?? item.profile),
                "asked": .text(item.asked), "lowered": .flag(item.profile != item.asked),
                "refused": .flag(item.state == .refused),
            ]
            if case .reduction(let left)? = request.subject, let profile = CloudID(item.id).flatMap({ left[$0] }) {
                fields["left"] = .text(profile)
                fields["leftName"] = .text(catalogue.profile(profile)?.name ?? profile)
            }
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
