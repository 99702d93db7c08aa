public import Basics
import Directory
public import Records

// The JSON documents about services and resources.

extension ServiceHome {
    public var json: JSON {
        [
            "slug": .string(service.slug.text), "name": .string(service.name.text), "cloud": .string(cloudPath),
            "path": .string(path), "createdAt": .string(service.createdAt.iso8601),
        ]
    }
}

extension ResourceHome {
    public var json: JSON {
        let properties = resource.properties
        return [
            "id": .string(resource.id.text), "type": .string(properties.type.path),
            "name": .string(properties.name.text), "status": .string(properties.status.rawValue),
            "environment": .string(properties.environment.text),
            "tags": JSON.texts(properties.tags.values), "service": .string(home.path),
            "cloud": .string(home.cloudPath), "zone": JSON(properties.zone),
        ]
    }
}

extension ResourceFileVerdict {
    public var json: JSON { json(\.english) }

    /// What is said of rows and file, in words.
    public func json(_ words: (Sentence) -> String) -> JSON {
        [
            "items": .array(
                rows.map { row in
                    [
                        "line": .integer(Int64(row.line)), "id": JSON(row.id), "name": .string(row.name),
                        "accepted": .bool(row.outcome != nil), "outcome": JSON(row.outcome?.rawValue),
                        "faults": .array(row.faults.map { $0.said(words).json }),
                    ]
                }),
            "next": .null, "encoding": .string(encoding), "rows": .integer(Int64(rows.count)),
            "refused": .integer(Int64(refused)), "saved": .bool(isSaved),
            "notes": .array(notes.map { .string(words($0)) }),
        ]
    }
}
