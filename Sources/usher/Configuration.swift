import Basics
import Configuration
import Foundation
import SystemPackage
import Yams

/// What an operator may set: flags over the environment (`USHER_…`) over `usher.yaml` over defaults.
struct Settings: Sendable {
    /// One setting: its key in the file, its default, and what it is for.
    struct Key: Sendable {
        let name: String
        let fallback: String
        let about: String

        /// `smtp.url` is `USHER_SMTP_URL` in the environment.
        var environmentName: String {
            "USHER_" + name.replacing(".", with: "_").replacing("-", with: "_").uppercased()
        }
    }

    static let keys: [Key] = [
        Key(name: "product", fallback: "Usher", about: "The service's name in mails and authenticator apps."),
        Key(name: "base-url", fallback: "http://127.0.0.1:8080", about: "Where links in mails lead."),
        Key(
            name: "trusted-proxies", fallback: "",
            about: "Addresses and networks, by commas, whose X-Forwarded-For is believed."),
        Key(name: "tls.certificate", fallback: "", about: "PEM file of the certificate and its chain; empty: no TLS."),
        Key(name: "tls.key", fallback: "", about: "PEM file of the certificate's key."),
        Key(
            name: "metrics.listen", fallback: "",
            about: "Address and port at which /metrics is served, to whoever can reach it; empty: nowhere."),
        Key(name: "log.level", fallback: "info", about: "debug, info, notice, warning or error."),
        Key(
            name: "api.calls-per-minute", fallback: "6000",
            about: "Calls of the API that one person may make in a minute; 0: as many as they like."),
        Key(
            name: "limits.sign-ins-per-minute", fallback: "30",
            about: "Wrong passwords that one network may send in a minute: an IPv4 address, or an IPv6 /64."),
        Key(
            name: "limits.enrolments-per-minute", fallback: "30",
            about: "Wrong links and codes of invitations that one network may send in a minute."),
        Key(
            name: "limits.renewals-per-minute", fallback: "30",
            about: "New links that one network may ask for in a minute."),
        Key(name: "time-zone", fallback: "Europe/Paris", about: "In which days end and mails tell the time."),
        Key(name: "calendar", fallback: "default", about: "Business days: a file in catalogue/calendars."),
        Key(name: "mail.from", fallback: "Usher <usher@localhost.localdomain>", about: "Sender of all mail."),
        Key(name: "smtp.url", fallback: "", about: "smtp://user@host:587 or smtps://…; empty: mails become files."),
        Key(name: "smtp.password-file", fallback: "", about: "File that holds the password of the SMTP user."),
        Key(name: "smtp.ca-file", fallback: "", about: "PEM file of the authorities that vouch for the mail server."),
        Key(name: "smtp.starttls", fallback: "", about: "required, optional or none, for smtp:// only."),
        Key(name: "totp.algorithm", fallback: "sha1", about: "sha1, sha256 or sha512; many apps know sha1 only."),
        Key(name: "totp.digits", fallback: "6", about: "6 or 8."),
        Key(name: "totp.period-seconds", fallback: "30", about: "How long a code is shown."),
        Key(name: "totp.window", fallback: "1", about: "Steps accepted before and after the current one."),
        Key(name: "password.cost", fallback: "15", about: "Logarithm of scrypt's N, 15 to 20; dearer is slower."),
        Key(name: "password.breached-file", fallback: "", about: "Sorted SHA-1 file in the Have I Been Pwned layout."),
        Key(
            name: "custom", fallback: "", about: "Folder over the embedded defaults; empty: custom/ in the data folder."
        ),
    ]

    struct Value: Sendable {
        let key: Key
        let text: String
        /// `environment USHER_…`, `file …` or `default`.
        let origin: String
    }

    let values: [Value]

    /// - Throws: `Fault.Code.invalid` if the file is not YAML or names something that is no setting.
    static func load(file path: String) async throws -> Settings {
        try requireKnownKeys(in: path)
        let environment = ConfigReader(provider: EnvironmentVariablesProvider().prefixKeys(with: "usher"))
        let file: ConfigReader
        do {
            file = ConfigReader(
                provider: try await FileProvider<YAMLSnapshot>(filePath: FilePath(path), allowMissing: true))
        } catch {
            throw Fault(.invalid, "The configuration \(path) cannot be read as YAML.", cause: error)
        }
        return Settings(
            values: keys.map { key in
                let name = ConfigKey(key.name.split(separator: ".").map(String.init))
                // A number in the file is as good as its digits.
                if let text = environment.string(forKey: name) {
                    return Value(key: key, text: text, origin: "environment \(key.environmentName)")
                }
                if let text = file.string(forKey: name) ?? file.int(forKey: name).map(String.init) {
                    return Value(key: key, text: text, origin: "file \(path)")
                }
                return Value(key: key, text: key.fallback, origin: "default")
            })
    }

    /// A misspelt setting that is passed over in silence is a mail server that is never asked.
    private static func requireKnownKeys(in path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { return }
        let root: Node?
        do { root = try Yams.compose(yaml: String(decoding: data, as: UTF8.self)) } catch {
            throw Fault(.invalid, "The configuration \(path) cannot be read as YAML.", cause: error)
        }
        let known = Set(keys.map(\.name))
        let faults = (root.map { names(in: $0, under: "") } ?? []).filter { !known.contains($0) }.map {
            Fault.Field($0, "unknown_setting", "There is no setting \($0) (in \(path)); see: usher config show")
        }
        guard faults.isEmpty else { throw Fault.invalid(faults) }
    }

    /// `smtp: {url: …}` names `smtp.url`.
    private static func names(in node: Node, under prefix: String) -> [String] {
        guard let mapping = node.mapping else { return prefix.isEmpty ? [] : [prefix] }
        return mapping.flatMap { key, value in
            names(in: value, under: (prefix.isEmpty ? "" : prefix + ".") + (key.string ?? "?"))
        }
    }

    /// - Precondition: `name` is one of `keys`.
    subscript(name: String) -> String {
        guard let value = values.first(where: { $0.key.name == name }) else {
            preconditionFailure("no setting \(name)")
        }
        return value.text
    }

    /// - Returns: nil for an empty text.
    func optional(_ name: String) -> String? { self[name].isEmpty ? nil : self[name] }

    /// - Throws: `Fault.Code.invalid` naming the setting and the range.
    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(self[name]), range.contains(number) else {
            throw Fault.invalid(
                name, "out_of_range",
                "The setting \(name) must be \(range.lowerBound) to \(range.upperBound), not \(self[name]).")
        }
        return number
    }
}
