import Basics
import Directory
import Onboarding

// The JSON documents that commands print, each written by hand: `docs/cli.md` promises these keys.

extension Organization {
    var json: JSON {
        [
            "slug": .string(slug.text), "name": .string(name.text), "createdAt": .string(createdAt.iso8601),
            "calendar": JSON(locality.calendar), "timeZone": JSON(locality.timeZone),
        ]
    }
}

extension Cloud {
    var json: JSON {
        ["slug": .string(slug.text), "name": .string(name.text), "createdAt": .string(createdAt.iso8601)]
    }
}

extension Person {
    var json: JSON {
        [
            "email": .string(email.text), "name": .string(name.text), "locale": .string(language.rawValue),
            "state": .string(state.rawValue), "createdAt": .string(createdAt.iso8601),
        ]
    }

    var summary: String { "\(name) <\(email)> (\(state.rawValue))" }
}

extension RequestView {
    var json: JSON {
        var members: [String: JSON] = [
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
                waitingFor.map { ["part": .string($0.part), "people": .array($0.people.map(JSON.string))] }),
        ]
        if let history { members["history"] = .array(history.map(\.json)) }
        if let effects { members["effects"] = .array(effects.map(\.json)) }
        return .object(members)
    }

    /// Whom or what it is about: an address, or `all of CLOUD`.
    var subject: String { person?.email ?? cloud.map { "all of \($0)" } ?? "-" }

    /// `acme/prod POW→OPE approved`, one for each item; of a review's hundreds how many
    /// stand how; or the cloud that is asked for.
    var itemSummary: String {
        if let newCloud { return "new cloud \(newCloud.slug)" }
        if cloud != nil {
            return Dictionary(grouping: items, by: \.state).sorted { $0.key < $1.key }.map { "\($1.count) \($0)" }
                .joined(separator: ", ")
        }
        return items.map { item in
            let profile = item.profile == item.asked ? item.profile : "\(item.asked)→\(item.profile)"
            return "\(item.cloud) \(profile) \(item.state)"
        }.joined(separator: ", ")
    }
}

extension RequestView.Item {
    var json: JSON {
        [
            "cloud": .string(cloud), "profile": .string(profile), "asked": .string(asked), "state": .string(state),
            "person": JSON(person),
        ]
    }
}

extension RequestView.Entry {
    var json: JSON {
        [
            "at": .string(at), "by": .string(by), "onBehalfOf": JSON(onBehalfOf), "event": .string(event),
            "from": JSON(from), "to": .string(to), "note": JSON(note),
        ]
    }
}

extension RequestView.PendingEffect {
    var json: JSON {
        [
            "key": .string(key), "state": .string(state), "tries": .integer(Int64(tries)), "dueAt": .string(dueAt),
            "error": JSON(error),
        ]
    }
}

extension Fault.Field {
    var json: JSON { ["field": .string(field), "code": .string(code), "message": .string(message)] }
}
