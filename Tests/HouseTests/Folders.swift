/// The folders inside a target, each of which names types of those before it only: so none is in a cycle.
///
/// Files of one module import nothing from each other; the name of a type stands for that here. Types that are private,
/// or of whose name there are two, and what lies beside the folders (the wiring, and what all share) are not counted.
struct Folders {
    private struct File {
        let path: String
        let words: [(word: String, line: Int)]
    }

    // Made once: each time such a literal is come by, it is parsed and compiled.
    private let capitalised = /\b[A-Z]\w*/
    private let declaration =
        /(?:(?:public|final|indirect|@\w+) )*(?:struct|enum|class|protocol|actor|typealias) (\w+)/
    private var declared: [String: Set<String>] = [:]
    private var files: [File] = []

    var names: Set<String> { Set(files.compactMap { Self.folder(of: $0.path) }) }

    private static func folder(of path: String) -> String? {
        path.contains("/") ? String(path.prefix { $0 != "/" }) : nil
    }

    /// - Parameter path: below the target's own folder.
    mutating func read(_ file: SwiftText, at path: String) {
        var words: [(String, Int)] = []
        for (number, line) in file.codeLines.enumerated() {
            words += line.matches(of: capitalised).map { (String($0.0), number + 1) }
            guard !line.hasPrefix("private"), !line.hasPrefix("fileprivate"),
                let found = line.prefixMatch(of: declaration)
            else { continue }
            declared[String(found.1), default: []].insert(Self.folder(of: path) ?? "")
        }
        files.append(File(path: path, words: words))
    }

    /// Every place at which a folder names a type of one that comes later.
    func upward(in order: [String]) -> [String] {
        let places = Dictionary(uniqueKeysWithValues: zip(order, order.indices))
        return files.flatMap { file -> [String] in
            guard let here = Self.folder(of: file.path).flatMap({ places[$0] }) else { return [] }
            return file.words.compactMap { word, line in
                guard let folders = declared[word], folders.count == 1,
                    let there = folders.first.flatMap({ places[$0] }),
                    there > here
                else { return nil }
                return "\(file.path):\(line): \(word) is of \(order[there])"
            }
        }
    }
}
