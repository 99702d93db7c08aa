/// What the outside supplies: the time and chance.
///
/// Only `usher` builds the live one; tests build their own.
package struct World: Sendable {
    package let now: @Sendable () -> Timestamp
    /// Cryptographically secure bytes, as many as asked for.
    package let random: @Sendable (Int) -> [UInt8]

    package init(
        now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.now = now
        self.random = random
    }
}
