import HTTPTypes
import Hummingbird

/// What a request asks for, read once and first of all: whoever guards
/// and whoever serves go by this one reading.
///
/// Two readings of one path are how guards are passed by: `//api/v1/…` was a page for the one
/// and the API for the other. So a path has one spelling (RFC 3986, section 6.2.2), and what
/// is spelt otherwise is refused and not mended: empty, `.` and `..` segments, a slash at the
/// end, escapes of what needs none, and bytes that no URL holds.
struct RequestTarget: Sendable {
    /// Begins with a slash; escapes are still in it, as in the router.
    let path: String
    /// Behind `?`, each pair decoded, in its order.
    let query: [QueryPair]
    /// How whoever asks is spoken to; nil for people, at pages.
    let manner: Manner?

    /// What nothing is known of but for whom the answer is.
    init(refused request: Request) { self.init(path: "/", query: [], manner: Self.manner(ofRefused: request)) }

    /// Of a page, before anything is known.
    static let root = RequestTarget(path: "/", query: [], manner: nil)

    private init(path: String, query: [QueryPair], manner: Manner?) {
        self.path = path
        self.query = query
        self.manner = manner
    }

    /// What is wrong with a target, and how a client that sends such a thing wants to hear it.
    struct Refusal: Error, Equatable {
        let status: HTTPResponse.Status
        let message: String
    }

    /// Longer than any address of ours.
    static let greatestPath = 2_048
    static let greatestQuery = 15_360

    /// - Parameter request: its target is in origin form, or in absolute
    ///   form with the authority that `Host` names.
    init(_ request: Request) throws(Refusal) {
        let (path, query) = try Self.origin(request)
        guard path.utf8.count <= Self.greatestPath, query.utf8.count <= Self.greatestQuery else {
            throw Refusal(status: .uriTooLong, message: "The address is too long.")
        }
        try Self.judge(path)
        do { self.query = try QueryPair.read(query, greatest: 200) } catch {
            throw Self.malformed("The part behind ? cannot be read: \(error.message)")
        }
        // The router reads for itself: where it would read something else, nothing is served.
        guard request.uri.path == path, (request.uri.query ?? "") == query else {
            throw Self.malformed("The address can be read in more than one way.")
        }
        self.path = path
        manner = Manner.at(path)
    }

    var isForProgram: Bool { manner != nil }

    /// Whether the path is `root` itself or lies below it.
    func isBelow(_ root: String) -> Bool { path.isBelow(root) }

    /// The first pair with this name that is not empty, as a select without a choice sends it.
    func value(_ name: String) -> String? {
        query.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// A name that stands twice in the query; nil for none.
    var doubledName: String? {
        var seen: Set<String> = []
        return query.first { !seen.insert($0.name).inserted }?.name
    }

    /// Where what was refused would have led, as near as can be told:
    /// only the manner of the answer depends on it.
    private static func manner(ofRefused request: Request) -> Manner? {
        let speaksJSON = [HTTPField.Name.accept, .contentType].contains { name in
            request.headers[name]?.prefix(256).contains("json") ?? false
        }
        let first = (request.head.path ?? "").prefix(64).lowercased()
        return speaksJSON || request.headers[.authorization] != nil || first.contains("api") ? .api : nil
    }
}

// MARK: - Spelling

extension RequestTarget {
    private static func malformed(_ message: String) -> Refusal { Refusal(status: .badRequest, message: message) }

    /// Path and query of a target.
    private static func origin(_ request: Request) throws(Refusal) -> (path: String, query: String) {
        var target = (request.head.path ?? "")[...]
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
            throw malformed("The address holds what must be escaped in one.")
        }
        if !target.hasPrefix("/") {
            // As proxies are asked (RFC 9112, section 3.2.2).
            let scheme = ["http://", "https://"].first { target.prefix($0.count).lowercased() == $0 }
            guard let scheme else { throw malformed("The address must be a path, beginning with a slash.") }
            target = target.dropFirst(scheme.count)
            let host = target.prefix { $0 != "/" && $0 != "?" }
            guard let authority = request.head.authority, host.lowercased() == authority.lowercased() else {
                throw malformed("The address names another host than the header Host does.")
            }
            target = target.dropFirst(host.count)
        }
        let end = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        return (String(target[..<end]), String(target[end...].dropFirst()))
    }

    private static func judge(_ path: String) throws(Refusal) {
        guard path.utf8.first == UInt8(ascii: "/") else {
            throw malformed("The address must be a path, beginning with a slash.")
        }
        if path == "/" { return }
        let segments = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            guard !segment.isEmpty else {
                throw malformed("The address has an empty part: write one slash between parts, and none at the end.")
            }
            guard let part = PathSegment(segment) else {
                throw malformed("The address is not written in its plain form: escape only what must be escaped.")
            }
            // The first part is a name of ours, and none of them needs an escape.
            guard !part.isRelative, index > 0 || !part.isEscaped else {
                throw malformed("The address is not written in its plain form: leave out parts that lead elsewhere.")
            }
        }
    }
}

/// One part of a path in its plain spelling.
private struct PathSegment {
    let isEscaped: Bool
    /// Whether it, or a part of it behind an escaped slash, would lead
    /// elsewhere for whoever decodes too early.
    let isRelative: Bool

    /// Nil for a byte that no path holds, a broken escape, one of what needs
    /// none, and for what is no text when decoded.
    init?(_ text: Substring.UTF8View) {
        let bytes = Array(text)
        var decoded: [UInt8] = []
        var isEscaped = false
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            guard byte == UInt8(ascii: "%") else {
                guard Self.plain[Int(byte)] else { return nil }
                decoded.append(byte)
                place += 1
                continue
            }
            guard place + 2 < bytes.count, let escaped = PercentEscape.byte(bytes[place + 1], bytes[place + 2]),
                !PercentEscape.isUnreserved(escaped), escaped > 0x1F, escaped != 0x7F, escaped != UInt8(ascii: "\\")
            else { return nil }
            isEscaped = true
            decoded.append(escaped)
            place += 3
        }
        guard let told = String(validating: decoded, as: UTF8.self),
            !told.unicodeScalars.contains(where: { (0x80...0x9F).contains($0.value) })
        else { return nil }
        self.isEscaped = isEscaped
        isRelative = told.split(separator: "/", omittingEmptySubsequences: false).contains {
            $0.isEmpty || $0 == "." || $0 == ".."
        }
    }

    /// What a path holds as it is (RFC 3986, `pchar`), but for `;`,
    /// behind which some servers see parameters.
    private static let plain: [Bool] = (0..<256).map { value in
        let byte = UInt8(value)
        return PercentEscape.isUnreserved(byte) || "!$&'()*+,=:@".utf8.contains(byte)
    }
}
