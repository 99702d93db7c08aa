extension Array {
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    /// An element of what the program gave: a subscript that goes wrong would end every other test, too.
    package func at(_ index: Int) throws -> Element {
        guard indices.contains(index) else { throw Missing(description: "no element \(index) of \(count): \(self)") }
        return self[index]
    }
}
