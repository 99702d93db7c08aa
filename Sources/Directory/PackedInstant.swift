import Basics

/// An instant or none in six bytes, so that what decides of somebody fits where one reach into memory fetches it.
///
/// Milliseconds from 1970 to the year 10889.
struct PackedInstant {
    private let low, middle, high: UInt16

    private static let nothing: Int64 = 0xFFFF_FFFF_FFFF
    static let none = PackedInstant(bits: nothing)

    private init(bits: Int64) {
        low = UInt16(truncatingIfNeeded: bits)
        middle = UInt16(truncatingIfNeeded: bits >> 16)
        high = UInt16(truncatingIfNeeded: bits >> 32)
    }

    /// - Returns: nil for an instant before or after all that it can hold.
    init?(_ instant: Timestamp?) {
        guard let milliseconds = instant?.milliseconds else {
            self = .none
            return
        }
        guard (0..<Self.nothing).contains(milliseconds) else { return nil }
        self.init(bits: milliseconds)
    }

    private var bits: Int64 { Int64(low) | Int64(middle) << 16 | Int64(high) << 32 }

    /// Nil for none.
    var timestamp: Timestamp? { bits == Self.nothing ? nil : Timestamp(milliseconds: bits) }
}

extension PackedInstant: Comparable {
    /// None is after every instant, as an end that never comes.
    static func < (left: PackedInstant, right: PackedInstant) -> Bool { left.bits < right.bits }
}
