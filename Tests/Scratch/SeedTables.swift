import Foundation

/// The seed's tables, read as somebody reads them who knows no code: whether it is yes, no, or yes after a code.
///
/// The files are the transcript in `Tests/DirectoryTests/Seed`.
public struct SeedTables: Sendable {
    /// By code: the roles that are marked.
    private var roles: [String: Set<String>] = [:]
    /// By action, in the order of the table: the lowest profile that may.
    public private(set) var lowest: [(action: String, profile: String)] = []
    /// Roles that ask for a second factor.
    private var guarded: Set<String> = []

    public init() throws {
        for row in try Self.rows("roles") where row[1] == "true" { guarded.insert(row[0]) }
        let titles = try Self.rows("profiles", withTitles: true)
        for row in titles.dropFirst() {
            roles[row[1]] = Set(zip(titles[0], row).filter { $0.1 == "true" }.map(\.0))
        }
        // The matrix writes MNT where the table of profiles says DTM, "Maintenance".
        lowest = try Self.rows("matrix").map { ($0[1], $0[2] == "MNT" ? "DTM" : $0[2]) }
    }

    private static func rows(_ name: String, withTitles: Bool = false) throws -> [[String]] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.appending(path: "DirectoryTests/Seed/\(name).csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst(withTitles ? 0 : 1)
        return lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    /// `true`, or `false` with the reason.
    ///
    /// - Parameters:
    ///   - profile: in the cloud; nil for none.
    ///   - age: of the last proof of the factor, in seconds; nil where nobody saw one.
    public func answer(
        _ action: String, to lowest: String, account: String, profile: String?, hasFactor: Bool, age: Int64?
    ) -> String {
        if account != "active" { return "account_\(account == "invited" ? "not_active" : account)" }
        guard let profile, let held = roles[profile], let needed = roles[lowest] else { return "no_grant" }
        if !held.isSuperset(of: needed) { return "profile_too_low" }
        if needed.isDisjoint(with: guarded) { return "true" }
        if !hasFactor { return "mfa_not_enrolled" }
        guard let age, age >= 0 else { return "mfa_unknown" }
        return age <= 900 ? "true" : "mfa_stale"
    }
}
