import Basics
import Directory
import Foundation
import Onboarding
import Records
import Scratch
import TestSupport
import Testing

/// A platform that asks Usher by the Authorization API: an installation with a catalogue of its own, whose people and
/// grants are given, and a service with the scope `decisions`.
struct Platform: Sendable {
    let asker: Asker
    private let organization: Organization
    /// That grants need and nobody looks at.
    private let request: RequestID

    /// - Parameters:
    ///   - profiles: from the lowest on, each with its roles.
    ///   - actions: each with the lowest profile that may.
    ///   - draft: of asking for access, with the scope for it; nil for a platform that does not speak it.
    init(
        profiles: KeyValuePairs<String, [String]>, actions: KeyValuePairs<String, String>,
        asking draft: AccessRequestDraft? = nil
    ) async throws {
        let first = try await TestInstallation.withAcme()
        request = try await first.submit("somebody@acme.example")
        let matrix = actions.map { "    \($0.key): \($0.value)\n" }.joined()
        let world = try first.opened(
            catalogue: [
                "profiles": Self.profiles(profiles),
                "matrix": "version: 1\nmfa_max_age_seconds: 900\nfeatures:\n  Any:\n\(matrix)",
            ], accessRequests: draft)
        let scopes: [Scope] = draft == nil ? [.decisions] : [.decisions, .accessRequests]
        let client = try await world.application("Platform", .service, scopes: scopes)
        asker = Asker(try await Site(world, callsPerMinute: 0), token: try await world.token(of: client))
        organization = try #require(try await world.store.read { try $0.organization(slug: "acme") })
    }

    private static func profiles(_ profiles: KeyValuePairs<String, [String]>) -> String {
        let roles = Set(profiles.flatMap(\.value)).sorted().map { role in
            "  \(role): {name: \(role), description: \(role), mfa: false}\n"
        }
        let held = profiles.map { "  \($0.key): {name: \($0.key), roles: [\($0.value.joined(separator: ", "))]}\n" }
        return "version: 1\nroles:\n\(roles.joined())profiles:\n\(held.joined())"
    }

    /// Gives people profiles in clouds; whom and what nobody knows yet is added.
    func give(_ grants: [(name: String, cloud: String, profile: String)]) async throws {
        let (now, random) = (site.world.clock.now, site.world.usher.world.random)
        let (organization, request) = (organization, request)
        try await site.world.store.write { transaction in
            for given in grants {
                let address = try EmailAddress("\(given.name)@acme.example")
                let slug = try Slug(given.cloud)
                var person = try transaction.person(emailKey: address.key)
                if person == nil {
                    let new = Person(
                        id: PersonID(at: now, random: random), organization: organization.id, email: address,
                        name: try DisplayName(given.name), language: .english, state: .active, createdAt: now)
                    try transaction.insert(new)
                    person = new
                }
                var cloud = try transaction.cloud(slug: slug.text, of: organization.id)
                if cloud == nil {
                    let new = Cloud(
                        id: CloudID(at: now, random: random), organization: organization.id, slug: slug,
                        name: try DisplayName(given.cloud), createdAt: now)
                    try transaction.insert(new)
                    cloud = new
                }
                guard let person, let cloud else { continue }
                let grant = Grant(
                    id: GrantID(at: now, random: random), organization: organization.id, cloud: cloud.id,
                    person: person.id, profile: given.profile, since: now, until: nil, request: request)
                try transaction.replaceGrant(with: grant, at: now)
            }
        }
    }

    var site: Site { asker.site }

    func post(_ path: String, _ body: JSON, headers: [String: String] = [:]) async throws -> Answer {
        try await asker.post(path, body, headers: headers)
    }
}

/// What a platform calls things, as Usher has them: names alone, one for one, and no rule.
struct PlatformNames: Sendable {
    /// Of people, beside those who keep their name.
    var people: [String: String] = [:]
    /// Types of subjects that are people, and of resources that are clouds.
    var types: Set<String> = ["user", "record"]
    /// How the platform writes its resources: the type, and the cloud to which one leads.
    var cloud: @Sendable (JSON) -> String = { (try? $0["id"].text) ?? "" }

    /// A question in Usher's names.
    func ours(_ question: JSON) -> JSON {
        guard case .object(var members) = question else { return question }
        members["subject"] = members["subject"].map(subject)
        members["resource"] = members["resource"].map(resource)
        members["action"] = members["action"].map(action)
        if case .array(let items)? = members["evaluations"] { members["evaluations"] = .array(items.map(ours)) }
        return .object(members)
    }

    /// What a search found, in the platform's names.
    func theirs(_ found: JSON) -> JSON {
        guard case .string(let id) = found["id"] else { return found }
        if id.hasPrefix("acme/") { return ["type": "record", "id": .string(String(id.dropFirst(5)))] }
        return ["type": "user", "id": .string(String(id.prefix { $0 != "@" }))]
    }

    private func subject(_ entity: JSON) -> JSON {
        guard let type = try? entity["type"].text, types.contains(type), case .object(var members) = entity else {
            return entity
        }
        members["type"] = "user"
        if let id = try? entity["id"].text { members["id"] = .string("\(people[id] ?? id)@acme.example") }
        return .object(members)
    }

    private func resource(_ entity: JSON) -> JSON {
        guard let type = try? entity["type"].text, types.contains(type), case .object(var members) = entity else {
            return entity
        }
        members["type"] = "cloud"
        if members["id"] != nil { members["id"] = .string("acme/\(cloud(entity))") }
        return .object(members)
    }

    /// Labels of a matrix are of small letters and hyphens.
    private func action(_ entity: JSON) -> JSON {
        guard let name = try? entity["name"].text, case .object(var members) = entity else { return entity }
        members["name"] = .string(name.lowercased().replacing("_", with: "-"))
        return .object(members)
    }
}

extension AccessRequestDraft? {
    /// Without asking for access, and with each draft of it: decisions are the same.
    static var every: [AccessRequestDraft?] { [nil] + AccessRequestDraft.allCases }
}

/// Files beside these tests; `Published/README.md` says whose they are.
enum Published {
    static func read(_ name: String) throws -> JSON {
        let file = OtherProgram.root.appending(path: "Tests/WebTests/AuthZEN/Published/\(name).json")
        return try JSONDecoder().decode(JSON.self, from: Data(contentsOf: file))
    }
}
