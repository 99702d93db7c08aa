import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding

/// What a program asks, read member by member as the standard names them (AuthZEN Authorization
/// API 1.0, sections 5 to 8).
///
/// A member that nobody knows is passed over, so that what comes later does no harm (section 10.1).
struct QuestionReader {
    /// Several hundred questions, each with properties that decide nothing here.
    static let greatestBytes = 524_288
    static let limits = JSON.Limits(values: 30_000)
    static let greatestBatch = 500

    let members: JSON.Members
    /// What counts where a question of a batch says nothing: whole, for nothing is merged (section 7.1.1).
    private let defaults: JSON.Members

    /// - Throws: HTTP 400 for what is no JSON object, and for another media type too; 413 for what is too long.
    init(_ request: Request, upTo limit: Int = greatestBytes) async throws {
        guard request.headers.mediaType == "application/json" else {
            throw Self.refusal("Send this as application/json.")
        }
        let bytes = try await request.collected(upTo: limit)
        let document: JSON
        do throws(JSON.Malformed) {
            document = try JSON(reading: bytes.readableBytesView, limits: Self.limits)
        } catch {
            throw Self.refusal("The body is not a JSON object: \(error.words).")
        }
        guard case .object(let members) = document else { throw Self.refusal("The body is not a JSON object.") }
        self.init(members)
    }

    init(_ members: JSON.Members, defaults: JSON.Members = [:]) {
        self.members = members
        self.defaults = defaults
    }

    static func refusal(_ message: String) -> HTTPError { HTTPError(.badRequest, message: message) }

    /// A digest of all but `page`, by which a page knows whether it goes on with the same question.
    var question: JSON { JSON.object(members.filter { $0.key != "page" }) }

    // MARK: One question

    /// - Throws: HTTP 400.
    func evaluation() throws(HTTPError) -> DecisionQuestion {
        let context = try object("context")
        let subject = try part("subject")
        let (entity, since) = (try subject.entity(), subject.provenSince)
        let action = try part("action")
        let label = try action.text("name")
        let resource = try part("resource")
        return DecisionQuestion(
            subject: entity, action: label, resource: try resource.entity(), authenticatedAt: since,
            sent: DecisionQuestion.Sent(
                subject: .object(subject.members), action: .object(action.members),
                resource: .object(resource.members),
                approval: context?["approval"].flatMap { $0 == .null ? nil : $0["id"].text ?? "" }))
    }

    /// The subject, and since when its session is proven.
    func subject() throws(HTTPError) -> (entity: DecisionQuestion.Entity, since: Timestamp?) {
        let subject = try part("subject")
        return (try subject.entity(), subject.provenSince)
    }

    func action() throws(HTTPError) -> String { try part("action").text("name") }

    func entity(_ name: String) throws(HTTPError) -> DecisionQuestion.Entity { try part(name).entity() }

    /// Of what is looked for: an id beside it is passed over (sections 8.4 and 8.5).
    func type(of name: String) throws(HTTPError) -> String { try part(name).text("type") }

    func judgeContext() throws(HTTPError) { _ = try object("context") }

    /// The subject, the action or the resource of a question.
    private struct Part {
        let name: String
        let members: JSON.Members

        func text(_ member: String) throws(HTTPError) -> String {
            guard let value = members[member] else {
                throw QuestionReader.refusal("The member \(name).\(member) is missing.")
            }
            guard let text = value.text else {
                throw QuestionReader.refusal("The member \(name).\(member) is not a text.")
            }
            return text
        }

        func entity() throws(HTTPError) -> DecisionQuestion.Entity {
            DecisionQuestion.Entity(type: try text("type"), id: try text("id"))
        }

        /// What is no instant proves nothing; neither does one that nobody remembers.
        var provenSince: Timestamp? {
            guard let told = members["properties"]?["auth_time"], told != .null else { return nil }
            return Timestamp(seconds: max(0, told.number ?? 0))
        }
    }

    private func part(_ name: String) throws(HTTPError) -> Part {
        guard let members = try object(name) else { throw Self.refusal("The member \(name) is missing.") }
        return Part(name: name, members: members)
    }

    private func object(_ name: String) throws(HTTPError) -> JSON.Members? {
        guard let value = members[name] ?? defaults[name] else { return nil }
        guard case .object(let object) = value else { throw Self.refusal("The member \(name) is not an object.") }
        if let properties = object["properties"] {
            guard case .object = properties else {
                throw Self.refusal("The member \(name).properties is not an object.")
            }
        }
        return object
    }
}

// MARK: - Many questions

extension QuestionReader {
    /// One question of a batch, or why it is none.
    typealias Item = Result<DecisionQuestion, HTTPError>

    struct Batch {
        let items: [Item]
        let order: DecisionOrder
    }

    /// - Returns: nil where there is no list, or an empty one: then it is one question like any other (section 7.1).
    /// - Throws: HTTP 400 for what is wrong with all of it; what is wrong with one question is that one's alone.
    func batch() throws(HTTPError) -> Batch? {
        guard let value = members["evaluations"] else { return nil }
        guard case .array(let elements) = value else {
            throw Self.refusal("The member evaluations is not a list.")
        }
        guard !elements.isEmpty else { return nil }
        guard elements.count <= Self.greatestBatch else {
            throw Self.refusal("Ask at most \(Self.greatestBatch) questions at once: these are \(elements.count).")
        }
        try judgeDefaults()
        return Batch(items: elements.map(item), order: try order())
    }

    private func item(_ element: JSON) -> Item {
        guard case .object(let own) = element else {
            return .failure(Self.refusal("An element of evaluations is not an object."))
        }
        do throws(HTTPError) {
            return .success(try QuestionReader(own, defaults: members).evaluation())
        } catch {
            return .failure(error)
        }
    }

    /// What stands above the list is whole or absent.
    private func judgeDefaults() throws(HTTPError) {
        try judgeContext()
        if members["subject"] != nil { _ = try entity("subject") }
        if members["action"] != nil { _ = try action() }
        if members["resource"] != nil { _ = try entity("resource") }
    }

    private func order() throws(HTTPError) -> DecisionOrder {
        guard let value = try object("options")?["evaluations_semantic"] else { return .all }
        guard let text = value.text, let order = DecisionOrder(rawValue: text) else {
            let known = DecisionOrder.allCases.map(\.rawValue).joined(separator: ", ")
            throw Self.refusal("The member options.evaluations_semantic is one of \(known).")
        }
        return order
    }
}
