import Basics
import Onboarding
import Testing

/// The fault with which `body` is refused; a test fails if it is not.
func refusal(
    _ location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async throws -> Fault {
    let thrown = await #expect(throws: Fault.self, sourceLocation: location) { try await body() }
    return try #require(thrown, sourceLocation: location)
}

extension Fault {
    var codes: [String] { faults.map(\.code) }
    var fields: [String] { faults.map(\.field) }
}

/// `body` is refused with a fault of this code.
func expectRefusal(
    _ code: Fault.Code, _ location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    await #expect(sourceLocation: location) {
        try await body()
    } throws: {
        ($0 as? Fault)?.code == code
    }
}
