import Basics
import Foundation
import Records
import TestSupport
import Testing
import Workflow

@testable import Onboarding

@Suite("The registry of effects", .timeLimit(.minutes(60)))
struct EffectRegistryTests {
    private func words(_ path: [String]) throws -> Set<String> {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: checkout.appending(path: "workflows/schema.json"))
        var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        for key in path { object = try #require(object[key] as? [String: Any], "\(key)") }
        return Set(try #require(object["enum"] as? [String]))
    }

    @Test("performs what the schema of definitions promises, and nothing that it does not name")
    func schema() throws {
        let vocabulary = EffectRegistry.standard.vocabulary
        #expect(Set(vocabulary.effects.keys) == (try words(["properties", "effects", "propertyNames"])))
        #expect(vocabulary.sources == (try words(["properties", "people", "additionalProperties"])))
        let ofItems: Set = ["grant", "revoke", "confirm", "withdraw", "admit"]
        #expect(Set(vocabulary.effects.filter(\.value).keys) == ofItems)
    }

    @Test("refuses an effect that nobody knows, in words")
    func unknown() async throws {
        let world = try await TestInstallation.withAcme()
        let request = try await world.submit()
        let fault = await #expect(throws: Fault.self) {
            try await world.usher.writing(by: .usher) { turn in
                let found = try #require(try turn.snapshot.request(request))
                try turn.perform("fly", item: nil, of: found, by: .usher)
            }
        }
        #expect(fault?.code == .unavailable)
    }
}
