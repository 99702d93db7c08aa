public import Basics
import Directory
import Records
import Workflow

// The JSON documents about changes.

extension ChangePage {
    /// Where the list goes on; nil at its end, for now.
    public var next: String? { hasMore ? String(position) : nil }

    /// `position` is where to go on later, also behind an empty page.
    public var document: JSON {
        ["items": .array(events.map(\.json)), "next": JSON(next), "position": .string(String(position))]
    }
}

extension ChangeEvent {
    public var json: JSON {
        let document: JSON = [
            "id": .string(String(position)), "at": .string(at.iso8601), "type": .string(type),
            "organization": JSON(organization), "request": JSON(request), "subject": subject.json,
        ]
        return message.map { document.with("state", .string($0.state)) } ?? document
    }
}

extension ChangeEvent.Subject {
    fileprivate var json: JSON {
        switch self {
        case .organization(let organization):
            return [
                "type": "organization", "id": .string(organization.slug.text), "name": .string(organization.name.text),
            ]
        case .cloud(let cloud, let organization):
            return [
                "type": "cloud", "id": .string("\(organization.slug)/\(cloud.slug)"), "name": .string(cloud.name.text),
            ]
        case .person(let person, let hasFactor, let grants):
            return [
                "type": "person", "id": .string(person.id.text), "email": .string(person.email.text),
                "state": .string(person.state.rawValue),
                "factor": .string((hasFactor ? FactorState.active : .none).rawValue),
                "grants": .array(grants.map(\.json)),
            ]
        case .program(let account, let grants):
            return [
                "type": "program", "id": .string(account.id.text),
                "state": .string(account.closedAt == nil ? "active" : "closed"), "grants": .array(grants.map(\.json)),
            ]
        case .service(let home):
            return ["type": "service", "id": .string(home.path), "name": .string(home.service.name.text)]
        case .resource(let home):
            return ["type": "resource", "id": .string(home.resource.id.text), "resource": home.json]
        case .request(let told):
            return ["type": "request", "id": .string(told.request.id.text), "request": told.json]
        case .gone(let noun, let id): return ["type": .string(noun.rawValue), "id": .string(id), "gone": true]
        }
    }
}

extension ToldRequest {
    fileprivate var json: JSON {
        let run = request.run
        return [
            "workflow": .string(run.workflow),
            "version": .integer(Int64(run.version)), "state": .string(run.state), "ended": JSON(run.ended?.rawValue),
            "person": person.map { ["id": .string($0.id.text), "email": .string($0.email.text)] } ?? .null,
            "cloud": JSON(cloud), "until": JSON(request.until), "itemCount": .integer(Int64(run.items.count)),
            "items": .array(
                items.map {
                    [
                        "cloud": JSON($0.cloud), "profile": .string($0.profile), "state": .string($0.state.rawValue),
                        "person": JSON($0.person),
                    ]
                }),
        ]
    }
}

extension ChangeEvent.HeldGrant {
    fileprivate var json: JSON {
        [
            "cloud": .string(cloud), "profile": .string(profile), "since": .string(since.iso8601),
            "until": JSON(until), "then": JSON(next),
        ]
    }
}
