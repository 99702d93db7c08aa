import Basics
import Directory
import Records
import Workflow

/// What is asked for, every part of which holds now.
struct WantedAccess: Sendable {
    let person: Person
    let organization: Organization
    let items: [Run.Item]
    let reason: String
    let until: Timestamp?
    let denied: DeniedAccess
}

extension Turn {
    /// What somebody asks for themselves.
    ///
    /// - Throws: `AccessRequestRefusal` where nothing can be asked for; `Fault.Code.notFound` for an action or a cloud
    ///   that nobody knows, or that is not theirs; `.invalid` for a reason or an end that is none; `.forbidden` for
    ///   whoever is no person of the organization.
    func checked(_ submission: OwnAccessSubmission) throws -> WantedAccess {
        guard let person = actor.person else {
            throw Fault(.forbidden, "People ask for themselves: sign in as one of an organization.")
        }
        let (_, place) = try usher.question(submission.action, submission.cloud)
        // Refused as the question itself would be: which clouds others have is told by neither.
        let asked = try asked(about: person.email, in: place, mfaAgeSeconds: nil, isPlatform: false)
        guard try mayAskAccess(for: person.id, in: asked.organization.id) else {
            throw Fault(.forbidden, "Whoever sends this may not ask for this person's access.")
        }
        let question = submission.question(of: person)
        let denial = try requested(question)
        let item = DeniedAccess.Item(
            resource: question.sent.resource, action: question.sent.action, cloud: denial.cloud.id, evaluation: "")
        return try checked(
            denial, try wanted([denial]), submission.reason, until: submission.until,
            DeniedAccess(subject: question.sent.subject, items: [item], isList: false, digest: submission.digest))
    }

    /// What was typed beside it, judged.
    ///
    /// - Parameter names: of the two, as they were sent.
    func checked(
        _ denial: RequestableDenial, _ items: [Run.Item], _ reason: String, until: String?, _ denied: DeniedAccess,
        names: (reason: String, until: String) = ("reason", "until")
    ) throws -> WantedAccess {
        var faults: [Fault.Field] = []
        let zone = try timeZone(of: denial.organization.locality)
        let until = FieldRules.until(until, field: names.until, at: now, in: zone, &faults)
        let reason = FieldRules.reason(reason, field: names.reason, &faults)
        guard faults.isEmpty, let reason else { throw Fault.invalid(faults) }
        return WantedAccess(
            person: denial.person, organization: denial.organization, items: items, reason: reason, until: until,
            denied: denied)
    }

    /// As it is now, and not only when it was denied.
    ///
    /// - Throws: `AccessRequestRefusal` that says what is in the way.
    func requested(_ question: DecisionQuestion) throws -> RequestableDenial {
        let reading = Reading(usher: usher, actor: actor, now: now, snapshot: snapshot)
        let inquiry = Inquiry(reading, isMany: false)
        let answer = try inquiry.answer(question)
        // Of what is not theirs nothing is told, not even that it is there.
        guard case .decided = answer else {
            throw AccessRequestRefusal(.notRequestable, "No request would change this denial.")
        }
        if let denial = try inquiry.requestable(question, answer) { return denial }
        guard !answer.isPermit else {
            throw AccessRequestRefusal(.notRequestable, "This is allowed by now: evaluate again.")
        }
        guard case .person(let person?)? = try inquiry.subject(question.subject),
            let place = try inquiry.place(of: question.resource),
            let hindrance = try accessHindrance(of: person, in: place.organization)
        else { throw AccessRequestRefusal(.notRequestable, "No request would change this denial.") }
        throw AccessRequestRefusal(.notRequestable, hindrance)
    }

    /// One profile for each cloud, the lowest that is enough for all that is asked there.
    func wanted(_ denials: [RequestableDenial]) throws -> [Run.Item] {
        var wanted: [(cloud: CloudID, profile: Profile)] = []
        for denial in denials {
            guard let index = wanted.firstIndex(where: { $0.cloud == denial.cloud.id }) else {
                wanted.append((denial.cloud.id, denial.profile))
                continue
            }
            let both = [wanted[index].profile, denial.profile]
            guard let enough = catalogue.profiles.first(where: { both.allSatisfy($0.includes) }) else {
                throw AccessRequestRefusal(
                    .notRequestable, "No profile is enough for all of this in one cloud: ask for less at once.")
            }
            wanted[index].profile = enough
        }
        return wanted.map { Run.Item(id: $0.cloud.text, profile: $0.profile.code, needsMFA: $0.profile.needsMFA) }
    }
}
