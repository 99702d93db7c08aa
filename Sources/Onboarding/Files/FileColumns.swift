import Basics
import Foundation

/// What a row about a person says; the raw values are the names under
/// which files, commands and the API know it.
public enum FileColumn: String, Sendable, CaseIterable {
    case email, name, locale, grants, until, reason

    /// Without which there is no request.
    var isNeeded: Bool { self != .locale && self != .until }

    /// How the column may be called, as `FileHeading.key` writes it; of
    /// two in one file the earlier here is meant.
    var names: [String] {
        switch self {
        case .email:
            [
                "email", "emailaddress", "mail", "courriel", "adresseemail", "adressemail", "adressecourriel",
                "adresseelectronique", "mailadresse", "emailadresse", "workemail", "primaryemail", "emailwork",
                "emailprofessionnel", "mailprofessionnel", "useremail", "userprincipalname", "login", "username",
            ]
        case .name:
            [
                "name", "fullname", "displayname", "nomcomplet", "nometprenom", "prenometnom", "nomprenom", "prenomnom",
                "nomdaffichage", "nomaffiche", "anzeigename", "vollername", "vollstandigername", "lastnamefirstname",
                "nom",
            ]
        case .locale:
            [
                "locale", "language", "langue", "sprache", "preferredlanguage", "languepreferee", "bevorzugtesprache",
                "lang", "languagecode",
            ]
        case .grants:
            [
                "grants", "grant", "profiles", "profile", "profils", "profil", "droits", "acces", "access",
                "berechtigungen", "berechtigung", "rechte", "profilsparcloud", "cloudprofiles",
            ]
        case .until:
            [
                "until", "fin", "jusquau", "datedefin", "datefin", "enddate", "end", "bis", "enddatum", "gultigbis",
                "ablaufdatum", "validuntil", "expires", "expiry", "expirydate", "expirationdate", "dateexpiration",
                "datedexpiration", "echeance", "lastday", "dernierjour", "letztertag",
            ]
        case .reason:
            ["reason", "motif", "raison", "grund", "begrundung", "justification", "why", "pourquoi"]
        }
    }

    static let givenNames = ["firstname", "givenname", "prenom", "vorname", "forename", "first"]
    static let familyNames = ["lastname", "surname", "familyname", "nomdefamille", "nachname", "familienname", "last"]
    /// What stands for a family name where a given name has a column of its own.
    static let maybeFamilyNames = ["name", "nom"]
    /// In which a directory says that an account is shut.
    static let states = ["status", "statut", "accountstatus", "userstatus", "accountenabled", "blockcredential"]
}

/// The first line of a file, and which of its columns is what.
public struct FileHeading: Sendable {
    /// As they stand there.
    public let titles: [String]
    let keys: [String]

    init(_ titles: [String]) {
        self.titles = titles
        keys = titles.map(Self.key)
    }

    /// A title without what differs from one writer to the next: case, accents, blanks,
    /// underscores, and what stands in brackets (`Email Address [Required]`).
    static func key(_ title: String) -> String {
        var depth = 0
        var kept = ""
        for character in title.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).unicodeScalars {
            switch character {
            case "[", "(": depth += 1
            case "]", ")": depth -= 1
            default:
                if depth <= 0, character.properties.isAlphabetic || ("0"..."9").contains(character) {
                    kept.unicodeScalars.append(character)
                }
            }
        }
        return kept
    }

    /// Under which an organization's choice of columns is remembered.
    public var signature: String { keys.joined(separator: ",") }

    func index(of names: [String]) -> Int? {
        for name in names {
            if let index = keys.firstIndex(of: name) { return index }
        }
        return nil
    }

    /// The columns by their own names.
    func columns() -> FileColumns {
        var found: [FileColumn: [[Int]]] = [:]
        for column in FileColumn.allCases where column != .name {
            if let index = index(of: column.names) { found[column] = [[index]] }
        }
        let given = index(of: FileColumn.givenNames)
        let family = index(of: FileColumn.familyNames)
        var names: [[Int]] = []
        if let given, family == nil, let other = index(of: FileColumn.maybeFamilyNames) {
            names = [[given, other]]
        } else {
            if let whole = index(of: FileColumn.name.names) { names.append([whole]) }
            let parts = [given, family].compactMap { $0 }
            if parts.count == 2 { names.append(parts) }
        }
        if !names.isEmpty { found[.name] = names }
        let state = index(of: FileColumn.states)
        let name = found[.name]?.first
        return FileColumns(
            places: found, state: state, isBlockTitle: state.map { keys[$0] == "blockcredential" } ?? false,
            isTurned: name.map { $0.count == 1 && keys[$0[0]] == "lastnamefirstname" } ?? false)
    }
}

/// Where in a row each value stands.
struct FileColumns: Sendable {
    /// Alternatives, of which the first that is not empty counts; each the
    /// columns whose cells are joined by a blank.
    var places: [FileColumn: [[Int]]]
    var state: Int?
    /// Whether that column says so by `true`.
    var isBlockTitle = false
    /// Whether the family name stands first in the cell, before a comma.
    var isTurned = false

    /// The first alternative of which nothing is missing; where each misses
    /// something, the first that holds anything.
    func text(_ column: FileColumn, of cells: [String]) -> String {
        var partial = ""
        for places in places[column, default: []] {
            let found = places.compactMap { $0 < cells.count && !cells[$0].isEmpty ? cells[$0] : nil }
            if found.isEmpty { continue }
            let text = found.count == 1 ? found[0] : found.joined(separator: " ")
            if found.count == places.count { return text }
            if partial.isEmpty { partial = text }
        }
        return partial
    }

    /// All that are looked at.
    var used: Set<Int> { Set(places.values.joined().joined()).union(state.map { [$0] } ?? []) }
}

/// Which columns of somebody else's export are what.
///
/// As text, a line for each: `email: mail | userPrincipalName` takes the first that is not
/// empty, `name: First Name + Last Name` puts the cells together.
public struct ColumnMap: Hashable, Sendable {
    /// By the name of our column; alternatives of titles to be joined.
    public var titles: [FileColumn: [[String]]]

    public init(_ titles: [FileColumn: [[String]]]) { self.titles = titles }

    /// The exports of directories that many have, as their pages of administration write them.
    public static let builtIn: [String: ColumnMap] = [
        "google": ColumnMap([
            .email: [["Email Address"], ["Primary Email"]], .name: [["First Name", "Last Name"]],
        ]),
        "microsoft365": ColumnMap([
            .email: [["User principal name"], ["User Name"]], .name: [["Display name"], ["First name", "Last name"]],
            .locale: [["Preferred language"]],
        ]),
        "entra": ColumnMap([
            .email: [["mail"], ["userPrincipalName"]], .name: [["displayName"], ["givenName", "surname"]],
            .locale: [["preferredLanguage"]],
        ]),
        "okta": ColumnMap([
            .email: [["email"], ["Primary Email"], ["login"], ["Username"]],
            .name: [["displayName"], ["firstName", "lastName"]],
            .locale: [["preferredLanguage"], ["locale"]],
        ]),
        "bamboohr": ColumnMap([
            .email: [["Work Email"], ["Email"]],
            .name: [["Preferred Name", "Last Name"], ["First Name", "Last Name"], ["Name"], ["Display Name"]],
        ]),
    ]

    /// - Parameter text: one of `builtIn`, or a mapping as text.
    /// - Throws: `Fault.Code.invalid` on `map`, saying what is wrong with it.
    public init(_ text: String) throws {
        if let known = Self.builtIn[FileHeading.key(text)] {
            self = known
            return
        }
        guard text.contains(":") else {
            let names = Self.builtIn.keys.sorted().joined(separator: ", ")
            throw Fault.invalid(
                "map", "unknown_map",
                "There is no mapping \(FieldRules.quoted(text)): choose one of \(names), or give a file of your own.")
        }
        titles = [:]
        for line in text.split(whereSeparator: \.isNewline).prefix(100) {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") || line == "---" { continue }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard parts.count == 2, let column = FileColumn(rawValue: parts[0].lowercased()), titles[column] == nil
            else {
                throw Fault.invalid(
                    "map", "invalid_map",
                    "A mapping has lines like email: Work Email | Email, and name: First Name + Last Name; "
                        + "this is none: \(FieldRules.quoted(line))")
            }
            titles[column] = parts[1].split(separator: "|").map { alternative in
                alternative.split(separator: "+").map {
                    $0.trimmingCharacters(in: .whitespaces.union(CharacterSet(charactersIn: "\"'")))
                }
            }
        }
    }

    /// As `init` reads it.
    public var text: String {
        FileColumn.allCases.compactMap { column in
            titles[column].map { alternatives in
                "\(column.rawValue): "
                    + alternatives.map { $0.joined(separator: " + ") }.joined(separator: " | ")
            }
        }.joined(separator: "\n")
    }

    /// Where the columns stand; what the mapping does not name, or names
    /// in vain, is looked for by its own names.
    func columns(in heading: FileHeading) -> FileColumns {
        var columns = heading.columns()
        for (column, alternatives) in titles {
            let places = alternatives.compactMap { titles -> [Int]? in
                let places = titles.map { heading.keys.firstIndex(of: FileHeading.key($0)) }
                return places.contains(nil) ? nil : places.compactMap { $0 }
            }
            if alternatives.isEmpty || !places.isEmpty { columns.places[column] = places.isEmpty ? nil : places }
        }
        return columns
    }
}
