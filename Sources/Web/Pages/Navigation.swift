import Basics
import Directory
import Translation

/// What the bar above every page offers: a courtesy, no
/// permission, for every page asks `Authority` anew.
enum Navigation {
    /// A page, and the duties that it is about; `words.txt` calls it `place.` and the name.
    private struct Place {
        let name: String
        let duties: Set<Duty>
        var path: String { "/" + name }
    }

    private static let managing: Set<Duty> = [.deliveryManager, .dutyManager]
    private static let asking = managing.union([.representative])
    private static let places = [
        Place(name: "inbox", duties: asking), Place(name: "requests", duties: asking),
        Place(name: "people", duties: asking), Place(name: "clouds", duties: asking),
        Place(name: "search", duties: managing), Place(name: "operation", duties: [.operator]),
    ]

    struct Link {
        let path, name: String
        /// The page that is shown lies in it.
        let isHere: Bool
    }

    /// The places for somebody with these duties.
    static func places(for duties: Set<Duty>, at path: String, _ words: Words, in language: Language) -> [Link] {
        places.filter { !$0.duties.isDisjoint(with: duties) }.map { place in
            Link(
                path: place.path, name: words.text("place", place.name, in: language),
                isHere: path == place.path || path.hasPrefix(place.path + "/"))
        }
    }
}
