import Basics
import Directory
import Records
import Workflow

/// Who plays which part of a request, and what somebody's duties come to.
extension Turn {
    /// Everybody who plays a part now: who is asked, and who receives its mails.
    func players(_ source: PartSource, in request: Request) throws -> [Person] {
        switch source {
        case .organizationRepresentatives:
            try request.organization.map { try working(.representative, towards: $0) } ?? []
        case .organizationDeliveryManagers:
            try managers(towards: request.organization)
        case .organizationCarers:
            try players(.organizationRepresentatives, in: request)
                + players(.organizationDeliveryManagers, in: request)
        case .providerDutyManagers: try working(.dutyManager, towards: nil)
        case .requestAccountHolder: try request.holder.flatMap { try snapshot.person($0) }.map { [$0] } ?? []
        case .requestRequester:
            try requester(of: request).map { [$0] } ?? []
        case .requestGuardians: try line(of: request).people
        }
    }

    /// An organization's own, or while it has none those who manage every organization.
    private func managers(towards organization: OrganizationID?) throws -> [Person] {
        let own = try working(.deliveryManager, towards: organization)
        if !own.isEmpty || organization == nil { return own }
        return try working(.deliveryManager, towards: nil)
    }

    /// Whose account is suspended or closed is not asked, and hears of nobody's requests.
    func working(_ duty: Duty, towards organization: OrganizationID?) throws -> [Person] {
        try snapshot.holders(of: duty, organization: organization).filter {
            $0.state == .active || $0.state == .invited
        }
    }

    func plays(_ source: PartSource, in request: Request, person: PersonID) throws -> Bool {
        switch source {
        case .organizationRepresentatives:
            guard let organization = request.organization else { return request.requester == .person(person) }
            // Whoever submitted stays answerable, be it staff that recorded the request, as
            // long as they have a say; a review is for others to answer.
            let hasSubmitted = request.campaign == nil && request.requester == .person(person)
            if try hasSubmitted && mayReadRequests(of: organization, person: person) { return true }
            return try holds(.representative, towards: organization, person: person)
        case .organizationDeliveryManagers:
            guard let organization = request.organization else {
                return try snapshot.duties(of: person).contains(DutyHolding(.deliveryManager, organization: nil))
            }
            return try holds(.deliveryManager, towards: organization, person: person)
        case .organizationCarers:
            guard let organization = request.organization, request.holder != person else { return false }
            return try mayReadRequests(of: organization, person: person)
        case .providerDutyManagers:
            return try snapshot.duties(of: person).contains(DutyHolding(.dutyManager, organization: nil))
        case .requestAccountHolder: return request.holder == person
        case .requestRequester: return request.requester == .person(person)
        case .requestGuardians: return try line(of: request).people.contains { $0.id == person }
        }
    }

    func holds(_ duty: Duty, towards organization: OrganizationID, person: PersonID) throws -> Bool {
        try snapshot.duties(of: person).contains {
            $0.duty == duty && ($0.organization == organization || $0.organization == nil)
        }
    }

    /// Whether somebody decides for the whole provider.
    func servesAll(_ person: PersonID) throws -> Bool {
        try snapshot.duties(of: person).contains { $0.organization == nil && $0.duty != .operator }
    }

    /// As oneself if that suffices, else for the first delegator for whom it does.
    ///
    /// Whose account was suspended or closed in mid-session has no capacity
    /// any more, nor has who stands in for them.
    func capacity(of person: PersonID, where holds: (PersonID) throws -> Bool) throws -> Authority.Capacity? {
        guard try mayAct(person) else { return nil }
        if try holds(person) { return Authority.Capacity(onBehalfOf: nil) }
        return try delegators(of: person).first(where: holds).map(Authority.Capacity.init(onBehalfOf:))
    }

    /// In whose place somebody may act at present, none of them
    /// suspended or closed; an operator in nobody's.
    func delegators(of person: PersonID) throws -> [PersonID] {
        let delegators = try snapshot.delegators(of: person, at: now)
        if try delegators.isEmpty || isOperator(person) { return [] }
        return try delegators.filter { try mayAct($0) }
    }

    /// The duties of a person and of whom they stand in for; none of whoever may not act.
    func duties(of person: PersonID) throws -> [DutyHolding] {
        guard try mayAct(person) else { return [] }
        return try ([person] + delegators(of: person)).flatMap { try snapshot.duties(of: $0) }
    }

    /// Read anew at each use: what an actor carries may have
    /// been true when they came in, and no longer.
    func mayAct(_ person: PersonID) throws -> Bool {
        switch try snapshot.person(person)?.state {
        case .active, .invited: true
        case .suspended, .closed, nil: false
        }
    }

    /// For what people do with their own account, where no duty is asked for.
    ///
    /// - Throws: `Fault.Code.forbidden` if the account is suspended or closed, or if nobody acts.
    func requireStanding() throws {
        if actor.isOwner || actor.program != nil { return }
        guard let person = actor.person, try mayAct(person.id) else {
            throw Fault(.forbidden, "This account may do nothing at present. Ask whoever administers it.")
        }
    }

    /// Whose inbox entries a person sees: their duties', their
    /// own, and those of whom they stand in for.
    func audiences(of person: PersonID) throws -> [Audience] {
        guard try mayAct(person) else { return [] }
        return try ([person] + delegators(of: person)).flatMap { one in
            [Audience.person(one)] + (try snapshot.duties(of: one)).map { Audience.duty($0) }
        }
    }
}
