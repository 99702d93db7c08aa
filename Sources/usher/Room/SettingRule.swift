import Basics
import Directory
import Foundation
import Notification
import Onboarding
import OpenSSL
import SystemPackage
import Web

/// What a setting must be.
struct SettingRule: Sendable {
    /// What is wrong or what would be right, to stand after “is
    /// …, but”; nil for a value that can be used.
    let refusal: @Sendable (String) -> String?

    /// As an error may repeat it: short, and without what would move a terminal's cursor.
    static func shown(_ text: String) -> String {
        let visible = text.unicodeScalars.prefix(80).map {
            $0.properties.generalCategory == .control ? "\\u{\(String($0.value, radix: 16))}" : String($0)
        }.joined()
        return visible + (text.unicodeScalars.count > 80 ? "…" : "")
    }

    private static func hasControl(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    static func one(of words: [String]) -> SettingRule {
        let known = words.filter { !$0.isEmpty }
        let list = [known.dropLast().joined(separator: ", "), known.last ?? ""].filter { !$0.isEmpty }
            .joined(separator: " or ")
        return SettingRule { words.contains($0) ? nil : "it must be \(list)" }
    }

    static func number(_ range: ClosedRange<Int>) -> SettingRule {
        SettingRule { text in
            let isDigits = text.utf8.allSatisfy { (0x30...0x39).contains($0) }  // Int() reads "+1", too.
            if isDigits, let number = Int(text), range.contains(number) { return nil }
            return "it must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    static let headDestinations = SettingRule { text in
        // What is wrong is not repeated: a URL may have a password in it.
        guard Settings.list(text).allSatisfy(HeadDestinations.isDestination) else {
            return "it must be paths, mailto:ADDRESS, syslog://HOST:PORT, syslog:/dev/log or URLs, by commas"
        }
        return nil
    }

    /// Longer ones make pictures that no phone reads: the name
    /// stands in the QR code twice, percent-encoded.
    static let greatestProductBytes = 120

    /// The name of the issuer in the Key URI format, where a colon would end it.
    static let product = SettingRule { text in
        do throws(DisplayName.Refusal) {
            let name = try DisplayName(text)
            guard name.text == text else { return "it must be without blanks at its ends" }
        } catch {
            switch error {
            case .empty: return "it must be a name, with a letter or a digit"
            case .tooLong: return "it must have at most \(greatestProductBytes) bytes"
            case .forbiddenCharacter: return "it must have no control characters and no invisible ones"
            }
        }
        if text.unicodeScalars.contains(":") {
            return "it must have no colon, which ends the name in authenticator apps"
        }
        guard text.utf8.count <= greatestProductBytes else {
            return "it must have at most \(greatestProductBytes) bytes, not \(text.utf8.count)"
        }
        return nil
    }

    static let timeZone = SettingRule { text in
        do {
            _ = try CalendarLibrary.zone(text)
            return hasControl(text) ? "it must have no control characters" : nil
        } catch {
            let hint = (error as? Fault)?.message ?? "it is none"
            return "it must be the name of a time zone, like Europe/Paris. \(hint)".trimmingCharacters(in: ["."])
        }
    }

    static let fileName = SettingRule { text in
        text.isEmpty || text.contains("/") || hasControl(text) || text.utf8.count > 100
            ? "it must be the name of a file, without folder and ending" : nil
    }

    static let sender = SettingRule { text in
        do throws(Fault) {
            _ = try Mailbox(parsing: text)
            return text.utf8.count <= 500 ? nil : "it must have at most 500 bytes"
        } catch { return "it must be an address, or a name and an <address>" }
    }

    static let mailServer = SettingRule { text in
        guard !text.isEmpty else { return nil }
        do throws(Fault) {
            try SMTPConfiguration.require(url: text)
            return nil
        } catch { return "it cannot be used: \(error.message)".trimmingCharacters(in: ["."]) }
    }

    static let answers = SettingRule { text in text.isEmpty ? nil : sender.refusal(text) }

    static let bounces = SettingRule { text in
        text.isEmpty || (try? EmailAddress(text)) != nil ? nil : "it must be an address, without a name"
    }

    static let greeting = SettingRule { text in
        text.isEmpty || SMTPConfiguration.isGreeting(text)
            ? nil : "it must be a host name such as usher.example.com, or an address in brackets"
    }

    static let patience = SettingRule { text in
        Settings.patienceSeconds(text) == nil ? "it must be days or hours, from 1h to 30d, such as 5d or 12h" : nil
    }

    static let networks = SettingRule { text in
        do {
            _ = try TrustedProxies(Settings.list(text))
            return hasControl(text) ? "it must have no control characters" : nil
        } catch { return "it must be addresses and networks, by commas, such as 10.0.0.0/8" }
    }

    static let endpoint = SettingRule { text in
        text.isEmpty || Endpoint(text) != nil ? nil : "it must be HOST:PORT, such as 127.0.0.1:9464"
    }

    /// The cost must be one that this program reads again, and that this machine has the memory for.
    static let passwordCost = SettingRule { text in
        if let refusal = number(15...18).refusal(text) { return refusal }
        guard let logN = Int(text), let cost = ScryptCost(logN: logN, r: 8, p: 3) else {
            return "it must be a whole number from 15 to 18"
        }
        let needed = cost.memory * App.hasherWidth
        guard let given = MachineMemory.bytes, needed > given / 2 else { return nil }
        return "hashing would take \(needed >> 20) MiB of the \(given >> 20) MiB that this machine gives"
    }
}

/// An address and a port to listen on.
struct Endpoint: Sendable {
    let host: String
    let port: Int

    /// Nil unless `text` is `HOST:PORT`, such as `127.0.0.1:8080` or `[::1]:8080`.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), colon > text.startIndex else { return nil }
        let digits = text[text.index(after: colon)...]
        let host = String(text[..<colon]).trimmingCharacters(in: ["[", "]"])
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
            (0...65_535).contains(port), !host.isEmpty,
            host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/?#@[]".utf8.contains($0) })
        else { return nil }
        self.host = host
        self.port = port
    }
}

/// How much memory this process may have.
enum MachineMemory {
    /// Of the machine, or less where a control group gives less; nil where nobody says.
    static var bytes: Int? {
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let machine = pages > 0 ? pages * sysconf(Int32(_SC_PAGESIZE)) : nil
        return [machine, groupLimit].compactMap(\.self).min()
    }

    private static var groupLimit: Int? {
        // Absent outside of Linux and of control groups: then the machine's memory counts.
        guard let groups = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8),
            let own = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::") }),
            let limit = try? String(
                contentsOfFile: "/sys/fs/cgroup\(own.dropFirst(3))/memory.max", encoding: .utf8)
        else { return nil }
        return Int(limit.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
