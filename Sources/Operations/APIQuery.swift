import Basics
import Foundation
import Records

/// The parameters behind `?`, each of them known and given once.
///
/// A filter with a typing mistake that is passed over would list everything.
public struct APIQuery: Sendable {
    private let values: [String: String]

    /// - Throws: `Fault.Code.invalid` naming every parameter that is not known, empty, or given twice: a filter of
    ///   nothing would be none.
    public init(_ pairs: [(name: String, value: String)], known: [String]) throws {
        var values: [String: String] = [:]
        var faults: [Fault.Field] = []
        for pair in pairs {
            let field = String(pair.name.prefix(100))
            guard known.contains(pair.name) else {
                faults.append(.init(field, "unknown_parameter", "There is no parameter \(field) here."))
                continue
            }
            if pair.value.isEmpty {
                faults.append(
                    .init(field, "empty", "The parameter \(field) is empty: give it a value, or leave it out."))
            }
            if values.updateValue(pair.value, forKey: pair.name) != nil {
                faults.append(.init(field, "duplicate", "The parameter \(field) is given twice."))
            }
        }
        if !faults.isEmpty { throw Fault.invalid(faults) }
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    func required(_ name: String) throws -> String {
        guard let value = values[name] else {
            throw Fault.invalid(name, "required", "The parameter \(name) is missing.")
        }
        return value
    }

    /// False where it is absent.
    func flag(_ name: String) throws -> Bool {
        switch values[name] {
        case nil, "false": return false
        case "true": return true
        default: throw Fault.invalid(name, "wrong_type", "The parameter \(name) must be true or false.")
        }
    }

    /// Nil where it is absent.
    func number(_ name: String) throws -> Int64? {
        guard let text = values[name] else { return nil }
        guard let number = Int64(text), !text.hasPrefix("+") else {
            throw Fault.invalid(name, "wrong_type", "The parameter \(name) must be a whole number.")
        }
        return number
    }

    /// Whether `order` asks for the oldest first; else, and where it is absent, the newest.
    var isOldestFirst: Bool {
        get throws {
            switch values["order"] {
            case nil, "newest": return false
            case "oldest": return true
            default: throw Fault.invalid("order", "unknown_order", "The order of a list is newest or oldest.")
            }
        }
    }

    /// In bytes; those of all lists are shorter.
    private static let greatestCursor = 500

    /// `after` and `limit`.
    func page(greatestLimit: Int = PageRequest.greatestLimit) throws -> PageRequest {
        let limit = try number("limit") ?? Int64(min(100, greatestLimit))
        guard (1...Int64(greatestLimit)).contains(limit) else {
            throw Fault.invalid("limit", "out_of_range", "A page holds 1 to \(greatestLimit) elements.")
        }
        let after = values["after"]
        guard after.map({ (1...Self.greatestCursor).contains($0.utf8.count) }) ?? true else {
            throw Fault.invalid("after", "invalid_cursor", "This cursor is not the next of any list.")
        }
        return PageRequest(after: after, limit: Int(limit))
    }

    /// The same parameters with another cursor.
    func going(onAfter cursor: String) -> String {
        values.merging(["after": cursor]) { $1 }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
            .joined(separator: "&")
    }
}
