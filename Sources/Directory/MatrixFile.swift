import Yams

/// `matrix.yaml`, read and checked against the profiles: features, and each action's lowest profile.
struct MatrixFile {
    private(set) var version = 0
    private(set) var mfaMaxAgeSeconds: Int64 = 0
    private(set) var actions: [Action] = []
    private var labels: Set<String> = []
    private var reader: CatalogueReader

    var findings: [CatalogueDefects.Finding] { reader.findings }

    /// - Parameter profilesByCode: By code and alias in upper case; empty if the profiles
    ///   could not be read, and then no action is blamed for naming one of them.
    init(_ source: Catalogue.Source, profilesByCode: [String: Profile]) {
        reader = CatalogueReader(file: source.file)
        guard let root = reader.root(of: source.text) else { return }
        let file = reader.record(root, of: "the file", required: ["version", "mfa_max_age_seconds", "features"])
        version = reader.number(file["version"], of: "The version", in: 1...1_000_000) ?? 0
        // A day at most: beyond it "fresh" would mean nothing.
        let age = reader.number(file["mfa_max_age_seconds"], of: "“mfa_max_age_seconds”", in: 1...86_400)
        mfaMaxAgeSeconds = Int64(age ?? 0)
        guard let features = file["features"] else { return }
        for feature in reader.entries(features, of: "“features”") {
            for entry in reader.entries(feature.value, of: "feature “\(feature.key)”") {
                read(entry, feature: feature.key, profilesByCode: profilesByCode)
            }
        }
        if actions.count > CatalogueReader.maximumEntries {
            reader.report(features, "The matrix has more than \(CatalogueReader.maximumEntries) actions.")
        }
    }

    private mutating func read(_ entry: CatalogueReader.Entry, feature: String, profilesByCode: [String: Profile]) {
        let label = entry.key
        let wellFormed =
            label.utf8.count <= 64 && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        if !wellFormed { reader.report(entry.keyNode, "An action has 1 to 64 of a–z, 0–9 and inner hyphens.") }
        // Two features may not share an action: the platform asks by label alone.
        if !labels.insert(label).inserted {
            reader.report(entry.keyNode, "The action “\(label)” is listed twice.")
        }
        guard let written = reader.text(entry.value, of: "The profile of “\(label)”"),
            !profilesByCode.isEmpty
        else {
            return
        }
        guard let profile = profilesByCode[written.uppercased()] else {
            let meant = Suggestion.nearest(to: written.uppercased(), among: profilesByCode.keys.sorted())
            let hint = meant.map { " Did you mean “\($0)”?" } ?? ""
            reader.report(entry.value, "Unknown profile “\(written)” for “\(label)”.\(hint)")
            return
        }
        actions.append(Action(label: label, feature: feature, written: written, requires: profile))
    }
}
