public import Basics
public import Records
public import Testing

/// One promise of the `Store` port, to be kept by every database.
///
/// The caller supplies an empty store.
public struct ConformanceCase: Sendable, CustomTestStringConvertible {
    /// A sentence of behaviour.
    public let testDescription: String
    public let check: @Sendable (any Store) async throws -> Void

    init(_ sentence: String, _ check: @escaping @Sendable (any Store) async throws -> Void) {
        testDescription = sentence
        self.check = check
    }

    public static let all =
        transactions + organizations + people + duties + grants + moves + lists + inboxes + effects + mails + factors
        + credentials + guesses + audit + campaigns + calendars + batches + operation + search + keepsakes
        + applications + webhooks + tokens + devices + logouts + resources + standings
}

/// Expects `body` to be refused with a fault of this code.
public func expectFault(
    _ code: Fault.Code, naming field: String? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    await #expect(sourceLocation: sourceLocation) {
        try await body()
    } throws: { error in
        guard let fault = error as? Fault, fault.code == code else { return false }
        return field == nil || fault.faults.map(\.field) == [field]
    }
}
