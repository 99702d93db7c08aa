import Basics
import Configuration
import Defaults
import Foundation
import Workflow
import Yams

/// What an operator may set: flags over the environment (`USHER_…`) over `usher.yaml` over defaults.
///
/// Each value is judged when it is read. One that cannot be used is kept as a `Defect`, and
/// fails only what needs it: a mistake in the mail server's name stops mail, and no decision.
struct Settings: Sendable {
    /// What needs a setting.
    enum Use: CaseIterable, Sendable {
        /// Every command that opens the data folder.
        case always
        /// Whatever changes something or tells a time; not those
        /// commands that only read, such as `usher can`.
        case work
        /// Mail: it waits while this part cannot be used.
        case mail
        /// `usher serve`.
        case serving
    }

    /// One setting: its key in the file, its default, what it is for,
    /// what it must be, and what fails without.
    struct Key: Sendable {
        let name: String
        let fallback: String
        let about: String
        let use: Use
        let rule: SettingRule

        init(name: String, fallback: String, about: String, for use: Use = .work, _ rule: SettingRule) {
            self.name = name
            self.fallback = fallback
            self.about = about
            self.use = use
            self.rule = rule
        }

        /// `smtp.url` is `USHER_SMTP_URL` in the environment.
        var environmentName: String {
            "USHER_" + name.replacing(".", with: "_").replacing("-", with: "_").uppercased()
        }
    }

    struct Value: Sendable {
        let key: Key
        let text: String
        /// `flag --…`, `environment USHER_…`, `file …` or `default`.
        let origin: String

        /// No setting is a secret, but somebody may have written a password into a URL.
        var shown: String { Settings.withoutPassword(text) }
    }

    /// A setting that cannot be used, or a name that is none.
    struct Defect: Sendable {
        let name: String
        let use: Use
        let fault: Fault.Field

        /// Whether the file or the environment says nothing with which a setting could be shown.
        var isMalformed: Bool { ["unknown_setting", "malformed"].contains(fault.code) }
    }

    private(set) var values: [Value]
    private(set) var defects: [Defect]

    /// - Parameter flags: what the command itself was given, by setting: the option and its value.
    /// - Throws: `Fault.Code.unavailable` if the file cannot be read
    ///   as YAML: then nobody knows what was set.
    static func load(
        _ folder: DataFolder, flags: [String: (option: String, text: String)] = [:]
    ) async throws -> Settings {
        let file = try SettingsFile(path: folder.configuration)
        let values = keys.map { key in
            if let flag = flags[key.name] { return Value(key: key, text: flag.text, origin: "flag \(flag.option)") }
            return value(of: key, in: file)
        }
        var settings = Settings(
            values: values,
            defects: file.defects + SettingsFile.unknownVariables(in: ProcessInfo.processInfo.environment))
        settings.judge(overlayOf: folder)
        return settings
    }

    /// A URL as others may read it.
    static func withoutPassword(_ url: String) -> String {
        url.replacing(/:\/\/([^:\/?]*):.*@/) { "://\($0.1):•••@" }
            .replacing(/password=[^&]*/.ignoresCase()) { _ in "password=•••" }
    }

    private static let environment = ConfigReader(
        provider: EnvironmentVariablesProvider().prefixKeys(with: "usher"))

    /// As the environment says, else the file, else the default.
    static func value(of key: Key, in file: SettingsFile?) -> Value {
        let name = ConfigKey(key.name.split(separator: ".").map(String.init))
        if let text = environment.string(forKey: name) {
            return Value(key: key, text: text, origin: "environment \(key.environmentName)")
        }
        if let file, let text = file.texts[key.name] {
            return Value(key: key, text: text, origin: "file \(file.path)")
        }
        return Value(key: key, text: key.fallback, origin: "default")
    }

    private mutating func judge(overlayOf folder: DataFolder) {
        for value in values {
            if let right = value.key.rule.refusal(value.text) { refuse(value, right) }
        }
        if defects(in: [.mail]).isEmpty { judgeMail() }
        judgeTogether("tls.certificate", "tls.key")
        judgeCalendar(folder)
    }

    private mutating func refuse(_ value: Value, _ right: String, code: String = "unusable") {
        let found = value.text.isEmpty ? "empty" : "“\(SettingRule.shown(value.shown))”"
        let sentence: Sentence = "The setting \(value.key.name) (\(value.origin)) is \(found), but \(right)."
        let fault = Fault.Field(value.key.name, code, sentence)
        defects.append(Defect(name: value.key.name, use: value.key.use, fault: fault))
    }

    /// The parts of the connection to the mail server fit together, or not.
    private mutating func judgeMail() {
        do throws(Fault) { _ = try smtp() } catch {
            for fault in error.faults {
                guard let value = values.first(where: { $0.key.name == fault.field }) else { continue }
                let sentence: Sentence =
                    "The setting \(fault.field) (\(value.origin)) cannot be used: \(fault.sentence)"
                let told = Fault.Field(fault.field, fault.code, sentence)
                defects.append(Defect(name: fault.field, use: value.key.use, fault: told))
            }
        }
    }

    private mutating func judgeTogether(_ first: String, _ second: String) {
        for (name, other) in [(first, second), (second, first)] where self[name].isEmpty && !self[other].isEmpty {
            guard let value = values.first(where: { $0.key.name == name }) else { continue }
            refuse(value, "\(other) is set, and each is nothing without the other", code: "required")
        }
    }

    /// Calendars are files, so which there are is known once `custom` is.
    private mutating func judgeCalendar(_ folder: DataFolder) {
        guard !isDefective("custom"), !isDefective("calendar"),
            let value = values.first(where: { $0.key.name == "calendar" }),
            // A folder that cannot be read says so itself when it is.
            let names = try? App.overlay(self, folder).paths(under: App.calendarFolder).compactMap(App.calendarName),
            !names.contains(value.text)
        else { return }
        let near = nearest(to: value.text, among: names).map { " Did you mean \($0)?" } ?? ""
        refuse(value, "there is no such calendar.\(near) There are: \(names.sorted().joined(separator: ", "))")
    }

    // MARK: Reading

    /// - Precondition: `name` is one of `keys`.
    subscript(name: String) -> String {
        guard let value = values.first(where: { $0.key.name == name }) else {
            preconditionFailure("no setting \(name)")
        }
        return value.text
    }

    /// - Returns: nil for an empty text.
    func optional(_ name: String) -> String? { self[name].isEmpty ? nil : self[name] }

    /// - Throws: `Fault.Code.unavailable` naming the setting and the range.
    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(self[name]), range.contains(number) else {
            throw Self.fault([
                .init(
                    name, "out_of_range",
                    "The setting \(name) must be \(range.lowerBound) to \(range.upperBound), not \(self[name]).")
            ])
        }
        return number
    }

    func isDefective(_ name: String) -> Bool { defects.contains { $0.name == name } }

    func defects(in uses: Set<Use>) -> [Defect] { defects.filter { uses.contains($0.use) } }

    /// - Throws: `Fault.Code.unavailable` with every setting of these uses that cannot be
    ///   used: an installation that is set up wrongly is out of order, and no answer to
    ///   whoever asked (`usher can` says *deny* by another code).
    func require(_ uses: Set<Use>) throws {
        let faults = defects(in: uses).map(\.fault)
        guard faults.isEmpty else { throw Self.fault(faults) }
    }

    /// With the default in place of each value that cannot be used, for commands that do not need it.
    var usable: Settings {
        var usable = self
        usable.values = values.map {
            isDefective($0.key.name) ? Value(key: $0.key, text: $0.key.fallback, origin: "default") : $0
        }
        return usable
    }

    /// Counted and listed, as faults of a form are.
    static func fault(_ faults: [Fault.Field]) -> Fault {
        let sentence = faults.count == 1 ? faults[0].sentence : "\(faults.count) settings cannot be used."
        return Fault(.unavailable, sentence, faults: faults)
    }
}
