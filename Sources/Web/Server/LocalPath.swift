import Foundation

/// Where to go afterwards: a path of ours, never another site's.
struct LocalPath {
    let text: String

    /// - Parameter wish: as a browser sent it; what is no path of ours becomes the start.
    init(_ wish: String?) {
        guard let wish, wish.hasPrefix("/"), !wish.hasPrefix("//"), !wish.contains("\\"),
            wish.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            text = "/"
            return
        }
        text = wish
    }

    /// As the value of a query.
    ///
    /// Only what would end the value is escaped, and what is escaped already, so that a long request of an application
    /// still fits into the address of the page on which somebody signs in.
    var query: String {
        text.addingPercentEncoding(withAllowedCharacters: Self.plain) ?? ""
    }

    private static let plain = CharacterSet(charactersIn: Unicode.Scalar(0x21)...Unicode.Scalar(0x7E))
        .subtracting(CharacterSet(charactersIn: "&+#%=\"<>"))

    /// In which languages its reader reads, the best first.
    ///
    /// That is what an application wishes whose request goes on there (`ui_locales`); empty for every other path.
    var wishedLanguages: String {
        guard let start = text.firstIndex(of: "?"),
            // What cannot be read wishes nothing, and is refused where it goes on.
            let pairs = try? QueryPair.read(text[start...].dropFirst(), greatest: 100)
        else { return "" }
        return pairs.first { $0.name == "ui_locales" }?.value ?? ""
    }

    /// Below it forms are shown again that could not be carried out as they came.
    static let unsentForms = "/go-on/"
    /// There a fresh code is asked for, and then it goes on.
    static let stepUp = "/step-up"
}
