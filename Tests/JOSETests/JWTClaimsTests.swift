import Basics
import JOSE
import Testing

@Suite("Claims", .timeLimit(.minutes(60)))
struct JWTClaimsTests {
    private func claims(_ text: String) throws -> JSON {
        try JSON(reading: text.utf8, limits: JSON.Limits(values: 100))
    }

    @Test(
        "read instants in whole seconds, and cut off parts of one",
        arguments: [
            ("1300819380", 1_300_819_380), ("1300819380.0", 1_300_819_380), ("1300819380.999", 1_300_819_380),
            ("1.3008193805e9", 1_300_819_380), ("0", 0), ("0.5", 0), ("253402300799", 253_402_300_799),
        ] as [(String, Int64)])
    func instants(text: String, seconds: Int64) throws {
        #expect(try claims("{\"exp\":\(text)}").numericDate("exp") == Timestamp(seconds: seconds))
    }

    @Test("refuse what is no instant, and have none where there is none")
    func noInstants() throws {
        #expect(try claims("{}").numericDate("exp") == nil)
        for text in [
            "null", "\"1300819380\"", "[]", "{}", "true", "-1", "-0.5", "253402300800", "1e30", "9223372036854775807",
        ] {
            let read = try claims("{\"nbf\":\(text)}")
            #expect(throws: JWSError.claim("nbf"), "\(text)") { try read.numericDate("nbf") }
        }
    }

    @Test("read one audience or several")
    func audiences() throws {
        #expect(try claims("{\"aud\":\"a\"}").audience() == ["a"])
        #expect(try claims("{\"aud\":[\"a\",\"b\"]}").audience() == ["a", "b"])
        #expect(try claims("{}").audience() == [])
        for text in ["null", "[]", "1", "[1]", "[\"a\",1]", "{}", "[[\"a\"]]"] {
            let read = try claims("{\"aud\":\(text)}")
            #expect(throws: JWSError.claim("aud"), "\(text)") { try read.audience() }
        }
    }
}
