import Basics
import Directory
public import Records
import Workflow

extension Onboarding {
    /// Asks for another cloud of an organization; a delivery
    /// manager decides, and only then it is made.
    ///
    /// - Parameter cloudSlug: nil makes one from the name.
    /// - Throws: `Fault.Code.invalid` with all faults, `.notFound` for
    ///   an organization that is not the actor's.
    public func requestCloud(
        organization slug: String, name: String, cloudSlug: String?, reason: String, by actor: Actor
    ) async throws -> RequestView {
        try await asking(by: actor) { turn in
            let organization = try turn.organization(slug: slug)
            let capacity = try turn.requireSubmission(for: organization)
            guard let requester = actor.person else { throw Authority.missing("organization", slug) }
            let (subject, reason) = try turn.checkCloud(name, cloudSlug, reason, of: organization)
            let draft = RequestDraft(
                workflow: "additional-cloud", organization: organization.id, holder: requester.id,
                requester: .person(requester.id), reason: reason, subject: subject)
            let start = Event.Start(
                items: [],
                // Four eyes hold for the person in whose place this was asked for, too.
                players: ["requester": [requester.id.text] + [capacity.onBehalfOf?.text].compactMap { $0 }])
            let mover = Mover(actor, capacity, note: actor.noteOfStaff(capacity))
            return try turn.begin(draft, with: start, by: mover)
        }
    }
}

extension Turn {
    fileprivate func checkCloud(_ name: String, _ slug: String?, _ reason: String, of organization: Organization) throws
        -> (RequestSubject, reason: String)
    {
        var faults: [Fault.Field] = []
        let checkedName = FieldRules.name(name, &faults)
        let checkedSlug = FieldRules.slug(slug, from: name, &faults)
        let reason = FieldRules.reason(
            reason, &faults, required: "Say why the cloud is needed: the approver reads it.")
        if let checkedSlug {
            if try snapshot.cloud(slug: checkedSlug.text, of: organization.id) != nil {
                faults.append(
                    .init("slug", "taken", "\(organization.slug) has a cloud \(checkedSlug) already: choose another."))
            } else if let open = try snapshot.openCloudRequest(slug: checkedSlug, of: organization.id) {
                faults.append(
                    .init("slug", "request_open", "The request \(open) asks for a cloud \(checkedSlug) already."))
            }
        }
        if let checkedName, let like = try snapshot.cloud(named: checkedName, of: organization.id) {
            faults.append(like.nameIsTaken)
        }
        guard faults.isEmpty, let checkedName, let checkedSlug, let reason else { throw Fault.invalid(faults) }
        return (.cloud(name: checkedName, slug: checkedSlug), reason)
    }
}

extension Writing {
    /// The cloud that a request asked for.
    func addCloud(of request: Request, by mover: Mover) throws {
        guard case .cloud(let name, let slug)? = request.subject, let organization = request.organization else {
            throw Fault(.unavailable, "The request \(request.id) does not say which cloud to add.")
        }
        let cloud = Cloud(
            id: CloudID(at: now, random: world.random), organization: organization, slug: slug, name: name,
            createdAt: now)
        try add(cloud, of: request.id, by: mover)
    }
}

extension Actor {
    /// Says of what staff submits that it reached them by other means.
    func noteOfStaff(_ capacity: Authority.Capacity) -> String? {
        person?.isStaff == true && capacity.onBehalfOf == nil ? "Recorded by staff for the organization." : nil
    }
}

extension Snapshot {
    /// The cloud that people would take for one of this name: case and blanks tell none apart.
    func cloud(named name: DisplayName, of organization: OrganizationID) throws -> Cloud? {
        let key = name.likeness
        return try clouds(of: organization).first { $0.name.likeness == key }
    }
}

extension Cloud {
    var nameIsTaken: Fault.Field {
        .init("name", "taken", "There is a cloud of the name \(name) already (\(slug)): choose another name.")
    }
}

extension DisplayName {
    fileprivate var likeness: String { text.lowercased().filter { !$0.isWhitespace } }
}

extension LocalEffect {
    static var ofClouds: [LocalEffect] {
        [LocalEffect("add_cloud") { try $0.addCloud(of: $1.request, by: $1.mover) }]
    }
}
