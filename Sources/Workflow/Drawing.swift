/// A picture of a definition: nodes, edges and the words on them.
///
/// A language of pictures only has to write it down (`dot`, `mermaid`). The same definition
/// gives the same picture, byte for byte. Nothing in it is told by colour alone.
public struct Drawing: Hashable, Sendable {
    /// Name and version of the definition.
    public let title: String
    public let about: String
    /// What the reader must know to read it, in lines.
    public let legend: [String]
    public let nodes: [Node]
    public let edges: [Edge]
    /// Whether a run is marked in it; what it did not touch stands back then.
    public let showsRun: Bool

    public struct Node: Hashable, Sendable {
        public enum Shape: Hashable, Sendable {
            /// The dot where a run begins.
            case start
            case state
            case end(Run.Ending)
            /// Stands for many states at once, so that what may happen in each of them is drawn once.
            case anywhere
        }

        /// Unique in the picture: the state's name, or something that no state can be called.
        public let id: String
        public let shape: Shape
        public let title: String
        /// What is said about it, group by group; a line is drawn between groups.
        public let groups: [[Label]]
        /// How often the marked run came here.
        public let visits: Int
        public let isResting: Bool
    }

    public struct Edge: Hashable, Sendable {
        public let from: String
        public let to: String
        /// Taken by the clock, not by a person or an effect: drawn with a broken line.
        public let isTimer: Bool
        /// One for each way that leads from here to there.
        public let ways: [Label]

        public var times: Int { ways.reduce(0) { $0 + $1.times } }
    }

    /// A line of text, and how often the marked run did what it says.
    public struct Label: Hashable, Sendable {
        public let text: String
        public let times: Int

        public init(_ text: String, times: Int = 0) {
            self.text = text
            self.times = times
        }

        /// With the count, where it was more than once.
        var counted: String { times > 1 ? "\(text) ×\(times)" : text }
    }

    public init(
        title: String, about: String, legend: [String], nodes: [Node], edges: [Edge], showsRun: Bool = false
    ) {
        self.title = title
        self.about = about
        self.legend = legend
        self.nodes = nodes
        self.edges = edges
        self.showsRun = showsRun
    }
}

extension String {
    /// In lines of `width` characters, broken at spaces; a word that is longer stays whole.
    func wrapped(_ width: Int) -> [String] {
        var lines: [String] = []
        for word in split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
