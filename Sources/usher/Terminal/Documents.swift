import Basics
import Onboarding

// What tables and texts say of a person and a request in one line.

extension JSON {
    /// Of a person's document.
    var summary: String { "\(self["name"].text ?? "") <\(self["email"].text ?? "")> (\(self["state"].text ?? ""))" }
}

extension Sentence {
    /// An organization by its short name, or whose staff belongs to none.
    static func place(_ organization: String?) -> Sentence { organization.map { "\($0)" } ?? "the provider" }
}

extension RequestView {
    /// Whom or what it is about: an address, or `all of CLOUD`.
    var subject: String { person?.email ?? cloud.map { TerminalLanguage.words("all of \($0)") } ?? "-" }

    /// `acme/prod POW→OPE approved`, one for each item; of a review's hundreds how many
    /// stand how; or the cloud that is asked for.
    var itemSummary: String {
        if let newCloud { return TerminalLanguage.words("new cloud \(newCloud.slug)") }
        if cloud != nil {
            return Dictionary(grouping: items, by: \.state).sorted { $0.key < $1.key }.map { "\($1.count) \($0)" }
                .joined(separator: ", ")
        }
        return items.map { item in
            let profile = item.profile == item.asked ? item.profile : "\(item.asked)→\(item.profile)"
            return "\(item.cloud) \(profile) \(item.state)"
        }.joined(separator: ", ")
    }
}
