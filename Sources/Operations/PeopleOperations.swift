import Basics
import Directory
import Onboarding
import Records

/// `/people`, `/search` and `/delegations`: accounts, and who acts in whose place.
extension APIOperation {
    static let people = [
        listPeople, search, showPerson, suspendPerson, resumePerson, closePerson, appoint, requestAddress,
        listOwnDelegations, listDelegations, delegate, endDelegation, listSignIns, listSessionsOf, endSessionsOf,
    ]

    public static var listPeople: APIOperation {
        .list("/people", filters: ["organization"]) { call in
            let found = try await call.onboarding.people(
                organization: call.query["organization"], try call.query.page(), by: try call.actor)
            return .list(found, \.json)
        }
    }

    /// People by the beginning of a name or address, and requests by id, of what the caller may see.
    public static var search: APIOperation {
        APIOperation(.get, "/search", query: ["q"]) { call in
            .document(try await call.onboarding.search(try call.query.required("q"), by: try call.actor).json)
        }
    }

    public static var showPerson: APIOperation {
        APIOperation(.get, "/people/{email}") { call in
            try .tagged(try await call.onboarding.person(try call.person, by: try call.actor).json)
        }
    }

    public static var suspendPerson: APIOperation {
        APIOperation(.post, "/people/{email}/suspension") {
            (reason: $0.text("reason"), until: $0.optionalText("until"))
        } run: { call, wish in
            try await call.change {
                try await call.onboarding.suspend($0, until: wish.until, reason: wish.reason, by: $1)
            }
        }
    }

    public static var resumePerson: APIOperation {
        APIOperation(.post, "/people/{email}/resumption") {
            $0.text("reason")
        } run: { call, reason in
            try await call.change { try await call.onboarding.resume($0, reason: reason, by: $1) }
        }
    }

    public static var closePerson: APIOperation {
        APIOperation(.post, "/people/{email}/closure") {
            $0.text("reason")
        } run: { call, reason in
            try await call.change { try await call.onboarding.close($0, reason: reason, by: $1) }
        }
    }

    /// 202 where somebody has to agree first; the request says who.
    public static var appoint: APIOperation {
        APIOperation(.post, "/people/{email}/duties") {
            (
                duty: $0.choice("duty", Duty.representative), organization: $0.optionalText("organization"),
                name: $0.optionalText("name"), locale: $0.optionalText("locale") ?? "en"
            )
        } run: { call, wish in
            let appointed = try await call.onboarding.appoint(
                email: call["email"], name: wish.name, wish.duty, organization: wish.organization,
                language: wish.locale, by: try call.actor)
            return .document(appointed.json, status: appointed.request == nil ? 200 : 202)
        }
    }

    /// For somebody whose account the caller looks after; they prove it themselves.
    public static var requestAddress: APIOperation {
        APIOperation(.post, "/people/{email}/address") {
            $0.text("address")
        } run: { call, address in
            .began(try await call.onboarding.requestAddressChange(of: call.person, to: address, by: call.actor))
        }
    }

    // MARK: Delegations

    public static var listOwnDelegations: APIOperation {
        .list("/delegations") { call in
            .list(try await call.onboarding.delegations(of: nil, call.query.page(), by: call.actor), \.json)
        }
    }

    /// On either side of the person.
    public static var listDelegations: APIOperation {
        .list("/people/{email}/delegations") { call in
            .list(try await call.onboarding.delegations(of: call.person, call.query.page(), by: call.actor), \.json)
        }
    }

    public static var delegate: APIOperation {
        APIOperation(.post, "/people/{email}/delegations") {
            (to: $0.text("to"), from: $0.optionalText("from"), until: $0.text("until"))
        } run: { call, wish in
            let person = try call.person
            let delegate = try EmailAddress(wish.to, field: "to")
            let delegation = try await call.onboarding.delegate(
                person, to: delegate, from: try wish.from.map { try Onboarding.moment($0, field: "from") },
                until: try Onboarding.moment(wish.until, field: "until"), by: try call.actor)
            return .document(delegation.json(person: person, delegate: delegate), status: 201)
        }
    }

    /// What was ended, as it was.
    public static var endDelegation: APIOperation {
        APIOperation(.delete, "/people/{email}/delegations/{delegate}", query: ["from"]) { call in
            let (person, delegate) = (try call.person, try call.person("delegate"))
            let from = try call.query["from"].map { text in
                guard let instant = Timestamp(iso8601: text) else {
                    throw Fault.invalid(
                        "from", "invalid_date", "Write from as an instant with a zone: 2027-01-15T18:00:00Z.")
                }
                return instant
            }
            let ended = try await call.onboarding.endDelegation(
                of: person, to: delegate, from: from, by: try call.actor)
            return .list(ended.map { $0.json(person: person, delegate: delegate) })
        }
    }

    // MARK: Sessions of others

    public static var listSignIns: APIOperation {
        .list("/people/{email}/sign-ins") { call in
            let found = try await call.onboarding.signIns(of: call.person, call.query.page(), by: call.actor)
            return .list(found.signIns, next: found.next)
        }
    }

    public static var listSessionsOf: APIOperation {
        APIOperation(.get, "/people/{email}/sessions") { call in
            .list(try await call.onboarding.sessions(of: call.person, by: call.actor).map(\.json))
        }
    }

    public static var endSessionsOf: APIOperation {
        APIOperation(.delete, "/people/{email}/sessions") { call in
            let ended = try await call.onboarding.endSessions(of: call.person, by: call.actor)
            return .document(["ended": .integer(Int64(ended))])
        }
    }
}

extension APICall {
    /// A change of the account in the path; what is left of it, with the request that was begun beside it.
    fileprivate func change(_ body: (EmailAddress, Actor) async throws -> RequestView) async throws -> APIAnswer {
        let (email, actor) = (try person, try actor)
        if isBound { try requireSight(of: try await onboarding.person(email, by: actor).json) }
        let request = try await body(email, actor)
        let person = try await onboarding.person(email, by: actor).json
        let gaps = try await onboarding.gaps(after: request)
        return try .tagged(
            person.with("request", .string(request.id)).with("gaps", .strings(gaps)), core: person)
    }
}
