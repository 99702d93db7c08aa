import Basics
import Onboarding
import TestSupport
import Testing

@Suite("API: accounts of programs", .timeLimit(.minutes(60)))
struct APIProgramAccountTests {
    @Test("are asked for, collected once, rotated, given away and closed; no answer but one shows a secret")
    func story() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        let (alice, bob) = (try await site.world.account(), try await site.world.account("bob@acme.example"))
        let (his, hers) = (try await site.program(of: marie), try await site.program(of: rita))
        let asked = try await hers.post(
            "/organizations/acme/api-account-requests",
            [
                "owner": "alice@acme.example", "purpose": "Inventory",
                "grants": [["cloud": "prod", "profile": "STD"]],
            ])
        #expect(asked.status == 201, "\(asked.text)")
        let decision: JSON = ["decision": "approve"]
        #expect(try await his.post("/requests/\(asked.json["id"].text)/decisions", decision).status == 200)
        let token = try site.world.token(of: "alice@acme.example")
        let link: JSON = ["token": .string(String(decoding: token.exposed, as: UTF8.self))]
        #expect(try await hers.post("/api-accounts", link).status == 410)
        let owners = try await site.program(of: alice)
        let opened = try await owners.post("/api-accounts", link)
        #expect(opened.status == 201 && opened.headers["cache-control"] == "no-store", "\(opened.text)")
        #expect(try await owners.post("/api-accounts", link).status == 410)
        let (client, secret) = (try opened.json["clientId"].text, try opened.json["clientSecret"].text)
        #expect(opened.location == "https://usher.example/api/v1/api-accounts/\(client)")
        let account = "/api-accounts/\(client)"
        for path in [account, "/organizations/acme/api-accounts"] {
            let answer = try await hers.get(path)
            #expect(answer.status == 200 && answer.text.contains(client) && !answer.text.contains(secret))
        }

        #expect(try await owners.post("\(account)/secrets", ["overlapDays": 31]).faults == ["overlapDays out_of_range"])
        #expect(try await owners.post("\(account)/secrets", ["overlapDays": .decimal(1.5)]).status == 422)
        #expect(try await hers.post("\(account)/secrets", [:]).status == 403)
        let rotated = try await owners.post("\(account)/secrets", ["overlapDays": 2])
        #expect(rotated.status == 201 && rotated.headers["cache-control"] == "no-store", "\(rotated.text)")
        #expect(try rotated.json["olderEndsAt"] == .string(site.world.clock.now.adding(seconds: 172_800).iso8601))
        #expect(try await owners.post("\(account)/secrets", [:]).status == 409)
        #expect(try await hers.get(account).json["secrets"].list.count == 2)

        let given = try await owners.post("\(account)/owner", ["owner": "bob@acme.example"])
        #expect(try given.status == 202 && given.json["owner"] == "alice@acme.example")
        let request = try #require(RequestID(try given.json["ownerRequest"].text))
        try await site.world.approve(request)
        #expect(try await owners.get(account).status == 404)
        #expect(try await hers.post("\(account)/owner", ["owner": "bob"]).faults == ["owner invalid_email"])
        _ = bob
        let closed = try await hers.post("\(account)/closure", ["reason": "Retired"])
        #expect(try closed.status == 200 && closed.json["state"] == "closed" && closed.json["secrets"] == [])
        #expect(try await hers.post("\(account)/closure", ["reason": "Again"]).status == 409)
    }

    @Test("have their secrets verified for the owner alone: refusals say why, and nobody else can make them wait")
    func verification() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let alice = try await site.world.account()
        let issued = try await site.world.apiAccount()
        let secret: JSON = ["secret": .string(String(decoding: issued.secret.exposed, as: UTF8.self))]
        let path = "/api-accounts/\(issued.clientID)/secret-verifications"
        let (hers, owners) = (try await site.program(of: rita), try await site.program(of: alice))
        for _ in 1...6 { #expect(try await hers.post(path, ["secret": "x"]).status == 403) }
        #expect(try await hers.post(path, secret).json["accepted"] == .null)
        let right = try await owners.post(path, secret)
        #expect(try right.status == 200 && right.json["reason"] == "ok")
        for _ in 1...5 {
            let wrong = try await owners.post(path, ["secret": "x"])
            #expect(try wrong.status == 403 && wrong.json["reason"] == "wrong" && wrong.json["accepted"] == false)
            #expect(try wrong.json["detail"] == "This secret is not right, or no longer.")
        }
        let throttled = try await owners.post(path, secret)
        #expect(try throttled.status == 429 && throttled.json["reason"] == "throttled")
        #expect(throttled.headers["retry-after"] == "30")
        site.world.clock.skip(seconds: 31)
        #expect(try await owners.post(path, secret).status == 200)
        let nobodys = "/api-accounts/01arz3ndektsv4rrffq69g5fav/secret-verifications"
        #expect(try await owners.post(nobodys, secret).status == 404)
    }
}
