/// Names that the sources declare and never say again.
///
/// It counts words and knows no scopes: what shares its name with something that is used goes unseen, and what it
/// finds is named by nobody for certain.
struct Orphans {
    private var declared: [String: [(path: String, line: Int)]] = [:]
    private var said: [String: Int] = [:]

    /// Words before the name of a function, a property or a type.
    private static let kinds: Set = [
        "func", "var", "let", "struct", "class", "enum", "protocol", "actor", "typealias",
    ]
    /// What follows such a word without being a name, as in `class func` and `let _`.
    private static let nameless: Set = ["func", "var", "let", "_"]

    /// Names that stay although nothing in Sources says them.
    static let kept: Set = [
        // Requirements of protocols, which their libraries and the compiler call.
        "debugDescription", "customMirror", "CodingKeys", "StringLiteralType", "appendLiteral", "appendInterpolation",
        "renderText", "validate", "InboundIn", "InboundOut", "OutboundIn", "OutboundOut", "handlerAdded",
        "handlerRemoved",
        "channelActive", "channelInactive", "channelRead", "channelReadComplete", "userInboundEventTriggered",
        "errorCaught",
        // The benchmarks need them as the tests do, and no target serves both.
        "HeadInMemory", "isIdle",
    ]

    /// Exceptions that have become none: said somewhere, or declared nowhere.
    var idle: Set<String> { Self.kept.filter { said[$0] != declared[$0]?.count } }

    mutating func read(_ file: SwiftText, at path: String) {
        // A kind that a name follows, and not `actor.person`, where it is a name itself.
        var isDeclaring = false
        var line = 1
        var counted = 0
        let code = Array(file.code.utf8)
        for (word, range) in Rules.words(in: code) {
            said[word, default: 0] += 1
            if isDeclaring, !Self.nameless.contains(word) {
                line += code[counted..<range.lowerBound].count { $0 == UInt8(ascii: "\n") }
                counted = range.lowerBound
                declared[word, default: []].append((path, line))
            }
            isDeclaring = Self.kinds.contains(word) && code[range.upperBound...].first == UInt8(ascii: " ")
        }
    }

    /// Every orphan with the place of its declaration, sorted by that.
    var found: [String] {
        declared.filter { said[$0.key] == $0.value.count && !Self.kept.contains($0.key) }
            .flatMap { name, places in places.map { "\($0.path):\($0.line): \(name)" } }.sorted()
    }
}
