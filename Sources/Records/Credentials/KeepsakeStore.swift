public import Basics

public protocol KeepsakeSnapshot {
    /// One that has expired, too, while it is there.
    func keepsake(key: [UInt8]) throws -> Keepsake?
    func keepsakeCount(_ kind: Keepsake.Kind, upTo limit: Int) throws -> Int
}

public protocol KeepsakeTransaction {
    /// In place of the one under the same key.
    func keep(_ keepsake: Keepsake) throws
    func forgetKeepsake(key: [UInt8]) throws
    /// - Parameter limit: how many at once.
    func forgetKeepsakes(expiredBy now: Timestamp, limit: Int) throws
}
