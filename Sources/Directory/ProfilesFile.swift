import Yams

/// `profiles.yaml`, read and checked: roles, and the profiles made of them.
struct ProfilesFile {
    private(set) var version = 0
    private(set) var roles: [Role] = []
    private(set) var profiles: [Profile] = []
    /// By code and by alias, both in upper case.
    private(set) var byCode: [String: Profile] = [:]
    private var reader: CatalogueReader

    var findings: [CatalogueDefects.Finding] { reader.findings }

    init(_ source: Catalogue.Source) {
        reader = CatalogueReader(file: source.file)
        guard let root = reader.root(of: source.text) else { return }
        let file = reader.record(root, of: "the file", required: ["version", "roles", "profiles"])
        version = reader.number(file["version"], of: "The version", in: 1...1_000_000) ?? 0
        if let node = file["roles"] { readRoles(node) }
        if let node = file["profiles"] { readProfiles(node) }
    }

    private mutating func readRoles(_ node: Node) {
        for entry in reader.entries(node, of: "“roles”") {
            let what = "role “\(entry.key)”"
            if (try? Slug(entry.key)) == nil {  // The message below says all that the refusal would.
                reader.report(entry.keyNode, "A role's key has 1 to 40 of a–z, 0–9 and inner hyphens.")
            }
            let fields = reader.record(
                entry.value, of: what, required: ["name", "description", "mfa"], optional: ["programs"])
            var programs = Role.Programs.never
            if let node = fields["programs"], let text = reader.text(node, of: "“programs” of \(what)") {
                let known = Role.Programs(rawValue: text)
                if known == nil {
                    reader.report(node, "“programs” of \(what) is never, with-key or always.")
                }
                programs = known ?? .never
            }
            // A faulty role is kept, so that the profiles which hold it are not blamed too.
            roles.append(
                Role(
                    code: entry.key, name: reader.text(fields["name"], of: "The name of \(what)") ?? "",
                    description: reader.text(fields["description"], of: "The description of \(what)") ?? "",
                    needsMFA: reader.flag(fields["mfa"], of: "“mfa” of \(what)") ?? true, programs: programs))
        }
    }

    private mutating func readProfiles(_ node: Node) {
        let entries = reader.entries(node, of: "“profiles”")
        if entries.isEmpty { reader.report(node, "At least one profile is needed.") }
        for entry in entries {
            let what = "profile “\(entry.key)”"
            let fields = reader.record(entry.value, of: what, required: ["name", "roles"], optional: ["aliases"])
            let aliases = reader.texts(fields["aliases"], of: "the aliases of \(what)")
            let faultsBefore = findings.count
            let held = heldRoles(fields["roles"], by: what)
            let areRolesKnown = findings.count == faultsBefore
            guard let name = reader.text(fields["name"], of: "The name of \(what)") else { continue }
            let profile = Profile(code: entry.key, name: name, aliases: aliases.map(\.text), roles: held)
            if areRolesKnown { checkOrder(of: profile, at: entry.keyNode) }
            profiles.append(profile)
            for (code, node) in [(entry.key, entry.keyNode)] + aliases.map({ ($0.text, $0.node) }) {
                register(code, as: profile, at: node)
            }
        }
    }

    private mutating func heldRoles(_ node: Node?, by what: String) -> [Role] {
        var held: [Role] = []
        for (text, node) in reader.texts(node, of: "the roles of \(what)") {
            guard let role = roles.first(where: { $0.code == text }) else {
                let meant = Suggestion.nearest(to: text, among: roles.map(\.code)).map { " Did you mean “\($0)”?" }
                reader.report(node, "Unknown role “\(text)” in \(what).\(meant ?? "")")
                continue
            }
            if held.contains(role) {
                reader.report(node, "\(what) names the role “\(text)” twice.")
            } else {
                held.append(role)
            }
        }
        if held.isEmpty, let node { reader.report(node, "\(what) needs at least one role.") }
        return held
    }

    /// "The lowest profile that may" has one answer only if no two
    /// profiles are equal and lower ones come first.
    private mutating func checkOrder(of profile: Profile, at node: Node) {
        guard let earlier = profiles.first(where: { $0.includes(profile) }) else { return }
        let message =
            profile.includes(earlier)
            ? "“\(profile.code)” has the same roles as “\(earlier.code)”; make it an alias."
            : "“\(profile.code)” is lower than “\(earlier.code)” and must stand before it."
        reader.report(node, message)
    }

    private mutating func register(_ code: String, as profile: Profile, at node: Node) {
        let wellFormed =
            (2...16).contains(code.utf8.count)
            && code.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
        if !wellFormed { reader.report(node, "A profile's code has 2 to 16 of A–Z and 0–9.") }
        if let other = byCode[code.uppercased()] {
            reader.report(node, "The code “\(code)” already names the profile “\(other.code)”.")
        } else {
            byCode[code.uppercased()] = profile
        }
    }
}
