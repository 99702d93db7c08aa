extension Array {
    public struct Missing: Error, CustomStringConvertible {
        public let description: String
    }

    /// An element of what the program gave: a subscript that goes wrong would end every other test, too.
    public func at(_ index: Int) throws -> Element {
        guard indices.contains(index) else { throw Missing(description: "no element \(index) of \(count): \(self)") }
        return self[index]
    }
}
