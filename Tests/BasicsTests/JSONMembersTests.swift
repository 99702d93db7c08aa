import Testing

@testable import Basics

/// Equals a dictionary, which it stands for, whatever is done with it.
@Suite("Members of a JSON object", .timeLimit(.minutes(60)))
struct JSONMembersTests {
    /// Few and many, in and out of order, of which some begin alike, are the same letter twice, or no ASCII.
    private static let names =
        ["", "a", "B", "b", "ab", "é", "e\u{301}x", "ß", "日", "z", "type", "id"] + (0..<40).map { "name\($0)" }

    @Test("are found, changed, added and taken away by name", arguments: [0, 1, 2, 8, 9, 30, 52])
    func equal(count: Int) {
        var dictionary: [String: JSON] = [:]
        var members = JSON.Members()
        for (number, name) in Self.names.shuffled().prefix(count).enumerated() {
            dictionary[name] = .integer(Int64(number))
            members[name] = .integer(Int64(number))
        }
        #expect(members == JSON.Members(dictionary))
        for name in Self.names {
            #expect(members[name] == dictionary[name], "\(name)")
            #expect(
                members.updateValue(.string(name), forKey: name) == dictionary.updateValue(.string(name), forKey: name))
            if name.utf8.count % 2 == 0 { (members[name], dictionary[name]) = (nil, nil) }
            #expect(members == JSON.Members(dictionary), "\(name)")
        }
        #expect(Set(members.keys) == Set(dictionary.keys))
        #expect(members.filter { $0.key > "b" } == JSON.Members(dictionary.filter { $0.key > "b" }))
    }

    @Test("stand in the order of the bytes of their names")
    func order() {
        let shuffled = JSON.Members(Self.names.shuffled().map { ($0, .null) }) { first, _ in first }
        let sorted = Self.names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(shuffled.keys == sorted)
    }

    @Test("keep of one name what is wanted, the first, the last or both, however many there are")
    func united() {
        for count in [2, 12, 200] {
            let twice = (0..<count).map { ("name\($0 % (count / 2))", JSON.integer(Int64($0))) }
            let (first, last) = (JSON.Members(twice) { first, _ in first }, JSON.Members(twice) { $1 })
            #expect(first["name0"] == .integer(0))
            #expect(last["name0"] == .integer(Int64(count / 2)))
            #expect(first.count == count / 2)
            #expect(first.merging(last) { $1 } == last)
            #expect(first.merging(last) { first, _ in first } == first)
        }
    }
}
