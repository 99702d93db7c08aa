import Basics
import Directory
import OpenSSL
import Records

/// What somebody asks for themselves who was told that they may not do it, and why.
public struct OwnAccessSubmission: Sendable {
    /// A label of the privilege matrix.
    public let action: String
    /// `ORG/CLOUD`.
    public let cloud: String
    public let reason: String
    /// Nil for no end.
    public let until: String?
    /// So that the same form that is sent again begins no second request.
    public var key: String?

    public init(action: String, cloud: String, reason: String, until: String?, key: String?) {
        self.action = action
        self.cloud = cloud
        self.reason = reason
        self.until = until
        self.key = key
    }

    func question(of person: Person) -> DecisionQuestion {
        let (subject, resource) = (
            DecisionQuestion.Entity(type: SubjectType.user.rawValue, id: person.email.text),
            DecisionQuestion.Entity(type: ResourceType.cloud.rawValue, id: cloud)
        )
        return DecisionQuestion(
            subject: subject, action: action, resource: resource,
            sent: DecisionQuestion.Sent(
                subject: Self.json(subject), action: ["name": .string(action)], resource: Self.json(resource)))
    }

    private static func json(_ entity: DecisionQuestion.Entity) -> JSON {
        ["type": .string(entity.type), "id": .string(entity.id)]
    }

    /// Of all of it but the key.
    var digest: String {
        get throws {
            let all = JSON.strings([action, cloud, reason, until ?? ""]).compact
            return try SHA256.digest(of: Array(all.utf8)).base64URL
        }
    }
}
