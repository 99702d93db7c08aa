public import Basics
import Defaults
import Directory
import Foundation
public import Notification
public import Onboarding
import OneTimePassword
import OpenSSL
public import Records
import Translation
import Workflow

/// The whole service in this process on a store of the caller's choice: what `usher` wires, less the configuration.
///
/// Keys are constants, so that the next process reads what the last one sealed.
public struct Installation: Sendable {
    public let onboarding: Onboarding
    /// The cheapest scrypt that is one (N = 2, r = 1, p = 1): neither benchmark nor crash test is about hashing.
    private static let cost = ScryptCost(logN: 1, r: 1, p: 1) ?? .standard

    /// - Parameter version: of the definition of account requests; see `newer`.
    public init(store: any Store, world: World, mailer: any Mailer, version: Int = 1) throws {
        onboarding = Onboarding(
            store: store, world: world, catalogue: try Self.catalogue(), library: try Self.library(version),
            calendars: try CalendarLibrary(
                sources: ["default": Self.text("catalogue/calendars/default.yaml")], installation: "default"),
            keys: try Self.keys(),
            passwords: PasswordRules(
                blocklist: PasswordBlocklist(text: try Self.text("catalogue/common-passwords.txt")), breached: nil),
            // All callers of a measurement are known, and none of them comes again.
            hasher: PasswordHasher(width: 2, room: .init(all: 256, each: 256)), mailer: mailer,
            heads: AuditHeads(keeper: HeadInMemory()),
            settings: Onboarding.Settings(
                product: "Usher", baseURL: "https://usher.example", factor: .standard, window: 1,
                passwordCost: Self.cost, timeZone: .gmt))
    }

    /// Mails as files, written as the shipped program writes them.
    public static func folderMailer(_ folder: String) throws -> FolderMailer {
        FolderMailer(
            folder: URL(filePath: folder),
            templates: MailTemplates(try Translations.embedded()) { Defaults.text(at: "templates/\($0)") },
            sender: try Mailbox(parsing: "Usher <usher@usher.example>"))
    }

    /// Real time and chance, or the same shifted by so many seconds, as if the process had started later.
    public static func world(shiftedBySeconds shift: Int64 = 0) -> World {
        World(
            now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)).adding(seconds: shift) },
            random: { RandomBytes.bytes($0) })
    }

    private static func text(_ path: String) throws -> String {
        guard let text = Defaults.text(at: path) else { throw Fault(.notFound, "\(path) is not embedded.") }
        return text
    }

    private static func catalogue() throws -> Catalogue {
        func source(_ name: String) throws -> Catalogue.Source {
            Catalogue.Source(try text("catalogue/\(name).yaml"), file: "\(name).yaml")
        }
        return try Catalogue(
            profiles: source("profiles"), matrix: source("matrix"), topology: source("topology"))
    }

    private static func library(_ version: Int) throws -> DefinitionLibrary {
        let sources = try Defaults.paths(under: "workflows/").filter { $0.hasSuffix(".yaml") }.map { path in
            let text = try text(path)
            return (path, path.hasSuffix("account-request.yaml") ? Self.newer(text, version) : text)
        }
        return DefinitionLibrary(try DefinitionLibrary.read(sources))
    }

    /// A later version that gives a state another name, and back again in the one after it.
    private static func newer(_ text: String, _ version: Int) -> String {
        let names = ["clarification", "query"]
        let own = names[(version + 1) % 2]
        let places = stride(from: version - 1, to: 0, by: -2).map { "  \($0): {\(names[($0 + 1) % 2]): \(own)}\n" }
        // Numbered from 1 here, whatever number the shipped one has.
        let numbered = text.replacing(#/\nversion: \d+\n/#, with: "\nversion: \(version)\n")
        guard version > 1 else { return numbered }
        return numbered.replacing(names[0], with: own) + "\nmigrate:\n" + places.joined()
    }

    private static func keys() throws -> KeyRing {
        func key(_ byte: UInt8) -> Secret { Secret([UInt8](repeating: byte, count: 32)) }
        return KeyRing(
            sealing: ["seal-1": key(1)], currentSealing: "seal-1", tokens: key(2), recoveryCodes: key(3),
            audit: try SigningKey(seed: key(4)))
    }
}

/// Thrown away: for benchmarks of all but mail.
public struct NullMailer: Mailer {
    public init() {}

    public func deliver(_ mail: Mail) async throws(DeliveryFailure) {}
}

extension Translations {
    /// The catalogues that travel in the binary.
    fileprivate static func embedded() throws -> Translations {
        try Translations(
            Defaults.paths(under: folder).compactMap { path in
                Defaults.text(at: path).map { (String(path.dropFirst("templates/".count)), $0) }
            })
    }
}
