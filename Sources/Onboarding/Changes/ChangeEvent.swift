public import Basics
public import Directory
public import Records

/// Something that happened to a person's or a program's access, or to where it is held, as the platform hears of it.
///
/// It says what happened and how things stand when it is read: whoever reads events in their order and keeps the last
/// of each subject has what is true now, however often an event came.
public struct ChangeEvent: Sendable {
    /// What happened: an action of the audit trail.
    public enum Kind: String, Sendable, CaseIterable {
        case organizationAdded = "organization.add"
        case organizationSet = "organization.set"
        /// A client, or of the provider's own group.
        case organizationKind = "organization.kind"
        case cloudAdded = "cloud.add"
        case serviceAdded = "service.add"
        case resourceAdded = "resource.add"
        case resourceSet = "resource.set"
        case resourceRemoved = "resource.remove"
        case grantBegun = "grant.begin"
        case grantLessened = "grant.lessen"
        case grantRevoked = "grant.revoke"
        /// By a review.
        case grantWithdrawn = "grant.withdraw"
        /// By itself, at the time that it had from the start.
        case grantEnded = "grant.end"
        /// After a temporary one that had taken its place.
        case grantReturned = "grant.return"
        case personActivated = "person.activate"
        case personSuspended = "person.suspend"
        case personResumed = "person.resume"
        case personClosed = "person.close"
        case personMoved = "person.address"
        case factorActivated = "factor.activate"
        case factorReplaced = "factor.replace"
        case factorRetired = "factor.retire"
        case programOpened = "api_account.open"
        case programAdmitted = "api_account.admit"
        case programKeys = "api_account.keys"
        case programAssigned = "api_account.assign"
        case programClosed = "api_account.close"
        /// What a workflow tells, by its own type.
        case messageTold = "message.tell"
    }

    /// Whom or what it happened to, as they are now.
    public enum Subject: Sendable {
        case organization(Organization)
        case cloud(Cloud, of: Organization)
        case service(ServiceHome)
        case resource(ResourceHome)
        case person(Person, hasFactor: Bool, grants: [HeldGrant])
        case program(APIAccount, grants: [HeldGrant])
        case request(ToldRequest)
        /// What is not kept any more.
        case gone(Noun, id: String)
    }

    /// What a subject is.
    public enum Noun: String, Sendable, CaseIterable {
        case organization, cloud, service, resource, person, program, request
    }

    /// A profile in a cloud.
    public struct HeldGrant: Sendable {
        /// `ORG/CLOUD`.
        public let cloud: String
        public let profile: String
        public let since: Timestamp
        /// Nil: no end.
        public let until: Timestamp?
        /// What holds then.
        public let next: Grant.Later?
    }

    /// Its place in the order of all.
    public let position: Int64
    public let at: Timestamp
    public let kind: Kind
    /// Short name of the organization that it is about; nil for the provider's own people.
    public let organization: String?
    /// The request that it came of.
    public let request: String?
    public let subject: Subject
    /// What a workflow told; nil for every other kind.
    public let message: OrderedMessage?

    /// What receivers know it by.
    public var type: String { message?.type ?? kind.rawValue }
}

/// A part of all that happened, oldest first.
public struct ChangePage: Sendable {
    public let events: [ChangeEvent]
    /// Where to go on: behind all that was looked at, whether or not any of it was the reader's.
    public let position: Int64
    /// Whether more is known to be there.
    public let hasMore: Bool
}

extension ChangeEvent.Kind {
    public var noun: ChangeEvent.Noun {
        switch self {
        case .organizationAdded, .organizationSet, .organizationKind: .organization
        case .cloudAdded: .cloud
        case .serviceAdded: .service
        case .resourceAdded, .resourceSet, .resourceRemoved: .resource
        case .grantBegun, .grantLessened, .grantRevoked, .grantWithdrawn, .grantEnded, .grantReturned, .personActivated,
            .personSuspended, .personResumed, .personClosed, .personMoved, .factorActivated, .factorReplaced,
            .factorRetired:
            .person
        case .programOpened, .programAdmitted, .programKeys, .programAssigned, .programClosed: .program
        case .messageTold: .request
        }
    }
}
