public import Basics

// The JSON documents about access reviews.

extension ReviewStart {
    /// The review, with `skipped` beside it.
    public var json: JSON { review.json.with("skipped", .strings(skipped)) }
}

extension ReviewView {
    public var json: JSON {
        let members: JSON.Members = [
            "campaign": .string(campaign), "reason": .string(reason), "startedBy": .string(startedBy),
            "startedAt": .string(startedAt), "until": JSON(until), "open": .bool(isOpen),
            "clouds": .array(clouds.map(\.json)),
        ]
        return .object(members.merging(counts.members) { $1 })
    }
}

extension ReviewCounts {
    fileprivate var members: JSON.Members {
        [
            "confirmed": .integer(Int64(confirmed)), "withdrawn": .integer(Int64(withdrawn)),
            "bySilence": .integer(Int64(bySilence)), "moot": .integer(Int64(moot)),
            "waiting": .integer(Int64(waiting)), "untouched": .integer(Int64(untouched)),
        ]
    }
}

extension CloudReview {
    /// Without `items` in a list.
    fileprivate var json: JSON {
        var members: JSON.Members = [
            "request": .string(request), "organization": .string(organization), "cloud": .string(cloud),
            "state": .string(state), "open": .bool(isOpen), "expiresAt": JSON(expiresAt),
        ]
        if let items { members["items"] = .array(items.map(\.json)) }
        return .object(members.merging(counts.members) { $1 })
    }
}

extension CloudReview.Item {
    fileprivate var json: JSON {
        [
            "person": .string(person), "profile": .string(profile), "verdict": .string(verdict.rawValue),
            "by": JSON(by), "onBehalfOf": JSON(onBehalfOf), "at": JSON(at),
        ]
    }
}
