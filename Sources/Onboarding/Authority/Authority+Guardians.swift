import Basics
import Directory
import Records
import Workflow

/// Who agrees when a duty or a program is handed over: whoever
/// answers for it, and never one of the two sides.
///
/// Where nobody is left the next in line are asked; behind the last stands the owner
/// of the data folder, who may always answer.
extension Authority {
    /// Those who are asked together, by duty and by name.
    struct Line {
        let holdings: [DutyHolding]
        /// Beside those with the duties, whoever owns the thing.
        let owner: PersonID?
        /// Who of them is meant: neither of the two sides, with an account that may act.
        fileprivate(set) var people: [Person] = []

        fileprivate init(_ holdings: [DutyHolding], owner: PersonID? = nil) {
            self.holdings = holdings
            self.owner = owner
        }

        var audiences: Set<Audience> {
            Set(holdings.map(Audience.duty) + [owner].compactMap { $0 }.map(Audience.person))
        }
    }

    fileprivate static func keepers(of organization: OrganizationID?, _ owner: PersonID) -> Line {
        Line(
            [
                DutyHolding(.representative, organization: organization),
                DutyHolding(.deliveryManager, organization: organization),
                DutyHolding(.deliveryManager, organization: nil), DutyHolding(.dutyManager, organization: nil),
            ], owner: owner)
    }

    fileprivate static func lines(of request: Request) -> [Line] {
        switch request.subject {
        case .duty(let holding)?: lines(of: holding)
        case .program(_, let owner)?:
            [keepers(of: request.organization, owner)]
        case .address?:
            // Whoever answers for the person: their representatives; for staff their managers.
            lines(
                of: DutyHolding(
                    request.organization == nil ? .deliveryManager : .representative,
                    organization: request.organization))
        case .cloud?, .apiAccount?, .representation?, .access?, .reduction?, .denied?, nil: []
        }
    }

    /// The duty itself first, then who watches over those who have it.
    fileprivate static func lines(of holding: DutyHolding) -> [Line] {
        let managers = [
            DutyHolding(.deliveryManager, organization: holding.organization),
            DutyHolding(.deliveryManager, organization: nil),
        ]
        let deputies = Line([DutyHolding(.dutyManager, organization: nil)])
        return switch holding.duty {
        case .representative: [Line([holding]), Line(managers), deputies]
        case .deliveryManager:
            [Line(holding.organization == nil ? [holding] : managers), deputies]
        case .dutyManager: [deputies, Line([DutyHolding(.deliveryManager, organization: nil)])]
        // Only the owner of the data folder makes them; who hears of it are
        // those who look after the service already.
        case .operator: [Line([holding])]
        }
    }
}

extension Turn {
    /// The first line in which somebody can answer; the first of all where nobody can.
    ///
    /// - Precondition: the workflow of the request asks its guardians,
    ///   so that it has a subject that has some.
    func line(of request: Request) throws -> Authority.Line {
        let requesters = [request.requester.text] + request.run.players["requester", default: []]
        let sides = requesters.compactMap { PersonID($0) } + [request.holder].compactMap { $0 }
        // A duty counts with the proven factor: whoever has none yet
        // cannot answer, and nobody waits for them.
        return try line(Authority.lines(of: request), apart: Set(sides)) {
            try $0.state == .active && snapshot.factor(of: $0.id, .active) != nil
        }
    }

    /// Everybody who answers for a program: its owner, and those with a duty towards its organization.
    func keepers(of account: APIAccount) throws -> [Person] {
        try line([Authority.keepers(of: account.organization, account.owner)], apart: []) {
            $0.state == .active || $0.state == .invited
        }.people
    }

    /// Who hears of a duty that somebody else gets: those who hold it.
    func colleagues(of person: PersonID, in holding: DutyHolding) throws -> [Person] {
        try line(Array(Authority.lines(of: holding).prefix(1)), apart: [person]) {
            $0.state == .active || $0.state == .invited
        }.people
    }

    private func line(_ lines: [Authority.Line], apart: Set<PersonID>, where counts: (Person) throws -> Bool) throws
        -> Authority.Line
    {
        var first: Authority.Line?
        for line in lines {
            var line = line
            var known = apart
            var people = try line.owner.flatMap { try snapshot.person($0) }.map { [$0] } ?? []
            for holding in line.holdings {
                people += try working(holding.duty, towards: holding.organization)
            }
            line.people = try people.filter { try counts($0) && known.insert($0.id).inserted }
            if !line.people.isEmpty { return line }
            first = first ?? line
        }
        return first ?? Authority.Line([])
    }
}
