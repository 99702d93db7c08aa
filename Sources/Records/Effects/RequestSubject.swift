public import Basics
public import Directory

/// What a request is about, where its workflow needs to know more than a holder and items.
public enum RequestSubject: Hashable, Sendable {
    /// A cloud that does not exist yet.
    case cloud(name: DisplayName, slug: Slug)
    /// The account of a program, whose holder owns it.
    case apiAccount
    /// Who represents the organization: the holder, in place of somebody, or as one more.
    case representation(replacing: PersonID?)
    /// The temporary profiles that another request gave.
    case access(from: RequestID)
    /// The duty that the holder is to get.
    case duty(DutyHolding)
    /// The program that the holder is to answer for, in place of whoever did when this was asked.
    case program(APIAccountID, formerOwner: PersonID)
    /// The address that the holder is to get.
    case address(EmailAddress)
    /// What is left of profiles that are taken away, by cloud.
    case reduction(left: [CloudID: String])
    /// What was denied to the holder.
    case denied(DeniedAccess)

    /// Whether such a request leaves the account of its holder alone, so that any number of
    /// them may be open beside another request about it.
    public var sparesAccount: Bool {
        switch self {
        case .cloud, .apiAccount, .access, .program, .address, .reduction: true
        case .representation, .duty, .denied: false
        }
    }
}

/// As it is kept: the kind, then what cannot hold a blank, then a name.
extension RequestSubject {
    public var text: String {
        switch self {
        case .cloud(let name, let slug): "\(Self.beginning(ofCloud: slug))\(name)"
        case .apiAccount: "api_account"
        case .representation(let replaced): replaced.map { "representation \($0)" } ?? "representation"
        case .access(let giver): "access \(giver)"
        case .duty(let holding):
            holding.organization.map { "duty \(holding.duty.rawValue) \($0)" } ?? "duty \(holding.duty.rawValue)"
        case .program(let account, let former): "\(Self.beginning(ofProgram: account))\(former)"
        // By its key: an address in another spelling is the same one.
        case .address(let address): "address \(address.key)"
        case .reduction(let left):
            (["reduction"] + left.map { "\($0.key)=\($0.value)" }.sorted()).joined(separator: " ")
        case .denied(let access): "denied \(access.json.compact)"
        }
    }

    /// Nil for what `text` never gives.
    public init?(text: String) {
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        switch words.first {
        case "cloud" where words.count == 3:
            // What these refuse was not written by `text`.
            guard let slug = try? Slug(words[1]), let name = try? DisplayName(words[2]) else { return nil }
            self = .cloud(name: name, slug: slug)
        case "api_account" where words.count == 1: self = .apiAccount
        case "representation" where words.count == 1: self = .representation(replacing: nil)
        case "representation" where words.count == 2:
            guard let replaced = PersonID(words[1]) else { return nil }
            self = .representation(replacing: replaced)
        case "access" where words.count == 2:
            guard let giver = RequestID(words[1]) else { return nil }
            self = .access(from: giver)
        case "duty" where words.count == 2 || words.count == 3:
            guard let duty = Duty(rawValue: words[1]) else { return nil }
            let organization = words.count == 3 ? OrganizationID(words[2]) : nil
            guard words.count == 2 || organization != nil else { return nil }
            self = .duty(DutyHolding(duty, organization: organization))
        case "program" where words.count == 3:
            guard let account = APIAccountID(words[1]), let former = PersonID(words[2]) else { return nil }
            self = .program(account, formerOwner: former)
        case "address" where words.count == 2:
            // What this refuses was not written by `text`.
            guard let address = try? EmailAddress(words[1]) else { return nil }
            self = .address(address)
        case "reduction":
            let pairs = text.split(separator: " ").dropFirst().map { $0.split(separator: "=", maxSplits: 1) }
            let left = pairs.compactMap { pair -> (CloudID, String)? in
                guard pair.count == 2, let cloud = CloudID(String(pair[0])) else { return nil }
                return (cloud, String(pair[1]))
            }
            guard left.count == pairs.count else { return nil }
            self = .reduction(left: Dictionary(left) { first, _ in first })
        case "denied":
            guard let access = DeniedAccess(text: String(text.dropFirst("denied ".count))) else { return nil }
            self = .denied(access)
        default: return nil
        }
    }

    /// With which every text about a cloud of this slug begins, whatever its name.
    public static func beginning(ofCloud slug: Slug) -> String { "cloud \(slug) " }

    /// With which every text about this program begins, whoever owned it.
    public static func beginning(ofProgram account: APIAccountID) -> String { "program \(account) " }
}
