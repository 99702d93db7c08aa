import Basics
import Foundation
import Onboarding
import Testing

/// The decisions and searches of the working group's interoperability events, 272 of them,
/// played as they are published, without asking for access and with it.
///
/// Their policies name owners, departments and roles; ours knows who has which profile in which cloud. So each todo,
/// record and route is a cloud, and the grants in it are computed from the published people by the published policy;
/// nothing is taken from what the cases expect.
@Suite("AuthZEN: the published cases", .timeLimit(.minutes(60)))
struct InteropTests {
    // MARK: Todos

    /// `interop/authzen-interop-website/docs/scenarios/todo-1.0-id/index.md`: subjects with their attributes.
    private static let citadel: [(id: String, name: String, address: String, roles: Set<String>)] = [
        ("CiRmZDA2", "rick", "rick@the-citadel.com", ["admin", "evil_genius"]),
        ("CiRmZDE2", "morty", "morty@the-citadel.com", ["editor"]),
        ("CiRmZDI2", "summer", "summer@the-smiths.com", ["editor"]),
        ("CiRmZDM2", "beth", "beth@the-smiths.com", ["viewer"]),
        ("CiRmZDQ2", "jerry", "jerry@the-smiths.com", ["viewer"]),
    ]
    private static let tail = "MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs"

    /// What somebody may do with a todo of `owner`, by that page's policy: admins delete and evil geniuses edit
    /// everybody's, editors both of their own; either of these is an editor, too.
    private func profile(of roles: Set<String>, isOwner: Bool) -> String {
        let isEditor = !roles.isDisjoint(with: ["admin", "editor", "evil_genius"])
        guard isEditor else { return "VIEWER" }
        let edits = isOwner || roles.contains("evil_genius")
        let deletes = isOwner || roles.contains("admin")
        return edits ? (deletes ? "OWNER" : "GENIUS") : (deletes ? "ADMIN" : "EDITOR")
    }

    private func citadel(_ draft: AccessRequestDraft?) async throws -> Platform {
        let platform = try await Platform(
            profiles: [
                "VIEWER": ["view"], "EDITOR": ["view", "create"], "GENIUS": ["view", "create", "edit"],
                "ADMIN": ["view", "create", "delete"], "OWNER": ["view", "create", "edit", "delete"],
            ],
            actions: [
                "can-read-user": "VIEWER", "can-read-todos": "VIEWER", "can-create-todo": "EDITOR",
                "can-update-todo": "GENIUS", "can-delete-todo": "ADMIN",
                "get": "VIEWER", "post": "EDITOR", "put": "EDITOR", "delete": "EDITOR",
            ], asking: draft)
        let names = Self.todoNames
        var cases = try Published.read("todo")["evaluation"].list
        cases += try Published.read("todo")["evaluations"].list
        cases += try Published.read("gateway")["evaluation"].list
        let questions = cases.map { $0["request"] }
        let resources = questions.flatMap { question -> [JSON] in
            if case .array(let items) = question["evaluations"] { return items.map { $0["resource"] } }
            return [question["resource"]]
        }
        var grants: [String: (name: String, cloud: String, profile: String)] = [:]
        for resource in resources {
            let owner = try? resource["properties"]["ownerID"].text
            for person in Self.citadel {
                let profile = profile(of: person.roles, isOwner: owner == person.address)
                grants["\(names.cloud(resource)) \(person.name)"] = (person.name, names.cloud(resource), profile)
            }
        }
        try await platform.give(Array(grants.values))
        return platform
    }

    /// Their ids with what a short name of ours may not hold left out.
    private static let todoNames = PlatformNames(
        people: Dictionary(uniqueKeysWithValues: citadel.map { ("\($0.id)\(tail)", $0.name) }),
        types: ["user", "identity", "todo", "route"],
        cloud: { resource in
            let id = (try? resource["id"].text) ?? ""
            let type = (try? resource["type"].text) ?? ""
            let letters = id.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
            return String("\(type.prefix(1))-\(letters)".prefix(40))
        })

    @Test(
        "todos and their gateway: 68 requests, of which 3 ask several questions", arguments: AccessRequestDraft?.every)
    func todos(_ draft: AccessRequestDraft?) async throws {
        let platform = try await citadel(draft)
        var (count, offers) = (0, 0)
        for name in ["todo", "gateway"] {
            for expected in try Published.read(name)["evaluation"].list {
                let answer = try await platform.post("evaluation", Self.todoNames.ours(expected["request"]))
                #expect(try answer.json["decision"] == expected["expected"], "\(expected): \(answer.text)")
                offers += try answer.json["context"]["access_request"]["binding_token"] == .null ? 0 : 1
                count += 1
            }
        }
        for expected in try Published.read("todo")["evaluations"].list {
            let answer = try await platform.post("evaluations", Self.todoNames.ours(expected["request"]))
            let given = try answer.json["evaluations"].list.map { $0["decision"] }
            #expect(given == (try expected["expected"].list.map { $0["decision"] }), "\(expected): \(answer.text)")
            count += 1
        }
        #expect(count == 68)
        // Denials of people who are known may be asked about, and stay what they are.
        #expect(offers > 10 || draft == nil)
        #expect(offers == 0 || draft != nil)
    }

    // MARK: Records

    /// Grants by the policy of `interop/authzen-interop-website/docs/scenarios/search/index.md`.
    private func library(_ draft: AccessRequestDraft?) async throws -> Platform {
        let platform = try await Platform(
            profiles: ["VIEWER": ["view"], "EDITOR": ["view", "edit"], "OWNER": ["view", "edit", "delete"]],
            actions: ["view": "VIEWER", "edit": "EDITOR", "delete": "OWNER"], asking: draft)
        var grants: [(name: String, cloud: String, profile: String)] = []
        for record in try Published.read("search-records").list {
            for user in try Published.read("search-users").list {
                let isManager = user["role"] == "manager"
                let isColleague = user["department"] == record["department"]
                let profile: String? =
                    user["id"] == record["owner"]
                    ? "OWNER" : isManager ? (isColleague ? "EDITOR" : "VIEWER") : isColleague ? "VIEWER" : nil
                guard let profile else { continue }
                grants.append((try user["id"].text, "\(try record["id"].whole)", profile))
            }
        }
        try await platform.give(grants)
        return platform
    }

    @Test(
        "searches: 204 of them, all at once and page by page",
        arguments: [("search-subject", 60), ("search-resource", 18), ("search-action", 120), ("idp", 6)],
        AccessRequestDraft?.every)
    func searches(_ published: (file: String, count: Int), _ draft: AccessRequestDraft?) async throws {
        let (file, count) = published
        let platform = try await library(draft)
        let names = PlatformNames()
        let path = file == "idp" ? "search/resource" : file.replacing("search-", with: "search/")
        let document = try Published.read(file)
        let cases = try document[file == "idp" ? "search" : "evaluation"].list
        #expect(cases.count == count)
        for expected in cases {
            let wanted = Set(try expected["expected"]["results"].list)
            let question = names.ours(expected["request"])
            let answer = try await platform.post(path, question)
            let found = try answer.json["results"].list.map(names.theirs)
            #expect(Set(found) == wanted && found.count == wanted.count, "\(expected): \(answer.text)")
            #expect(try answer.json["page"]["next_token"] == "")
            guard case .object(var members) = question else { continue }
            var pages: [JSON] = []
            members["page"] = ["limit": 4]
            while true {
                let page = try await platform.post(path, .object(members)).json
                pages += try page["results"].list
                #expect(try page["results"].list.count <= 4)
                let token = try page["page"]["next_token"].text
                if token.isEmpty { break }
                members["page"] = ["token": .string(token)]
            }
            #expect(pages == (try answer.json["results"].list))
        }
    }

    @Test("owners are told alike by both events")
    func owners() throws {
        let owners = { (records: JSON) in
            try records.list.map { record in
                let id = if case .integer(let number) = record["id"] { "\(number)" } else { try record["id"].text }
                return "\(id) \(try record["owner"].text)"
            }
        }
        #expect(try owners(Published.read("idp-records")) == owners(Published.read("search-records")))
    }
}
