import Directory
import Onboarding

// What tables and texts say of a person and a request in one line.

extension Person {
    var summary: String { "\(name) <\(email)> (\(state.rawValue))" }
}

extension RequestView {
    /// `acme/prod POW→OPE approved`, one for each item, or the cloud that is asked for.
    var itemSummary: String {
        if let newCloud { return "new cloud \(newCloud.slug)" }
        return items.map { item in
            let profile = item.profile == item.asked ? item.profile : "\(item.asked)→\(item.profile)"
            return "\(item.cloud) \(profile) \(item.state)"
        }.joined(separator: ", ")
    }
}
