public import Basics
public import Directory
public import Foundation
public import Records
import Workflow

/// One line of an inbox: a request that waits for its reader.
public struct InboxLine: Sendable {
    public let request: RequestView
    public let organization: Organization?
    /// Nil where the operator asked.
    public let requester: Person?
    /// The cloud that it is about as a whole.
    public let cloud: Cloud?
    /// Of the organization.
    public let timeZone: TimeZone
    public let items: [Item]
    /// The file that it came in with others.
    public let batch: BatchID?

    public struct Item: Sendable {
        public let cloud: Cloud?
        public let profile: Profile?
        public let state: String
    }
}

extension Onboarding {
    /// What waits for the actor, oldest due first.
    public func inbox(_ page: PageRequest, by actor: Actor) async throws -> Page<RequestView> {
        try await reading(by: actor) { turn in
            try turn.waiting(page).map {
                try turn.view($0, withHistory: false)
            }
        }
    }

    /// The same with what a person reads beside it.
    public func inboxLines(_ page: PageRequest, by actor: Actor) async throws -> Page<InboxLine> {
        try await reading(by: actor) { turn in
            try turn.waiting(page).map {
                try turn.line($0)
            }
        }
    }
}

extension Turn {
    fileprivate func waiting(_ page: PageRequest) throws -> Page<Request> {
        guard let person = actor.person else {
            throw Fault(.forbidden, "An inbox belongs to a person: say whose with --as EMAIL.")
        }
        try requireStanding()
        let audiences = try audiences(of: person.id)
        let entries = try snapshot.inbox(of: audiences, page)
        // Two of a person's parts may wait in one request: it is shown once.
        var seen: Set<RequestID> = []
        let requests = try answerable(entries.items, by: person.id).filter {
            seen.insert($0.request).inserted
        }
        .compactMap { try snapshot.request($0.request) }
        return Page(items: requests, next: entries.next)
    }

    func line(_ request: Request) throws -> InboxLine {
        // A review has hundreds; a line names what a request has, and how many a review.
        let items = request.campaign == nil ? request.run.items : []
        return InboxLine(
            request: try view(request, withHistory: false),
            organization: try request.organization.flatMap { try snapshot.organization($0) },
            requester: try requester(of: request),
            cloud: try request.cloud.flatMap { try snapshot.cloud($0) }, timeZone: try timeZone(of: request.locality),
            items: try items.map { item in
                InboxLine.Item(
                    cloud: try CloudID(item.id).flatMap { try snapshot.cloud($0) },
                    profile: catalogue.profile(item.profile), state: item.state.rawValue)
            }, batch: request.batch)
    }
}
