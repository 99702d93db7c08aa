import Basics
import Foundation
import Workflow
import Yams

/// `usher.yaml`: what it sets, and what in it is no setting.
struct SettingsFile {
    let path: String
    /// Values as they are written, by the name of the setting.
    private(set) var texts: [String: String] = [:]
    private(set) var defects: [Settings.Defect] = []

    /// No file sets nothing.
    ///
    /// - Throws: `Fault.Code.unavailable` for one that cannot be read, or is not YAML.
    init(path: String) throws {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else { return }
        let root: Node?
        do {
            root = try Yams.compose(yaml: try readText(path))
        } catch {
            let why = (error as? Fault).map { " \($0.message)" } ?? ""
            throw Fault(.unavailable, "The configuration \(path) cannot be read as YAML.\(why)", cause: error)
        }
        if let root { read(root, at: "") }
    }

    /// `smtp: {url: …}` and `smtp.url: …` name the same.
    private mutating func read(_ node: Node, at name: String) {
        if let mapping = node.mapping {
            for (key, value) in mapping {
                read(value, at: (name.isEmpty ? "" : name + ".") + (key.string ?? "?"))
            }
            return
        }
        // An empty file is one scalar without a name; a comment alone, too.
        if name.isEmpty, node.scalar?.string.isEmpty == true { return }
        guard let key = Settings.keys.first(where: { $0.name == name }) else {
            return defects.append(Self.unknown(name, "in \(path)", among: Settings.keys.map(\.name)) { $0 })
        }
        guard let scalar = node.scalar else { return refuse(key, "is a list, but one value is needed") }
        // `url:` and `url: ~` say that nothing is set there.
        let isNull = node.tag == Tag(.null)
        guard texts.updateValue(isNull ? "" : scalar.string, forKey: name) == nil else {
            return refuse(key, "is set twice")
        }
    }

    private mutating func refuse(_ key: Settings.Key, _ what: String) {
        let sentence: Sentence = "The setting \(key.name) (file \(path)) \(what)."
        defects.append(
            Settings.Defect(name: key.name, use: key.use, fault: .init(key.name, "malformed", sentence)))
    }

    /// A misspelt setting that is passed over in silence is a mail server that is never asked.
    ///
    /// It fails what the setting that was meant is for: `smtp.ulr` stops mail.
    private static func unknown(
        _ name: String, _ place: String, among names: [String], _ setting: (String) -> String
    ) -> Settings.Defect {
        let shown = SettingRule.shown(name)
        let near = nearest(to: name, among: names)
        let section = name.split(separator: ".").first.map(String.init) ?? name
        let meant =
            Settings.keys.first { key in near.map { setting($0) == key.name } ?? false }
            ?? Settings.keys.first { $0.name.hasPrefix(section + ".") }
        let hint = near.map { " Did you mean \($0)?" } ?? ""
        let sentence: Sentence = "There is no setting \(shown) (\(place)).\(hint) See: usher config show"
        return Settings.Defect(
            name: name, use: meant?.use ?? .work, fault: .init(shown, "unknown_setting", sentence))
    }

    /// What the program reads from the environment besides settings.
    private static let others: Set = ["USHER_DATA", "USHER_SERVER", "USHER_NOW"]

    /// Variables that are nearly a setting's.
    ///
    /// Others are none of ours: an orchestrator makes `USHER_PORT`
    /// and the like for a service of that name.
    static func unknownVariables(in environment: [String: String]) -> [Settings.Defect] {
        let known = Dictionary(Settings.keys.map { ($0.environmentName, $0.name) }) { first, _ in first }
        return environment.keys.sorted().filter {
            $0.hasPrefix("USHER_") && known[$0] == nil && !others.contains($0)
                && nearest(to: $0, among: known.keys) != nil
        }.map { unknown($0, "in the environment", among: Array(known.keys)) { known[$0] ?? $0 } }
    }
}
