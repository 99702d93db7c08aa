public import Basics
public import Directory
import Foundation
import OneTimePassword
public import Records

// The JSON documents that commands print and the API answers, each written by
// hand: `docs/cli.md` promises these keys.

extension Organization {
    public var json: JSON {
        [
            "slug": .string(slug.text), "name": .string(name.text), "kind": .string(kind.rawValue),
            "createdAt": .string(createdAt.iso8601), "calendar": JSON(locality.calendar),
            "timeZone": JSON(locality.timeZone),
        ]
    }
}

extension Onboarding {
    /// An organization, with the calendar and the zone by which it works in the end.
    public func json(_ organization: Organization) throws -> JSON {
        organization.json.with(
            "worksBy",
            [
                "calendar": .string(calendars.name(of: organization.locality)),
                // In which its days end: the setting's where it has none,
                // whatever zone the calendar's file counts in.
                "timeZone": .string(try timeZone(of: organization.locality).identifier),
            ])
    }

    /// The same with its clouds and the people in charge.
    public func organizationDocument(_ slug: String, by actor: Actor) async throws -> JSON {
        let found = try await organization(slug, by: actor)
        return try json(found.organization)
            .with("clouds", .array(found.clouds.map(\.json)))
            .with("representatives", .array(found.representatives.map(\.json)))
            .with("managers", .array(found.managers.map(\.json)))
    }
}

extension Cloud {
    public var json: JSON {
        ["slug": .string(slug.text), "name": .string(name.text), "createdAt": .string(createdAt.iso8601)]
    }
}

extension Person {
    public var json: JSON {
        [
            "email": .string(email.text), "name": .string(name.text), "locale": .string(language.rawValue),
            "state": .string(state.rawValue), "createdAt": .string(createdAt.iso8601),
        ]
    }
}

extension Appointed {
    public var json: JSON { person.json.with("request", JSON(request?.text)) }
}

extension RequestView {
    /// Reads what `json` wrote, here or elsewhere.
    ///
    /// - Throws: `DecodingError` for any other document.
    public init(_ document: JSON) throws {
        self = try JSONDecoder().decode(RequestView.self, from: document.data(pretty: false))
    }

    public var json: JSON {
        var members: JSON.Members = [
            "id": .string(id), "workflow": .string(workflow), "version": .integer(Int64(version)),
            "state": .string(state), "organization": JSON(organization),
            "person": person.map {
                ["email": .string($0.email), "name": .string($0.name), "locale": .string($0.locale)]
            } ?? .null, "cloud": JSON(cloud),
            "items": .array(items.map(\.json)), "reason": .string(reason), "until": JSON(until),
            "requestedBy": .string(requestedBy), "createdAt": .string(createdAt), "dueAt": JSON(dueAt),
            "overdue": .bool(overdue), "frozenAt": JSON(frozenAt), "shown": .string(shown),
            "replaces": JSON(replaces),
            "newCloud": newCloud.map { ["name": .string($0.name), "slug": .string($0.slug)] } ?? .null,
            "timers": .array(timers.map { ["timer": .string($0.id), "at": .string($0.at)] }),
            "waitingFor": .array(
                waitingFor.map { waiting in
                    [
                        "part": .string(waiting.part), "people": .strings(waiting.people),
                        "standIns": .array(
                            waiting.standIns.map { ["email": .string($0.email), "for": .string($0.absent)] }),
                    ]
                }), "vacant": .bool(vacant),
        ]
        if let undeliverable { members["undeliverable"] = .array(undeliverable.map(\.json)) }
        if let history { members["history"] = .array(history.map(\.json)) }
        if let effects { members["effects"] = .array(effects.map(\.json)) }
        return .object(members)
    }
}

extension RequestView.Item {
    public var json: JSON {
        var members: JSON.Members = [
            "cloud": .string(cloud), "profile": .string(profile), "asked": .string(asked), "state": .string(state),
            "person": JSON(person),
        ]
        if let left { members["left"] = .string(left) }
        return .object(members)
    }
}

extension RequestView.Entry {
    public var json: JSON {
        [
            "at": .string(at), "by": .string(by), "onBehalfOf": JSON(onBehalfOf), "event": .string(event),
            "from": JSON(from), "to": .string(to), "note": JSON(note),
        ]
    }
}

extension RequestView.Undelivered {
    public var json: JSON {
        ["recipient": .string(recipient), "template": .string(template), "error": .string(error)]
    }
}

extension RequestView.PendingEffect {
    public var json: JSON {
        [
            "key": .string(key), "state": .string(state), "tries": .integer(Int64(tries)), "dueAt": .string(dueAt),
            "error": JSON(error),
        ]
    }
}

extension PersonProfile {
    public var json: JSON {
        guard case .object(var members) = person.json else { return person.json }
        members["organization"] = JSON(organization?.slug.text)
        members["former"] = .array(
            former.map { ["name": .string($0.name.text), "createdAt": .string($0.createdAt.iso8601)] })
        members["mfa"] = .string(hasFactor ? "active" : "none")
        members["duties"] = .array(
            duties.map { ["duty": .string($0.duty.rawValue), "organization": JSON($0.organization?.slug.text)] })
        members["grants"] = .array(
            grants.map {
                [
                    "cloud": .string("\($0.organization.slug)/\($0.cloud.slug)"), "profile": .string($0.grant.profile),
                    "since": .string($0.grant.since.iso8601), "until": JSON($0.grant.until),
                    "ended": .bool($0.hasEnded), "request": .string($0.grant.request.text),
                    "then": JSON($0.grant.later.first),
                ]
            })
        return .object(members)
    }
}

extension JSON {
    /// What holds once a temporary grant has ended; null for nothing.
    init(_ next: Grant.Later?) {
        self = next.map { ["profile": .string($0.profile), "until": JSON($0.until)] } ?? .null
    }
}

extension BulkVerdict {
    public var json: JSON { json(\.english) }

    /// What is said of rows and file, in words.
    public func json(_ words: (Sentence) -> String) -> JSON {
        [
            "items": .array(
                rows.map { row in
                    [
                        "line": .integer(Int64(row.line)), "email": .string(row.email), "request": JSON(row.request),
                        "accepted": .bool(row.accepted), "faults": .array(row.faults.map { $0.said(words).json }),
                    ]
                }),
            "next": .null, "encoding": .string(encoding), "rows": .integer(Int64(rows.count)),
            "refused": .integer(Int64(refused)), "notes": .array(notes.map { .string(words($0)) }),
        ]
    }
}
