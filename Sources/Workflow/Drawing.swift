/// A picture of a definition: nodes, edges and the words on them.
///
/// A language of pictures only has to write it down (`dot`, `mermaid`). The same definition
/// gives the same picture, byte for byte. Nothing in it is told by colour alone.
package struct Drawing: Hashable, Sendable {
    /// Name and version of the definition.
    package let title: String
    package let about: String
    /// What the reader must know to read it, in lines.
    package let legend: [String]
    package let nodes: [Node]
    package let edges: [Edge]
    /// Whether a run is marked in it; what it did not touch stands back then.
    package let showsRun: Bool

    package struct Node: Hashable, Sendable {
        package enum Shape: Hashable, Sendable {
            /// The dot where a run begins.
            case start
            case state
            case end(Run.Ending)
            /// Stands for many states at once, so that what may happen in each of them is drawn once.
            case anywhere
        }

        /// Unique in the picture: the state's name, or something that no state can be called.
        package let id: String
        package let shape: Shape
        package let title: String
        /// What is said about it, group by group; a line is drawn between groups.
        package let groups: [[Label]]
        /// How often the marked run came here.
        package let visits: Int
        package let isResting: Bool
    }

    package struct Edge: Hashable, Sendable {
        package let from: String
        package let to: String
        /// Taken by the clock, not by a person or an effect: drawn with a broken line.
        package let isTimer: Bool
        /// One for each way that leads from here to there.
        package let ways: [Label]

        package var times: Int { ways.reduce(0) { $0 + $1.times } }
    }

    /// A line of text, and how often the marked run did what it says.
    package struct Label: Hashable, Sendable {
        package let text: String
        package let times: Int

        package init(_ text: String, times: Int = 0) {
            self.text = text
            self.times = times
        }

        /// With the count, where it was more than once.
        var counted: String { times > 1 ? "\(text) ×\(times)" : text }
    }

    package init(
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
