import Basics
import Defaults
import Directory
import Foundation
import Notification
import Onboarding
import Records
import Storage
import Translation
import Workflow

/// What an installation reads from files, for commands that need no
/// database: they work before there is one.
struct InstalledFiles: Sendable {
    let settings: Settings
    let overlay: Overlay
    /// The catalogues of words; which there are says what languages the installation has.
    let translations: Translations

    init(settings: Settings, overlay: Overlay) throws {
        self.settings = settings
        self.overlay = overlay
        translations = try Translations(
            paths: overlay.paths(under: Translations.folder).map { String($0.dropFirst("templates/".count)) }
        ) { path in
            // As with a template: what cannot be read is missing. `serve` and `doctor` say so.
            (try? overlay.text(at: "templates/\(path)")) ?? nil
        }
    }

    /// Of this installation.
    ///
    /// - Throws: `Fault.Code.invalid` naming the languages there are.
    func language(_ text: String) throws -> Language {
        guard let language = translations.languages.named(text) else {
            let known = translations.languages.list
            throw Fault.invalid("locale", "unknown_locale", "There is no language \(text.prefix(20)); known: \(known).")
        }
        return language
    }

    /// The operator's files where a data folder exists, else the defaults of the binary.
    ///
    /// - Throws: `Fault.Code.notFound` if `--data` names a folder that does not exist: to show
    ///   the defaults instead would hide a typing mistake.
    static func load(_ options: FolderOptions) async throws -> InstalledFiles {
        if options.server != nil { try options.requireFolder() }
        let exists = FileManager.default.fileExists(atPath: options.path)
        guard exists || options.folder == nil else {
            throw Fault(.notFound, "There is no folder \(options.path).")
        }
        let folder = DataFolder(path: options.path)
        let judged = try await Settings.load(folder)
        try judged.require([.always])
        let settings = judged.usable
        return try InstalledFiles(settings: settings, overlay: try App.overlay(settings, folder))
    }

    var templates: MailTemplates {
        MailTemplates(translations) { [overlay] path in
            // A template that cannot be read is a template that is
            // missing: the mail is parked and says which.
            (try? overlay.text(at: "templates/\(path)")) ?? nil
        }
    }

    /// The workflow definitions, by path and text.
    func workflows() throws -> [(file: String, text: String)] {
        try overlay.paths(under: "workflows/").filter { $0.hasSuffix(".yaml") }.map {
            (file: $0, text: try overlay.text(at: $0) ?? "")
        }
    }

    typealias Source = (file: String, text: String)

    /// What judges definitions by the templates, profiles and calendar of this installation, which it reads once.
    func judge() throws -> @Sendable (_ source: Source, _ old: Source?) -> WorkflowVerdict {
        let profiles = Set(try App.catalogue(overlay).profiles.map(\.code))
        let (templates, calendar) = (templates, try calendars().usual)
        return { source, old in
            WorkflowVerdict(
                file: source.file, text: source.text, old: old, templates: templates, profiles: profiles,
                calendar: calendar)
        }
    }

    /// What `usher workflow check` finds out about a definition of this installation.
    func prover() throws -> @Sendable (Definition) -> [Finding] {
        let judge = try judge()
        return { judge(($0.file, $0.source), nil).findings }
    }

    /// Each definition, and whether requests begin by it, as far as the files and the database
    /// say; without a database nobody knows of versions that are gone.
    func standings(in folder: DataFolder) async throws -> [WorkflowStanding] {
        var known: [String: Int] = [:]
        if folder.isMade {
            let store = try folder.database.open()
            do { known = try await store.read { try $0.newestDefinitions() } } catch {
                try? await store.close()  // The error of the question is the one to tell.
                throw error
            }
            try await store.close()
        }
        let prove = try prover()
        return try workflows().map { try Definition.read($0.text, file: $0.file) }.sorted { $0.name < $1.name }.map {
            WorkflowStanding(definition: $0, findings: prove($0), knownVersion: known[$0.name])
        }
    }

    /// Words of the operator's as versions before 0.2 kept them, which catalogues took the place of.
    func wordsNobodyReads() throws -> [String] {
        try overlay.paths(under: "templates/pages/").filter {
            $0.hasSuffix("/words.txt") || $0.hasSuffix("/faults.txt")
        }
    }

    func calendars() throws -> CalendarLibrary { try App.calendars(settings, overlay) }
}

extension Definition {
    /// A definition that the user named: a file, else the name of an installed one.
    ///
    /// - Throws: `Fault.Code.notFound` if it is neither; `.invalid`
    ///   with every finding if it does not parse.
    static func named(_ name: String, in folder: FolderOptions) async throws -> Definition {
        if FileManager.default.fileExists(atPath: name) { return try read(try readText(name), file: name) }
        let installed = try await InstalledFiles.load(folder).workflows().map { try read($0.text, file: $0.file) }
        guard let found = installed.first(where: { $0.name == name }) else {
            let known = installed.map(\.name).sorted().joined(separator: ", ")
            throw Fault(.notFound, "There is no file \(name), and no installed workflow of that name: \(known).")
        }
        return found
    }

    static func read(_ text: String, file: String) throws -> Definition {
        do throws(DefinitionDefects) { return try Definition(yaml: text, file: file) } catch {
            throw Fault.invalid(error.findings.map { .init($0.file, $0.rule, "\($0)") })
        }
    }
}

/// A text file that the user named.
///
/// - Throws: `Fault.Code.notFound` if there is none, `.invalid`
///   if it is no UTF-8 text of at most 4 MiB.
func readText(_ path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw Fault(.notFound, "There is no file \(path).")
    }
    guard !isFolder.boolValue, let handle = FileHandle(forReadingAtPath: path) else {
        throw Fault.invalid("file", "unreadable", "The file \(path) cannot be read.")
    }
    let data: Data
    do { data = try handle.read(upToCount: Overlay.maximumBytes + 1) ?? Data() } catch {
        throw Fault.invalid("file", "unreadable", "The file \(path) cannot be read.")
    }
    guard data.count <= Overlay.maximumBytes else {
        throw Fault.invalid("file", "too_large", "The file \(path) is larger than \(Overlay.maximumBytes) bytes.")
    }
    guard let text = String(data: data, encoding: .utf8) else {
        throw Fault.invalid("file", "not_utf8", "The file \(path) is not UTF-8 text.")
    }
    return text
}
