import Basics
import Testing

@Suite("Fault", .timeLimit(.minutes(60)))
struct FaultTests {
    @Test("lets one fault speak for itself")
    func single() {
        let fault = Fault.invalid("email", "malformed_email", "The address has no domain.")
        #expect(fault.code == .invalid)
        #expect(fault.message == "The address has no domain.")
        #expect(fault.faults == [Fault.Field("email", "malformed_email", "The address has no domain.")])
    }

    @Test("counts several faults and lists them in order")
    func several() {
        let fields = [Fault.Field("email", "a", "A."), Fault.Field("name", "b", "B.")]
        let fault = Fault.invalid(fields)
        #expect(fault.message == "2 fields need to be corrected.")
        #expect(fault.faults == fields)
    }

    @Test("keeps the stable words of its codes")
    func codes() {
        let words = "invalid unauthenticated forbidden notFound conflict expired tooMany unavailable"
        #expect(Fault.Code.allCases.map(\.rawValue).joined(separator: " ") == words)
    }
}
