/// What the outside supplies: the time and chance.
///
/// Only `usher` builds the live one; tests build their own.
public struct World: Sendable {
    public let now: @Sendable () -> Timestamp
    /// Cryptographically secure bytes, as many as asked for.
    public let random: @Sendable (Int) -> [UInt8]

    public init(
        now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.now = now
        self.random = random
    }
}
