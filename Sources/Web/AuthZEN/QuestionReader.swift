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

    let members: [String: JSON]
    /// What counts where a question of a batch says nothing: whole, for nothing is merged (section 7.1.1).
    private let defaults: [String: JSON]

    /// - Throws: HTTP 400 for what is no JSON object, and for another media type too; 413 for what is too long.
    init(_ request: Request, upTo limit: Int = greatestBytes) async throws {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.withoutOptionalWhitespace
        guard type?.lowercased() == "application/json" else {
            throw Self.refusal("Send this as application/json.")
        }
        let bytes = try await request.body.collect(upTo: limit)
        let document: JSON
        do throws(JSON.Malformed) {
            document = try JSON(reading: bytes.readableBytesView, limits: Self.limits)
        } catch {
            throw Self.refusal("The body is not a JSON object: \(error.words).")
        }
        guard case .object(let members) = document else { throw Self.refusal("The body is not a JSON object.") }
        self.init(members)
    }

    init(_ members: [String: JSON], defaults: [String: JSON] = [:]) {
        self.members = members
        self.defaults = defaults
    }

    static func refusal(_ message: String) -> HTTPError { HTTPError(.badRequest, message: message) }

    /// A digest of all but `page`, by which a page knows whether it goes on with the same question.
    var question: JSON { JSON.object(members.filter { $0.key != "page" }) }

    // MARK: One question

    /// - Throws: HTTP 400.
    func evaluation() throws(HTTPError) -> DecisionQuestion {
        try judgeContext()
        let subject = try subject()
        return DecisionQuestion(
            subject: subject.entity, action: try action(), resource: try entity("resource"),
            authenticatedAt: subject.since, sent: sent)
    }

    private var sent: DecisionQuestion.Sent {
        let member = { (name: String) in members[name] ?? defaults[name] ?? .null }
        let approval = member("context")["approval"]
        return DecisionQuestion.Sent(
            subject: member("subject"), action: member("action"), resource: member("resource"),
            approval: approval == .null ? nil : approval["id"].text ?? "")
    }

    /// The subject, and since when its session is proven.
    func subject() throws(HTTPError) -> (entity: DecisionQuestion.Entity, since: Timestamp?) {
        let entity = try entity("subject")
        let told = try object("subject")?["properties"]?["auth_time"] ?? .null
        guard told != .null else { return (entity, nil) }
        // What is no instant proves nothing; neither does one that nobody remembers.
        return (entity, Timestamp(seconds: max(0, told.number ?? 0)))
    }

    func action() throws(HTTPError) -> String { try text("name", of: "action") }

    func entity(_ name: String) throws(HTTPError) -> DecisionQuestion.Entity {
        DecisionQuestion.Entity(type: try type(of: name), id: try text("id", of: name))
    }

    /// Of what is looked for: an id beside it is passed over (sections 8.4 and 8.5).
    func type(of name: String) throws(HTTPError) -> String { try text("type", of: name) }

    private func text(_ part: String, of name: String) throws(HTTPError) -> String {
        guard let object = try object(name) else { throw Self.refusal("The member \(name) is missing.") }
        guard let value = object[part] else { throw Self.refusal("The member \(name).\(part) is missing.") }
        guard let text = value.text else { throw Self.refusal("The member \(name).\(part) is not a text.") }
        return text
    }

    private func object(_ name: String) throws(HTTPError) -> [String: JSON]? {
        guard let value = members[name] ?? defaults[name] else { return nil }
        guard case .object(let object) = value else { throw Self.refusal("The member \(name) is not an object.") }
        if let properties = object["properties"] {
            guard case .object = properties else {
                throw Self.refusal("The member \(name).properties is not an object.")
            }
        }
        return object
    }

    func judgeContext() throws(HTTPError) { _ = try object("context") }
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
