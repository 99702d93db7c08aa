import Yams

/// `topology.yaml`, read and checked: regions, data centres, areas and availability zones.
struct TopologyFile {
    private(set) var version = 0
    private(set) var regions: [Topology.Region] = []
    /// Codes of data centres, areas and zones; each names one place on the whole platform.
    private var codes: Set<String> = []
    private var reader: CatalogueReader

    var findings: [CatalogueDefects.Finding] { reader.findings }

    init(_ source: Catalogue.Source) {
        reader = CatalogueReader(file: source.file)
        guard let root = reader.root(of: source.text) else { return }
        let file = reader.record(root, of: "the file", required: ["version", "regions"])
        version = reader.number(file["version"], of: "The version", in: 1...1_000_000) ?? 0
        guard let node = file["regions"] else { return }
        regions = reader.entries(node, of: "“regions”").map { region($0) }
    }

    private mutating func region(_ entry: CatalogueReader.Entry) -> Topology.Region {
        let what = "region “\(entry.key)”"
        claim(entry)
        let fields = reader.record(entry.value, of: what, required: ["description", "data_centres", "areas"])
        let description = reader.text(fields["description"], of: "The description of \(what)") ?? ""
        var centres: [Topology.DataCentre] = []
        if let node = fields["data_centres"] {
            for centre in reader.entries(node, of: "“data_centres” of \(what)") {
                claim(centre)
                let town = reader.text(centre.value, of: "The town of “\(centre.key)”") ?? ""
                centres.append(Topology.DataCentre(code: centre.key, town: town))
            }
        }
        var areas: [Topology.Area] = []
        if let node = fields["areas"] {
            for area in reader.entries(node, of: "“areas” of \(what)") {
                claim(area)
                let zones = reader.entries(area.value, of: "area “\(area.key)”")
                    .compactMap { zone($0, in: centres) }
                areas.append(Topology.Area(code: area.key, zones: zones))
            }
        }
        return Topology.Region(code: entry.key, description: description, dataCentres: centres, areas: areas)
    }

    private mutating func zone(_ entry: CatalogueReader.Entry, in centres: [Topology.DataCentre]) -> Topology.Zone? {
        let what = "zone “\(entry.key)”"
        claim(entry)
        let fields = reader.record(entry.value, of: what, required: ["for", "data_centre", "description"])
        guard
            let word = reader.text(fields["for"], of: "“for” of \(what)"),
            let centre = reader.text(fields["data_centre"], of: "The data centre of \(what)"),
            let description = reader.text(fields["description"], of: "The description of \(what)")
        else { return nil }
        if !centres.contains(where: { $0.code == centre }) {
            let known = centres.map(\.code).joined(separator: ", ")
            reader.report(fields["data_centre"], "\(what) lies in no data centre of its region: \(known).")
        }
        guard let tenancy = Topology.Tenancy(rawValue: word) else {
            reader.report(fields["for"], "“for” of \(what) must be client or reserved.")
            return nil
        }
        return Topology.Zone(code: entry.key, description: description, tenancy: tenancy, dataCentre: centre)
    }

    private mutating func claim(_ entry: CatalogueReader.Entry) {
        if !codes.insert(entry.key).inserted {
            reader.report(entry.keyNode, "The code “\(entry.key)” already names another place.")
        }
    }
}
