public import Basics
public import Records

extension SecurityEvent {
    public var json: JSON {
        [
            "sequence": .integer(sequence), "kind": .string(kind.rawValue), "at": JSON(at), "lastAt": JSON(lastAt),
            "count": .integer(count), "person": JSON(person?.text), "pseudonym": JSON(pseudonym),
            "actor": JSON(actor?.text), "address": .string(address), "client": .string(agent), "route": .string(route),
        ]
    }

    /// What `json` wrote, here or on a server.
    public init?(json: JSON) {
        guard let sequence = json["sequence"].number, let kind = json["kind"].text.flatMap(Kind.init(rawValue:)),
            let at = json["at"].text.flatMap({ Timestamp(iso8601: $0) }),
            let lastAt = json["lastAt"].text.flatMap({ Timestamp(iso8601: $0) }), let count = json["count"].number
        else { return nil }
        self.init(
            sequence: sequence, kind: kind, at: at, lastAt: lastAt, count: count,
            person: json["person"].text.flatMap { PersonID($0) }, pseudonym: json["pseudonym"].text,
            actor: json["actor"].text.map(Party.init(text:)), address: json["address"].text ?? "",
            agent: json["client"].text ?? "",
            route: json["route"].text ?? "")
    }

    /// What somebody sees of their own account: nothing of where in the program it was.
    public var signIn: JSON {
        [
            "at": JSON(at), "lastAt": JSON(lastAt), "count": .integer(count), "kind": .string(kind.rawValue),
            "success": .bool(kind.isSuccess), "address": .string(address), "client": .string(agent),
        ]
    }

    /// One line of RFC 5424.
    public func syslogLine(from host: String) -> String {
        let data: [(String, String?)] = [
            ("sequence", "\(sequence)"), ("count", "\(count)"), ("person", person?.text), ("pseudonym", pseudonym),
            ("actor", actor?.text), ("address", address), ("client", agent), ("route", route),
        ]
        return SyslogMessage(
            severity: kind.isSuccess ? .informational : .warning, at: at, kind: kind.rawValue,
            data: data.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : (name, $0) } }
        ).line(from: host)
    }
}

extension SecurityPage {
    /// With `email` beside each id of a person who still exists.
    public var document: JSON {
        .page(
            events.map { event in
                event.json.with("email", JSON(event.person.flatMap { addresses[$0.text] }))
            }, next: next)
    }

    public var signIns: JSON { .page(events.map(\.signIn), next: next) }
}

extension Session {
    /// What those who look after a person see of it.
    public var json: JSON {
        [
            "id": .string(id.text), "client": .string(client), "createdAt": JSON(createdAt), "seenAt": JSON(seenAt),
            "verifiedAt": JSON(verifiedAt),
        ]
    }
}
