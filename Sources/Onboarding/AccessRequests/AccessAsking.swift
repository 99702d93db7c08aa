public import Basics
import Directory
import OpenSSL
public import Records
import Workflow

/// The two things that may be done about access that was denied: to ask for it, and to give that up.
///
/// A turn of its own, for a program may do these and nothing else; neither gives anybody anything, and what a program
/// asks for a person is kept as asked by the one for the other.
struct AccessAsking: Turn {
    private let turn: Writing

    init(_ turn: Writing) { self.turn = turn }

    var usher: Onboarding { turn.usher }
    var actor: Actor { turn.actor }
    var now: Timestamp { turn.now }
    var snapshot: any Snapshot { turn.snapshot }

    /// - Parameter bindings: of each item what its token binds, or why it binds nothing.
    /// - Returns: the earlier request where the same was sent under the same key.
    func ask(_ submission: AccessSubmission, _ bindings: [Result<DenialBinding, AccessRequestRefusal>]) throws
        -> Request
    {
        if let key = submission.idempotencyKey,
            let earlier = try snapshot.request(idempotencyKey: key, requester: actor.principal)
        {
            return try same(earlier, submission.digest)
        }
        let bound = try bindings.map { try $0.get() }
        for (item, binding) in zip(submission.items, bound) { try requireBound(item, binding) }
        let denials = try submission.items.map { try requested($0.question) }
        for evaluation in Set(bound.map(\.evaluation)) { try useUp(evaluation) }
        let items = zip(submission.items, zip(denials, bound)).map { item, found in
            DeniedAccess.Item(
                resource: item.question.sent.resource, action: item.question.sent.action, cloud: found.0.cloud.id,
                evaluation: found.1.evaluation)
        }
        let denied = DeniedAccess(
            subject: submission.subject, items: items, isList: submission.isList, digest: submission.digest)
        guard let first = denials.first else { preconditionFailure("a submission of nothing") }
        let actions = submission.items.map { "\($0.question.action) (\($0.question.resource.id))" }
        let reason = submission.reason.isEmpty ? "Denied: \(actions.joined(separator: ", "))" : submission.reason
        return try begin(
            try checked(
                first, try wanted(denials), reason, until: submission.until, denied,
                names: ("context.business_justification", "requested_access.requested_until")),
            key: submission.idempotencyKey)
    }

    /// Somebody asks for themselves, of whom our own pages or commands have said that they may not do it.
    ///
    /// - Throws: as `checked`.
    func ask(_ submission: OwnAccessSubmission) throws -> Request {
        if let key = submission.key, let earlier = try snapshot.request(idempotencyKey: key, requester: actor.principal)
        {
            return try same(earlier, submission.digest)
        }
        return try begin(try checked(submission), key: submission.key)
    }

    /// - Throws: `AccessRequestRefusal` where the workflow offers that no more.
    func giveUp(_ handle: String, comment: String?) throws -> (Request, DeniedAccess) {
        let (request, denied) = try ownTask(handle)
        let definition = try library.definition(of: request.run, in: snapshot)
        guard request.run.ended == nil, let part = definition.partsOffered("cancel", in: request.run).first else {
            throw AccessRequestRefusal(.invalidTaskState, "The task is not pending any more.")
        }
        let choice = Event.Choice("cancel", part: part.name, by: actor.principal.text, comment: comment)
        let moved = try turn.advance(request, on: .choice(choice), by: mover(for: request.holder, comment))
        return (moved, denied)
    }

    // MARK: What is sent

    private func same(_ earlier: Request, _ digest: String) throws -> Request {
        guard case .denied(let denied)? = earlier.subject, denied.digest == digest else {
            throw AccessRequestRefusal(
                .duplicateRequest, "This Idempotency-Key was used for another request. Use a new one.")
        }
        // As it is now: what was taken from whoever asks since counts.
        guard try isOwn(earlier) else { throw AccessRequestRefusal(.unknownTask, "There is no such task.") }
        return earlier
    }

    private func requireBound(_ item: AccessSubmission.Item, _ binding: DenialBinding) throws {
        guard binding.hash == (try DenialBinding.hash(item.question.sent)), binding.asker == actor.principal.text,
            item.evaluation == nil || item.evaluation == binding.evaluation, item.expiresAt == binding.expiresAt
        else {
            throw AccessRequestRefusal(
                .invalidDenialBinding,
                "The denial is another's: subject, resource, action, evaluation_id and expires_at have to be those of "
                    + "the evaluation, sent by whoever asked it.")
        }
        guard now < binding.expiresAt else {
            throw AccessRequestRefusal(.expiredDenial, "The denial is too old: evaluate again.")
        }
    }

    private func useUp(_ evaluation: String) throws {
        let mark = try SHA256.digest(of: Array("usher/denial/1|\(evaluation)".utf8))
        guard try turn.transaction.useOnce(mark, until: now.adding(seconds: 2 * AccessOffer.lifetimeSeconds)) else {
            throw AccessRequestRefusal(
                .invalidDenialBinding, "A request was submitted for this denial already: evaluate again.")
        }
    }

    // MARK: What begins

    private func begin(_ wanted: WantedAccess, key: String?) throws -> Request {
        var faults: [Fault.Field] = []
        if let key { FieldRules.key(key, &faults) }
        guard faults.isEmpty else { throw Fault.invalid(faults) }
        let person = wanted.person.id
        let draft = RequestDraft(
            workflow: AccessOffer.template, organization: wanted.organization.id, holder: person,
            requester: actor.principal, reason: wanted.reason, until: wanted.until, idempotencyKey: key,
            subject: .denied(wanted.denied))
        let start = Event.Start(
            items: wanted.items, players: ["requester": [actor.principal.text], "holder": [person.text]],
            flags: ["has_factor": try snapshot.factor(of: person, .active) != nil])
        return try turn.begin(draft, with: start, by: mover(for: person))
    }

    /// A program acts for the person: that is kept, and lends it nothing of what the person may.
    private func mover(for person: PersonID?, _ comment: String? = nil) -> Mover {
        Mover(
            recorded: actor.recorded, person: actor.person?.id, onBehalfOf: actor.person == nil ? person : nil,
            note: comment, comment: comment)
    }
}

extension Onboarding {
    /// A request for access, or the giving up of one: beside the registry of resources the one thing that a program
    /// may begin, by its scope.
    func askingForAccess<Result: Sendable>(
        by actor: Actor, _ body: @escaping @Sendable (AccessAsking) throws -> Result
    ) async throws -> Result {
        guard settings.accessRequests != nil || actor.program == nil else {
            throw Fault(.forbidden, "Programs ask, and change nothing.")
        }
        return try await changing(by: actor, at: nil) { try body(AccessAsking($0)) }
    }

    /// - Throws: `AccessRequestRefusal`; `Fault.Code.invalid` for a reason or an end that is none.
    public func requestAccess(_ submission: AccessSubmission, by actor: Actor) async throws -> AccessTask {
        var bindings: [Result<DenialBinding, AccessRequestRefusal>] = []
        for item in submission.items {
            do {
                bindings.append(.success(try await binding(item.bindingToken)))
            } catch let refusal as AccessRequestRefusal { bindings.append(.failure(refusal)) }
        }
        let found = bindings
        let id = try await askingForAccess(by: actor) { try $0.ask(submission, found).id }
        _ = try await performDue(of: id)
        return try await reading(by: actor) { turn in
            let request = try turn.request(id)
            guard case .denied(let denied)? = request.subject else {
                throw AccessRequestRefusal(.unknownTask, "There is no such task.")
            }
            return try turn.task(of: request, denied)
        }
    }

    /// What somebody asks for themselves on our own pages or by a command, on the same road.
    ///
    /// - Throws: `Fault.Code.invalid` for a reason or an end that is none, `.notFound` for an action or a cloud that
    ///   nobody knows, or that is not theirs; `.conflict` where nothing can be asked for.
    public func askForAccess(_ submission: OwnAccessSubmission, by actor: Actor) async throws -> RequestID {
        do {
            let id = try await askingForAccess(by: actor) { try $0.ask(submission).id }
            _ = try await performDue(of: id)
            return id
        } catch let refusal as AccessRequestRefusal { throw Fault(.conflict, refusal.sentence) }
    }

    /// The request that `askForAccess` would begin; nothing is saved.
    ///
    /// - Throws: as that.
    public func previewAccess(_ submission: OwnAccessSubmission, by actor: Actor) async throws -> RequestView {
        do {
            return try await reading(by: actor) { turn in
                let wanted = try turn.checked(submission)
                let person = wanted.person
                return try turn.preview(
                    AccessOffer.template, wanted.organization, person.email, person.name, person.language,
                    wanted.items, wanted.reason, wanted.until)
            }
        } catch let refusal as AccessRequestRefusal { throw Fault(.conflict, refusal.sentence) }
    }

    /// - Throws: `AccessRequestRefusal`.
    public func accessTask(_ handle: String, by actor: Actor) async throws -> AccessTask {
        try await reading(by: actor) { turn in
            let (request, denied) = try turn.ownTask(handle)
            return try turn.task(of: request, denied)
        }
    }

    /// - Parameter comment: for whoever reads the history.
    /// - Throws: `AccessRequestRefusal`; `Fault.Code.invalid` for a comment that is none.
    public func cancelAccess(_ handle: String, comment: String?, by actor: Actor) async throws -> AccessTask {
        let comment = try comment.map(FieldRules.checked)
        let (id, task) = try await askingForAccess(by: actor) { turn in
            let (request, denied) = try turn.giveUp(handle, comment: comment)
            return (request.id, try turn.task(of: request, denied))
        }
        _ = try await performDue(of: id)
        return task
    }
}
