extension JSON {
    /// The members of an object: each name once, in the order of their bytes, so that the same members are equal.
    ///
    /// A list and no table of hashes: most objects have a handful of members, among which a name is found sooner than
    /// it is hashed.
    public struct Members: Hashable, Sendable {
        private var members: [Member]

        private struct Member: Hashable, Sendable {
            let name: String
            var value: JSON
        }

        private static func precedes(_ one: String, _ other: String) -> Bool {
            // The bytes as they lie there, and not one after the other by an iterator.
            let isBefore = one.utf8.withContiguousStorageIfAvailable { one in
                other.utf8.withContiguousStorageIfAvailable { one.lexicographicallyPrecedes($0) }
            }
            return (isBefore ?? nil) ?? one.utf8.lexicographicallyPrecedes(other.utf8)
        }

        /// Up to so many, a look at each is the quickest way.
        private static let fewCount = 8

        public init() { members = [] }

        public init(_ members: [String: JSON]) { self.init(members.map { ($0, $1) }) { first, _ in first } }

        /// - Parameter combine: what counts where a name stands twice, of what came first and what came then.
        public init(
            _ members: some Sequence<(String, JSON)>, uniquingKeysWith combine: (JSON, JSON) -> JSON
        ) {
            self.members = members.map { Member(name: $0, value: $1) }
            bringIntoOrder(combine)
        }

        /// Of what is read: `append` each, then `settle`.
        init(capacity: Int) {
            members = []
            members.reserveCapacity(capacity)
        }

        /// A member for which there is no place yet.
        mutating func append(_ name: String, _ value: JSON) { members.append(Member(name: name, value: value)) }

        /// Brings what was appended to its places.
        ///
        /// - Returns: false where a name stands twice.
        mutating func settle() -> Bool {
            if members.count > Self.fewCount {
                if !isInOrder { members.sort { Self.precedes($0.name, $1.name) } }
                return isInOrder
            }
            for end in members.indices.dropFirst() {
                var place = end
                while place > 0, !Self.precedes(members[place - 1].name, members[place].name) {
                    guard Self.precedes(members[place].name, members[place - 1].name) else { return false }
                    members.swapAt(place - 1, place)
                    place -= 1
                }
            }
            return true
        }

        /// And each name once.
        private var isInOrder: Bool {
            guard members.count > 1 else { return true }
            return (1..<members.count).allSatisfy { Self.precedes(members[$0 - 1].name, members[$0].name) }
        }

        private mutating func bringIntoOrder(_ combine: (JSON, JSON) -> JSON) {
            // Each name once, as nearly always: no more is to be done.
            if settle() { return }
            members.sort { Self.precedes($0.name, $1.name) }
            var united: [Member] = []
            united.reserveCapacity(members.count)
            for member in members {
                if let last = united.last, last.name == member.name {
                    united[united.count - 1].value = combine(last.value, member.value)
                } else {
                    united.append(member)
                }
            }
            members = united
        }

        public subscript(name: String) -> JSON? {
            get { index(of: name).map { members[$0].value } }
            set {
                switch (newValue, index(of: name)) {
                case (let value?, let index?): members[index].value = value
                case (let value?, nil): members.insert(Member(name: name, value: value), at: place(of: name))
                case (nil, let index?): members.remove(at: index)
                case (nil, nil): break
                }
            }
        }

        /// - Returns: what the name had before.
        public mutating func updateValue(_ value: JSON, forKey name: String) -> JSON? {
            defer { self[name] = value }
            return self[name]
        }

        private func index(of name: String) -> Int? {
            // Among a few, names are told apart by a glance.
            if members.count <= Self.fewCount { return members.indices.first { members[$0].name == name } }
            let place = place(of: name)
            return place < members.count && members[place].name == name ? place : nil
        }

        /// Where the name is, or belongs.
        private func place(of name: String) -> Int {
            var (low, high) = (0, members.count)
            while low < high {
                let middle = (low + high) / 2
                if Self.precedes(members[middle].name, name) { low = middle + 1 } else { high = middle }
            }
            return low
        }

        public var keys: [String] { members.map(\.name) }

        public func filter(_ isWanted: (Element) throws -> Bool) rethrows -> Members {
            var kept = Members()
            kept.members = try members.filter { try isWanted(($0.name, $0.value)) }
            return kept
        }

        public func merging(_ others: Members, uniquingKeysWith combine: (JSON, JSON) -> JSON) -> Members {
            Members(map { ($0, $1) } + others.map { ($0, $1) }, uniquingKeysWith: combine)
        }

        public mutating func merge(_ others: Members, uniquingKeysWith combine: (JSON, JSON) -> JSON) {
            self = merging(others, uniquingKeysWith: combine)
        }
    }
}

extension JSON.Members: RandomAccessCollection {
    public typealias Element = (key: String, value: JSON)

    public var startIndex: Int { 0 }
    public var endIndex: Int { members.count }
    public subscript(place: Int) -> Element { (members[place].name, members[place].value) }
}

extension JSON.Members: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) { $1 } }
}
