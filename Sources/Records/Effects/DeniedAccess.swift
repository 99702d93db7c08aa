public import Basics

/// What was denied to somebody, as it was asked and in the words of whoever asked, so that it is told in them again.
public struct DeniedAccess: Hashable, Sendable {
    /// One question that was answered by no.
    public struct Item: Hashable, Sendable {
        public let resource: JSON
        public let action: JSON
        /// In which it was denied.
        public let cloud: CloudID
        /// The name of the evaluation that denied it.
        public let evaluation: String

        public init(resource: JSON, action: JSON, cloud: CloudID, evaluation: String) {
            self.resource = resource
            self.action = action
            self.cloud = cloud
            self.evaluation = evaluation
        }
    }

    public let subject: JSON
    /// At least one, in the order of whoever asked; several may be of one cloud.
    public let items: [Item]
    /// Whether they came as a list, be it of one.
    public let isList: Bool
    /// Of all that was sent, so that the same is known again.
    public let digest: String

    public init(subject: JSON, items: [Item], isList: Bool, digest: String) {
        self.subject = subject
        self.items = items
        self.isList = isList
        self.digest = digest
    }
}

/// As it is kept.
extension DeniedAccess {
    public var json: JSON {
        [
            "subject": subject, "list": .bool(isList), "digest": .string(digest),
            "items": .array(
                items.map { item in
                    [
                        "resource": item.resource, "action": item.action, "cloud": .string(item.cloud.text),
                        "evaluation": .string(item.evaluation),
                    ]
                }),
        ]
    }

    /// Nil for what `json` never gives.
    public init?(text: String) {
        // What cannot be read was not written by `json`.
        let limits = JSON.Limits(depth: 64, values: 50_000)
        guard let json = try? JSON(reading: text.utf8, limits: limits), let digest = json["digest"].text else {
            return nil
        }
        let items = json["items"].elements.compactMap { item -> Item? in
            guard let cloud = item["cloud"].text.flatMap(CloudID.init), let evaluation = item["evaluation"].text else {
                return nil
            }
            return Item(resource: item["resource"], action: item["action"], cloud: cloud, evaluation: evaluation)
        }
        guard !items.isEmpty, items.count == json["items"].elements.count else { return nil }
        self.init(subject: json["subject"], items: items, isList: json["list"].isTrue, digest: digest)
    }
}
