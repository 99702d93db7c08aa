public import Foundation

/// A language that pages or mails may be in, as BCP 47 tags it: `en`, `fr`, `pt-BR`.
///
/// Which ones an installation has is for `Languages` to say: whoever chose one
/// keeps it, and reads English where it is gone.
public struct Language: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: String

    /// - Parameter rawValue: two or three small letters, and
    ///   maybe a region: a hyphen and two capitals.
    public init?(rawValue: String) {
        guard Self.isTag(rawValue.utf8) else { return nil }
        self.rawValue = rawValue
    }

    /// By bytes: each person that is read from the database comes by here.
    private static func isTag(_ bytes: String.UTF8View) -> Bool {
        let primary = bytes.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        let region = bytes[primary.endIndex...]
        guard (2...3).contains(primary.count) else { return false }
        let isRegion = region.first == UInt8(ascii: "-") && region.count == 3
        let capitals = region.dropFirst().allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        return region.isEmpty || isRegion && capitals
    }

    private init(tag: String) { rawValue = tag }

    public static let english = Language(tag: "en")
    public static let french = Language(tag: "fr")
    public static let german = Language(tag: "de")

    /// Those that travel in the binary.
    public static let shipped = [english, french, german]

    /// How dates and numbers are written: the tag's own region, else the
    /// one whose customs Usher's readers expect.
    public var locale: Locale {
        let usual = ["en": "en_GB", "fr": "fr_FR", "de": "de_DE"]
        return Locale(identifier: usual[rawValue] ?? rawValue.replacing("-", with: "_"))
    }

    /// What its speakers call it, as a choice among languages shows it: `Français`.
    public var ownName: String { (name(in: self) ?? rawValue).capitalized(with: locale) }

    /// What speakers of another call it: `French`, `français`.
    ///
    /// Nil for a tag that nobody has given a name.
    public func name(in reader: Language) -> String? { reader.locale.localizedString(forIdentifier: rawValue) }
}

/// The languages of an installation: English, and each that has a catalogue of words.
public struct Languages: Sendable, Equatable {
    /// English first, the others by their tags.
    public let all: [Language]

    public static let shipped = Languages(Language.shipped)

    public init(_ languages: some Sequence<Language>) {
        all = [.english] + Set(languages).subtracting([.english]).sorted { $0.rawValue < $1.rawValue }
    }

    /// `en, fr`, for messages.
    public var list: String { all.map(\.rawValue).joined(separator: ", ") }

    /// The language that is written so, in any case; nil where the installation has none.
    ///
    /// A region that nobody translated for is left out: `fr_CH` is read as `fr`.
    public func named(_ text: String) -> Language? {
        if let exact = all.first(where: { $0.rawValue == text }) { return exact }
        let tag = String(text.lowercased().map { $0 == "_" ? "-" : $0 })
        let primary = tag.prefix { $0 != "-" }
        return all.first { $0.rawValue.lowercased() == tag } ?? all.first { $0.rawValue == primary }
    }

    /// The one in which to write to somebody who chose `language`.
    public func nearest(to language: Language) -> Language { named(language.rawValue) ?? .english }

    /// The first that a browser prefers (RFC 9110, section 12.5.4), English if none.
    public func preferred(by acceptLanguage: String) -> Language {
        // Nobody reads more languages; a list without end is none.
        let wishes = acceptLanguage.prefix(500).split(separator: ",").enumerated().compactMap {
            order, wish -> (Double, Int, Language)? in
            let parts = wish.split(separator: ";").map { $0.withoutOptionalWhitespace }
            guard let tag = parts.first, let language = named(tag) else { return nil }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return (quality, -order, language)
        }
        return wishes.filter { $0.0 > 0 }.max { ($0.0, $0.1) < ($1.0, $1.1) }?.2 ?? .english
    }
}
