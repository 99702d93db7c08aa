/// Numbers by their names, in a few flat arrays: for millions of names, each kept once.
///
/// A name stays when its number goes, and takes another one.
struct NameTable: Sendable {
    private struct Entry {
        var start: UInt32
        var length: UInt16
        var number: UInt32
    }

    private static let nothing = UInt32.max

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    /// By open addressing: the place of an entry, from 1, or 0 for free.
    ///
    /// Their count is a power of two.
    private var slots = [UInt32](repeating: 0, count: 16)

    /// - Returns: nil for a name that has no number.
    func number(of name: String) -> Int? {
        var name = name
        return name.withUTF8 { name in
            let slot = slots[slot(of: UnsafeRawBufferPointer(name))]
            guard slot != 0 else { return nil }
            let number = entries[Int(slot) - 1].number
            return number == Self.nothing ? nil : Int(number)
        }
    }

    /// - Returns: the entry of the name.
    @discardableResult
    mutating func set(_ number: Int, of name: String) -> UInt32 {
        var name = name
        return name.withUTF8 { name in
            // No name of a person or a place comes near; what did would have no number, and be asked of the database.
            guard name.count <= UInt16.max, bytes.count + name.count < UInt32.max else { return Self.nothing }
            var place = slot(of: UnsafeRawBufferPointer(name))
            if slots[place] == 0, (entries.count + 1) * 2 > slots.count {
                grow()
                place = slot(of: UnsafeRawBufferPointer(name))
            }
            if slots[place] == 0 {
                entries.append(Entry(start: UInt32(bytes.count), length: UInt16(name.count), number: Self.nothing))
                bytes.append(contentsOf: name)
                slots[place] = UInt32(entries.count)
            }
            entries[Int(slots[place]) - 1].number = UInt32(number)
            return slots[place] - 1
        }
    }

    /// Takes the number from an entry, unless it has another one by now.
    mutating func clear(_ entry: UInt32, ifOf number: Int) {
        guard entry != Self.nothing, entries[Int(entry)].number == UInt32(number) else { return }
        entries[Int(entry)].number = Self.nothing
    }

    /// How many bytes it takes.
    var size: Int {
        bytes.capacity + entries.capacity * MemoryLayout<Entry>.stride + slots.capacity * MemoryLayout<UInt32>.stride
    }

    /// Where the name is, or would be.
    private func slot(of name: UnsafeRawBufferPointer) -> Int {
        let mask = slots.count - 1
        var place = Self.hash(name) & mask
        while slots[place] != 0, !holds(slots[place], name) { place = (place + 1) & mask }
        return place
    }

    private func holds(_ slot: UInt32, _ name: UnsafeRawBufferPointer) -> Bool {
        let entry = entries[Int(slot) - 1]
        guard Int(entry.length) == name.count else { return false }
        let start = Int(entry.start)
        return bytes.withUnsafeBytes { bytes in
            bytes[start..<start + name.count].elementsEqual(name)
        }
    }

    /// Seeded anew by each process: nobody can choose names that meet.
    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: name)
        return hasher.finalize()
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        bytes.withUnsafeBytes { bytes in
            for (index, entry) in entries.enumerated() {
                let start = Int(entry.start)
                var place = Self.hash(UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(entry.length)])) & mask
                while slots[place] != 0 { place = (place + 1) & mask }
                slots[place] = UInt32(index + 1)
            }
        }
    }
}
