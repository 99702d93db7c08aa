import Directory
import Onboarding

/// What the bar above every page offers: a courtesy, no permission, for every page asks `Authority` anew.
struct Navigation {
    /// A page of the bar, by the word that its template shows it under.
    private struct Place {
        let word: String
        let path: String
        let duties: Set<Duty>
    }

    private static let managing: Set<Duty> = [.deliveryManager, .dutyManager]
    private static let places = [
        Place(word: "inbox", path: "/inbox", duties: managing.union([.representative])),
        Place(word: "requests", path: "/requests", duties: managing.union([.representative])),
        Place(word: "people", path: "/people", duties: managing.union([.representative])),
        Place(word: "clouds", path: "/clouds", duties: managing.union([.representative])),
        Place(word: "search", path: "/search", duties: managing),
        Place(word: "operation", path: "/operation", duties: [.operator]),
    ]

    /// The places for somebody with these duties, each with whether `path` lies in it: for a template.
    static func places(for duties: Set<Duty>, at path: String) -> [String: Any] {
        var shown: [String: Any] = [:]
        for place in places where !place.duties.isDisjoint(with: duties) {
            let isHere = path == place.path || path.hasPrefix(place.path + "/")
            shown[place.word] = ["isHere": isHere]
        }
        return shown
    }
}
