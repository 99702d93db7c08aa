import Scratch
import Storage
import StoreConformance
import Testing

@Suite("SQLiteStore keeps what the port promises", .timeLimit(.minutes(60)))
struct ConformanceTests {
    @Test("of the port", arguments: ConformanceCase.all)
    func keeps(_ conformance: ConformanceCase) async throws {
        let folder = try TestFolder()
        let store = try SQLiteStore(path: folder.database)
        try await conformance.check(store)
        #expect(try await store.integrityFindings() == [])
        try await store.close()
    }
}
