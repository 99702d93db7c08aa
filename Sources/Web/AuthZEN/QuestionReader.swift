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
    /// What counts where a question of a batch says nothing.
    private let defaults: Defaults?

    /// - Throws: HTTP 400 for what is no JSON object, and for another media type too; 413 for what is too long.
    init(_ request: Request, upTo limit: Int = greatestBytes) async throws {
        try Self.judge(request.headers[.contentType])
        try self.init(try await request.collected(upTo: limit))
    }

    /// - Throws: HTTP 400, as the other.
    init(_ body: ByteBuffer, of contentType: String?) throws {
        try Self.judge(contentType)
        try self.init(body)
    }

    private static func judge(_ contentType: String?) throws {
        guard contentType?.mediaType == "application/json" else { throw refusal("Send this as application/json.") }
    }

    private init(_ body: ByteBuffer) throws {
        let document: JSON
        do throws(JSON.Malformed) {
            document = try JSON(reading: body.readableBytesView, limits: Self.limits)
        } catch {
            throw Self.refusal("The body is not a JSON object: \(error.words).")
        }
        guard case .object(let members) = document else { throw Self.refusal("The body is not a JSON object.") }
        self.init(members)
    }

    init(_ members: JSON.Members) { self.init(members, defaults: nil) }

    private init(_ members: JSON.Members, defaults: Defaults?) {
        self.members = members
        self.defaults = defaults
    }

    static func refusal(_ message: String) -> HTTPError { HTTPError(.badRequest, message: message) }

    /// A digest of all but `page`, by which a page knows whether it goes on with the same question.
    var question: JSON { JSON.object(members.filter { $0.key != "page" }) }

    // MARK: One question

    /// - Throws: HTTP 400.
    func evaluation() throws(HTTPError) -> DecisionQuestion {
        let context = try object("context") ?? defaults?.context
        let (subject, action, resource) = (try askedSubject(), try askedAction(), try askedResource())
        return DecisionQuestion(
            subject: subject.entity, action: action.label, resource: resource.entity, authenticatedAt: subject.since,
            sent: DecisionQuestion.Sent(
                subject: .object(subject.members), action: .object(action.members),
                resource: .object(resource.members),
                approval: context?["approval"].flatMap { $0 == .null ? nil : $0["id"].text ?? "" }))
    }

    /// The parts of a question as they were sent, and read.
    private typealias Subject = (entity: DecisionQuestion.Entity, since: Timestamp?, members: JSON.Members)
    private typealias Named = (label: String, members: JSON.Members)
    private typealias Resource = (entity: DecisionQuestion.Entity, members: JSON.Members)

    private func askedSubject() throws(HTTPError) -> Subject {
        if let whole = defaults?.subject, members["subject"] == nil { return whole }
        let part = try part("subject")
        return (try part.entity(), part.provenSince, part.members)
    }

    private func askedAction() throws(HTTPError) -> Named {
        if let whole = defaults?.action, members["action"] == nil { return whole }
        let part = try part("action")
        return (try part.text("name"), part.members)
    }

    private func askedResource() throws(HTTPError) -> Resource {
        if let whole = defaults?.resource, members["resource"] == nil { return whole }
        let part = try part("resource")
        return (try part.entity(), part.members)
    }

    /// What stands above the list of a batch: each is whole or absent, for nothing is merged (section 7.1.1).
    ///
    /// One object for all questions of the batch: to copy it for each costs as much as to read one.
    private final class Defaults {
        let context: JSON.Members?
        let subject: Subject?
        let action: Named?
        let resource: Resource?

        init(_ reader: QuestionReader) throws(HTTPError) {
            context = try reader.object("context")
            subject = reader.members["subject"] == nil ? nil : try reader.askedSubject()
            action = reader.members["action"] == nil ? nil : try reader.askedAction()
            resource = reader.members["resource"] == nil ? nil : try reader.askedResource()
        }
    }

    /// The subject, and since when its session is proven.
    func subject() throws(HTTPError) -> (entity: DecisionQuestion.Entity, since: Timestamp?) {
        let subject = try askedSubject()
        return (subject.entity, subject.since)
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
        guard let value = members[name] else { return nil }
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

/// What is asked in one call.
struct AskedQuestions {
    /// Nil for one that is none.
    fileprivate(set) var all: [DecisionQuestion?]
    /// What is wrong with those that are none, by their places.
    fileprivate(set) var faults: [Int: String] = [:]
    fileprivate(set) var order = DecisionOrder.all
    /// Whether the answer is one, and no list.
    let isOne: Bool
}

extension QuestionReader {
    /// - Throws: HTTP 400.
    func one() throws(HTTPError) -> AskedQuestions { AskedQuestions(all: [try evaluation()], isOne: true) }

    /// A batch; where there is no list, or an empty one, it is one question like any other (section 7.1).
    ///
    /// - Throws: HTTP 400 for what is wrong with all of it; what is wrong with one question is that one's alone.
    func many() throws(HTTPError) -> AskedQuestions {
        guard let value = members["evaluations"] else { return try one() }
        guard case .array(let elements) = value else {
            throw Self.refusal("The member evaluations is not a list.")
        }
        guard !elements.isEmpty else { return try one() }
        guard elements.count <= Self.greatestBatch else {
            throw Self.refusal("Ask at most \(Self.greatestBatch) questions at once: these are \(elements.count).")
        }
        let defaults = try Defaults(self)
        var asked = AskedQuestions(all: [], order: try order(), isOne: false)
        asked.all.reserveCapacity(elements.count)
        for element in elements {
            do throws(HTTPError) {
                asked.all.append(try Self.question(element, defaults))
            } catch {
                asked.faults[asked.all.count] = error.body ?? ""
                asked.all.append(nil)
            }
        }
        return asked
    }

    private static func question(_ element: JSON, _ defaults: Defaults) throws(HTTPError) -> DecisionQuestion {
        guard case .object(let own) = element else {
            throw refusal("An element of evaluations is not an object.")
        }
        return try QuestionReader(own, defaults: defaults).evaluation()
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
