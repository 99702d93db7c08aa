import Basics
import Foundation
import Testing

@Suite("Reading JSON from outside", .timeLimit(.minutes(60)))
struct JSONReaderTests {
    private func read(_ text: String, values: Int = 1_000) throws(JSON.Malformed) -> JSON {
        try JSON(reading: Array(text.utf8), limits: JSON.Limits(values: values))
    }

    @Test(
        "takes what RFC 8259 calls JSON",
        arguments: [
            ("{}", [:]), (" [ ] ", []), ("null", .null), ("true", true), ("false", false), ("0", 0), ("-0", 0),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)), ("1.0", 1), ("1e2", 100),
            ("1.5", .decimal(1.5)), ("-2.5E-1", .decimal(-0.25)), ("\"\"", ""),
            ("\"a\\/\\\\\\\"\\b\\f\\n\\r\\t\"", "a/\\\"\u{8}\u{C}\n\r\t"),
            ("\"\\u00e9\\uD83D\\uDE00\"", "é😀"), ("\"é😀\"", "é😀"),
            ("\t{\"a\" :\r\n[1 ,{\"b\":null}]}", ["a": [1, ["b": .null]]]),
        ] as [(String, JSON)])
    func accepted(text: String, value: JSON) throws {
        #expect(try read(text) == value)
    }

    @Test(
        "refuses what is none, and says where",
        arguments: [
            ("", 0), ("  ", 2), ("{", 1), ("[1,]", 3), ("[1 2]", 3), ("{\"a\"}", 4), ("{\"a\":1,}", 7), ("{a:1}", 1),
            ("{1:1}", 1),
            ("[1]x", 3), ("tru", 0), ("nulL", 0), ("NaN", 0), ("Infinity", 0), ("+1", 0), ("01", 0), ("-", 0),
            ("1.", 0), (".5", 0),
            ("1e", 0), ("0x1", 1), ("'a'", 0), ("\"", 0), ("\"\\x\"", 1), ("\"\\u12\"", 1), ("\"\\uD800\"", 1),
            ("\"\\uDC00\"", 1),
            ("\"\\uD800\\u0041\"", 1), ("\"a\nb\"", 2), ("// x\n1", 0), ("\u{FEFF}1", 0), ("9223372036854775808", 0),
            ("1e999", 0),
            ("{\"a\":1,\"b\":2,\"a\":3}", 13), ("{\"a\":1,\"\\u0061\":3}", 7), ("[[],[}", 5),
        ])
    func refused(text: String, offset: Int) throws {
        let malformed = #expect(throws: JSON.Malformed.self) { try read(text) }
        #expect(malformed?.offset == offset, "\(text): \(malformed?.words ?? "")")
    }

    @Test(
        "refuses bytes that are no UTF-8, and other encodings",
        arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0]])
    func bytes(inner: [Int]) {
        let text = [UInt8(ascii: "\"")] + inner.map { UInt8($0) } + [UInt8(ascii: "\"")]
        #expect(throws: JSON.Malformed.self) { try JSON(reading: text, limits: JSON.Limits(values: 10)) }
        #expect(throws: JSON.Malformed.self) {
            try JSON(reading: [0, UInt8(ascii: "1")], limits: JSON.Limits(values: 10))
        }
    }

    @Test("refuses what is nested deeper than 32, whatever stands in it")
    func deep() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        #expect(try read(nested(32, "[", "]")).elements.count == 1)
        #expect(try read(nested(32, "{\"a\":", "}"))["a"] != .null)
        for text in [
            nested(33, "[", "]"), nested(30_000, "[", "]"), nested(33, "{\"a\":", "}"), nested(9_000, "{\"a\":", "}"),
        ] {
            let malformed = #expect(throws: JSON.Malformed.self) { try read(text) }
            #expect(malformed?.reason == "it is nested more than 32 deep")
        }
        // What ends early is refused where the depth is met, not where the bytes end.
        let malformed = #expect(throws: JSON.Malformed.self) { try read(String(repeating: "[", count: 65_000)) }
        #expect(malformed?.offset == 32)
    }

    @Test("refuses more values than its limit, at the first that is too many")
    func wide() throws {
        #expect(try read("[" + String(repeating: "1,", count: 8) + "1]", values: 10).elements.count == 9)
        let malformed = #expect(throws: JSON.Malformed.self) {
            try read("[" + String(repeating: "1,", count: 30_000) + "1]", values: 10)
        }
        #expect(malformed?.offset == 19)
        #expect(throws: JSON.Malformed.self) { try read("{\"a\":[1,2],\"b\":[3,4]}", values: 6) }
    }

    @Test("reads what our own writer writes")
    func ours() throws {
        let document: JSON = ["a": ["é\u{0}\n\"\\/", .null, true, -5], "b": ["c": .decimal(0.5)]]
        for pretty in [true, false] {
            #expect(try JSON(reading: document.data(pretty: pretty), limits: JSON.Limits(values: 100)) == document)
        }
    }

    @Test("our own writer writes what Foundation's would")
    func writesLikeFoundation() throws {
        let controls = String(String.UnicodeScalarView((0...0x9F).compactMap(Unicode.Scalar.init)))
        let document: JSON = [
            "texts": [.string(controls), "", "a/b", "é\u{301}\u{1F600}\u{2028}"], "empty": [[:], [], [[]]],
            "numbers": [0, -1, .integer(.max), .integer(.min), .decimal(0.1), .decimal(-2.5), .decimal(1e30)],
            "words": [true, false, .null], "deep": ["er": [["still": "deeper"]]],
        ]
        for pretty in [true, false] {
            let ours = document.data(pretty: pretty)
            let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
            let theirs = try JSONSerialization.data(
                withJSONObject: JSONSerialization.jsonObject(with: ours),
                options: pretty ? options.union(.prettyPrinted) : options)
            #expect(String(decoding: ours, as: UTF8.self) == String(decoding: theirs, as: UTF8.self))
        }

        let names = ["a": 1, "A": 2, "a1": 3, "a10": 4, "a2": 5, "a_b": 6, "é": 7, "": 8]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let ours = JSON.object(JSON.Members(names.mapValues { .integer(Int64($0)) })).data(pretty: false)
        #expect(try ours == encoder.encode(names))
    }
}
