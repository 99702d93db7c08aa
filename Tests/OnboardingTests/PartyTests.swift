import Basics
import Records
import Testing

@Suite("Who did something", .timeLimit(.minutes(60)))
struct PartyTests {
    private static let id = "01k3x0000000000000000000ab"
    private static let person = PersonID(trusted: id)

    @Test(
        "has one text, in which it is read again",
        arguments: [
            (Party.person(person), id), (.operator("root"), "operator root"), (.usher, "usher"),
            (.operator("root", for: person), "operator root for \(id)"),
            (.operator("Jo for all", for: person), "operator Jo for all for \(id)"),
            (.operator("for \(id)"), "operator for \(id)"),
            (.application(ApplicationID(trusted: id)), "application \(id)"),
        ])
    func text(_ party: Party, _ text: String) {
        #expect(party.text == text)
        #expect(Party(text: text) == party)
    }

    @Test(
        "keeps what nobody of us wrote byte for byte: whoever alters the trail is found by its hashes",
        arguments: [
            "", "operator", "operator ", "operator root for", "operator root for \(id.uppercased())", "Usher", "eve",
            "operator root for eve", " operator root", "operator  for \(id)", "operator a for \(id) ",
            "application", "application ", "application eve", "application \(id.uppercased())", "application  \(id)",
        ])
    func foreign(_ text: String) {
        #expect(Party(text: text).text == text)
    }

    @Test("is a person's also where an operator acted in their place, and nobody's where time did")
    func people() {
        #expect(Party.operator("root", for: Self.person).person == Self.person)
        #expect(Party.operator("root", for: Self.person).themselves == nil)
        #expect(Party.person(Self.person).themselves == Self.person)
        #expect(Party.application(ApplicationID(trusted: Self.id)).person == nil)
        #expect(Party.usher.person == nil && Party.operator("root").person == nil)
        #expect(Party.operator("root", for: Self.person).text { _ in "a@b.example" } == "operator root for a@b.example")
    }
}
