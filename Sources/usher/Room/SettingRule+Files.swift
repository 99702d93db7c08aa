import Basics
import Foundation
import Storage
import SystemPackage

/// Settings that name a file, a folder or an address of the web.
extension SettingRule {
    /// Empty names none.
    ///
    /// - Parameter isSecret: whether nobody else may read it.
    static func file(isSecret: Bool = false) -> SettingRule {
        SettingRule { path in
            guard !path.isEmpty else { return nil }
            // A NUL would end the path for the system, and name another file.
            guard !path.utf8.contains(0), let status = try? Stat(FilePath(path)) else { return "there is no such file" }
            guard status.type == .regular || status.type == .characterSpecial else { return "that is not a file" }
            guard FileManager.default.isReadableFile(atPath: path) else { return "this user cannot read that file" }
            guard isSecret, status.permissions.contains(.otherRead), isOpen(toAll: path) else { return nil }
            return "everybody can read that file. Close it with: chmod o-rwx \(SettingRule.shown(path))"
        }
    }

    /// Whether everybody may come to the file: one folder on the way that is closed keeps it.
    private static func isOpen(toAll path: String) -> Bool {
        var folder = URL(filePath: path).resolvingSymlinksInPath().deletingLastPathComponent()
        while true {
            // What cannot be looked at is not shown to be closed.
            if let status = try? Stat(FilePath(folder.path)), !status.permissions.contains(.otherExecute) {
                return false
            }
            if folder.path == "/" || folder.pathComponents.count <= 1 { return true }
            folder.deleteLastPathComponent()
        }
    }

    /// What is wrong is not repeated: a URL may have a password in it.
    static let database = SettingRule { text in
        guard !text.isEmpty else { return nil }
        do throws(Fault) {
            _ = try PostgreSQLAddress(url: text)
            return nil
        } catch { return "it must be postgres://USER@HOST/DATABASE" }
    }

    /// A file with one line, for its owner.
    static let password = SettingRule { path in
        guard !path.isEmpty else { return nil }
        if let refusal = file(isSecret: true).refusal(path) { return refusal }
        guard let data = FileManager.default.contents(atPath: path) else { return "that file cannot be read" }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
        if text.isEmpty { return "that file is empty" }
        return text.unicodeScalars.contains { $0.properties.generalCategory == .control }
            ? "that file holds more than one line of text, or a control character" : nil
    }

    /// Its first line shows the layout: 40 upper-case hexadecimal digits, and a count.
    static let breachedPasswords = SettingRule { path in
        guard !path.isEmpty else { return nil }
        if let refusal = file().refusal(path) { return refusal }
        guard let handle = FileHandle(forReadingAtPath: path), let start = try? handle.read(upToCount: 41) else {
            return "that file cannot be read"
        }
        let digits = start.prefix(40)
        let isHash =
            digits.count == 40 && digits.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x46).contains($0) }
        guard isHash, start.count == 40 || [0x3A, 0x0A, 0x0D].contains(start[start.startIndex + 40]) else {
            return "that file does not begin with a SHA-1 hash in 40 upper-case digits: lines are HASH:COUNT, sorted"
        }
        return nil
    }

    static let folder = SettingRule { path in
        guard !path.isEmpty else { return nil }
        guard !path.utf8.contains(0), let status = try? Stat(FilePath(path)), status.type == .directory else {
            return "there is no such folder"
        }
        return FileManager.default.isReadableFile(atPath: path) ? nil : "this user cannot read that folder"
    }

    /// The absolute address that people type: links are made by adding a path to it.
    static let address = SettingRule { text in
        let right = "it must be like https://access.example.com"
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}%".utf8.contains($0) }),
            text.utf8.count <= 300, let parts = URLComponents(string: text),
            ["http", "https"].contains(parts.scheme), let host = parts.encodedHost, isHost(host),
            (parts.port.map { (1...65_535).contains($0) } ?? !text.dropFirst(8).contains(":")) || host.hasPrefix("[")
        else { return right }
        guard parts.user == nil, parts.password == nil else { return right + ", without a name or password" }
        guard parts.query == nil, parts.fragment == nil else { return right + ", without ? and #" }
        let path = parts.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard path.dropLast(path.last == "" ? 1 : 0).allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            return right + ", without // and dots in its path"
        }
        return nil
    }

    private static func isHost(_ host: String) -> Bool {
        if host.hasPrefix("[") { return host.hasSuffix("]") && host.count > 3 }
        return !host.isEmpty && host.utf8.count <= 253
            && host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy { byte in
                        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D
                            || byte == 0x5F
                    }
            }
    }
}
