import Basics
import Foundation
import Testing

@Suite("A sentence", .timeLimit(.minutes(60)))
struct SentenceTests {
    private let name = "Ada %1 \\0"

    @Test("is known by its message, whatever stands in its gaps")
    func message() {
        let sentence: Sentence = "There is no cloud \(name) in \(7)."
        #expect(sentence.message == "There is no cloud %1 in %2.")
        #expect(sentence.values == [.text(name), .text("7")])
        #expect(sentence.english == "There is no cloud Ada %1 \\0 in 7.")
        #expect("\(sentence)" == sentence.english)
        // What came as text has no gaps, even where it looks so.
        #expect(Sentence(name).english == name)
        #expect(Sentence("50 %1 of it").english == "50 %1 of it")
        // A gap that is none, a lone sign, and one at the end stay as they are.
        let odd: Sentence = "%0 %2 %x %% \(name) 5%"
        #expect(odd.english == "%0 %2 %x %% Ada %1 \\0 5%")
    }

    @Test("may be put together of several")
    func composed() {
        let need: Sentence = "at least \(8) characters"
        let sentence: Sentence = "A password needs \(need): \(word: "closed")."
        #expect(sentence.message == "A password needs %1: %2.")
        #expect(sentence.values == [.sentence(need), .sentence("closed")])
        #expect(sentence.english == "A password needs at least 8 characters: closed.")
        #expect(sentence.words { $0.uppercased() } == "A PASSWORD NEEDS AT LEAST 8 CHARACTERS: CLOSED.")

        let sum = "One of \(1), " as Sentence + "two of \(2) and \(3), " + "the end."
        #expect(sum.message == "One of %1, two of %2 and %3, the end.")
        #expect(sum.english == "One of 1, two of 2 and 3, the end.")

        #expect(Sentence([need, "Both."]).english == "at least 8 characters Both.")
        let eleven = (1...11).map { "You may \($0)." as Sentence }
        #expect(Sentence(eleven).english == eleven.map(\.english).joined(separator: " "))
        #expect(Sentence([]).english == "")
        #expect(sentence.suggesting(nil) == sentence)
        #expect(need.suggesting("ten").english == "at least 8 characters Did you mean ten?")
    }

    @Test(
        "comes back from where it was stored",
        arguments: [
            "Plain.", "One \("%2") and \("two")." as Sentence, "Within \("a \(1)" as Sentence), \(word: "closed").",
        ])
    func stored(_ sentence: Sentence) throws {
        let again = try JSONDecoder().decode(Sentence.self, from: try JSONEncoder().encode(sentence))
        #expect(again == sentence)
    }

    @Test("was stored as its English by 0.1.0")
    func storedBefore() throws {
        let fields = try JSONDecoder().decode(
            [Fault.Field].self, from: Data(#"[{"field":"email","code":"taken","message":"It is 50 %1 taken."}]"#.utf8))
        #expect(fields == [.init("email", "taken", Sentence("It is 50 %1 taken."))])
    }
}
