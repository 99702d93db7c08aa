import Basics
import Hummingbird
import NIOCore
import Onboarding
import OpenSSL

/// What is asked for, read member by member as the profile names them (section "Access Request Submission").
///
/// What is not known is passed over, but for what would be silently not done: a callback, and an actor in whose name
/// nobody here can vouch.
struct AccessRequestReader {
    static let greatestItems = 50

    private let question: QuestionReader
    private var members: JSON.Members { question.members }

    init(_ question: QuestionReader) { self.question = question }

    /// - Parameter client: whose token it is.
    /// - Throws: HTTP 400, or `AccessRequestRefusal` where what binds it to a denial is missing.
    func submission(key: String?, by client: String?) throws -> AccessSubmission {
        try question.judgeContext()
        guard members["callback"] == nil else {
            throw QuestionReader.refusal("Callbacks are not served: leave out callback, and ask the status_endpoint.")
        }
        if let actor = try Self.object("client", in: members)?["actor"], actor["id"].text != client {
            throw QuestionReader.refusal(
                "The member client.actor names somebody for whom this token does not speak: leave it out.")
        }
        let items = try items()
        return AccessSubmission(
            subject: members["subject"] ?? .null, items: items, isList: members["items"] != nil,
            reason: try Self.text("business_justification", of: try Self.object("context", in: members) ?? [:]) ?? "",
            until: try until(), idempotencyKey: key,
            digest: try SHA256.digest(of: Array(JSON.object(members).compact.utf8)).base64URL)
    }

    /// Until when all is asked for; nil for no end.
    ///
    /// - Throws: HTTP 400 for items of which each wants its own: a request here ends as a whole.
    private func until() throws -> String? {
        let whole = try Self.until(in: members)
        guard case .array(let elements)? = members["items"] else { return whole }
        let ends = try elements.map { element in
            guard case .object(let own) = element, own["requested_access"] != nil else { return whole }
            return try Self.until(in: own)
        }
        guard let first = ends.first, ends.allSatisfy({ $0 == first }) else {
            throw QuestionReader.refusal(
                "The items have different requested_access.requested_until: ask for each end in a request of its own.")
        }
        return first
    }

    private static func until(in members: JSON.Members) throws -> String? {
        let wanted = try object("requested_access", in: members) ?? [:]
        // What is asked for until nobody knows when is not asked for without an end.
        guard wanted["requested_until"] != "" else {
            throw QuestionReader.refusal(
                "The member requested_access.requested_until is empty: write an instant, or leave it out for no end.")
        }
        return try text("requested_until", of: wanted)
    }

    private func items() throws -> [AccessSubmission.Item] {
        let whole = members["denial"]
        guard let list = members["items"] else {
            return [try item(question, denial: whole, named: "denial")]
        }
        guard case .array(let elements) = list, !elements.isEmpty else {
            throw QuestionReader.refusal("The member items is not a list of at least one element.")
        }
        guard elements.count <= Self.greatestItems else {
            throw QuestionReader.refusal(
                "Ask for at most \(Self.greatestItems) items at once: these are \(elements.count).")
        }
        guard members["resource"] == nil, members["action"] == nil else {
            throw QuestionReader.refusal("Beside items there are no members resource and action.")
        }
        return try elements.enumerated().map { index, element in
            guard case .object(var own) = element else {
                throw QuestionReader.refusal("The member items[\(index)] is not an object.")
            }
            own["subject"] = members["subject"]
            return try item(
                QuestionReader(own), denial: own["denial"] ?? whole, named: "items[\(index)].denial")
        }
    }

    private func item(_ reader: QuestionReader, denial: JSON?, named name: String) throws -> AccessSubmission.Item {
        let question = try reader.evaluation()
        guard case .object(let denial)? = denial, let token = denial["binding_token"]?.text else {
            throw AccessRequestRefusal.unbound("The member \(name).binding_token is missing: it comes with the denial.")
        }
        guard let text = denial["expires_at"]?.text, let end = Timestamp(iso8601: text) else {
            throw AccessRequestRefusal.unbound("The member \(name).expires_at is missing, or no instant.")
        }
        return AccessSubmission.Item(
            question: question, bindingToken: token, expiresAt: end, evaluation: denial["evaluation_id"]?.text)
    }

    private static func text(_ name: String, of members: JSON.Members) throws -> String? {
        guard let value = members[name], value != .null else { return nil }
        guard let text = value.text else { throw QuestionReader.refusal("The member \(name) is not a text.") }
        return text
    }

    private static func object(_ name: String, in members: JSON.Members) throws -> JSON.Members? {
        guard let value = members[name] else { return nil }
        guard case .object(let object) = value else {
            throw QuestionReader.refusal("The member \(name) is not an object.")
        }
        return object
    }

    // MARK: Giving up

    /// Why a request is given up; nil where nothing is said, be it that there is no body at all.
    static func comment(of request: Request) async throws -> String? {
        let bytes = try await request.collected(upTo: greatestCommentBytes)
        guard bytes.readableBytes > 0 else { return nil }
        let document: JSON
        do throws(JSON.Malformed) {
            document = try JSON(reading: bytes.readableBytesView, limits: QuestionReader.limits)
        } catch { throw QuestionReader.refusal("The body is not a JSON object: \(error.words).") }
        guard case .object(let members) = document else {
            throw QuestionReader.refusal("The body is not a JSON object.")
        }
        let said = ["reason", "comment"].compactMap { members[$0] }.filter { $0 != .null }
        guard said.allSatisfy({ $0.text != nil }) else {
            throw QuestionReader.refusal("The members reason and comment are texts.")
        }
        let text = said.compactMap(\.text).joined(separator: ": ")
        return text.isEmpty ? nil : text
    }

    private static let greatestCommentBytes = 16_384
}
