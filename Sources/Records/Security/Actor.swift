public import Basics
public import Directory

/// Who acts: a person, a person through the operator of the data folder, that operator, or a program that asks.
public struct Actor: Sendable {
    /// Nil when the operator acts as such.
    public let person: Person?
    /// The account name of the operator, where one acts in process.
    public let operatorName: String?
    /// When the person proved their second factor for this action; nil if not.
    public let verifiedAt: Timestamp?

    /// What acts in a name of its own, and only asks: it changes nothing but the registry of resources, and what it
    /// changes beside that is that a request begins or is given up.
    public enum Program: Sendable {
        /// With the scopes of its token.
        case application(Application, Set<Scope>)
        case account(APIAccount)
    }

    /// Nil for whoever is no program.
    public let program: Program?

    public static func program(_ program: Program) -> Actor { Actor(program) }

    public static func `operator`(_ name: String) -> Actor {
        Actor(person: nil, operatorName: name, verifiedAt: nil)
    }

    public init(person: Person?, operatorName: String?, verifiedAt: Timestamp?) {
        self.person = person
        self.operatorName = operatorName
        self.verifiedAt = verifiedAt
        program = nil
    }

    private init(_ program: Program) {
        self.program = program
        (person, operatorName, verifiedAt) = (nil, nil, nil)
    }

    /// For histories and the audit trail.
    public var recorded: Party {
        if let operatorName { return .operator(operatorName, for: person?.id) }
        if case .application(let application, _)? = program { return .application(application.id) }
        return person.map { .person($0.id) } ?? .usher
    }

    /// In whose name: the person's, also where an operator acts in their place.
    public var principal: Party { person.map { .person($0.id) } ?? recorded }

    /// Timers and effects act in nobody's name.
    public static let usher = Actor(person: nil, operatorName: nil, verifiedAt: nil)

    /// The owner of the data folder, who acts for nobody in particular.
    public var isOwner: Bool { person == nil && operatorName != nil }
}
