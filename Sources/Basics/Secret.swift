import Glibc

/// Bytes that must not leak: prints as •••, is wiped when the last holder lets go.
///
/// - Note: Swift may copy the bytes that `withBytes` hands out if the caller keeps
///   them; callers pass them on to C and do not.
public final class Secret: Sendable {
    // Never mutated between init and deinit, which is what makes sharing the pointer safe.
    private nonisolated(unsafe) let storage: UnsafeMutableBufferPointer<UInt8>

    public init(_ bytes: some Collection<UInt8>) {
        storage = .allocate(capacity: max(bytes.count, 1))
        storage.initialize(repeating: 0)
        _ = storage.update(fromContentsOf: bytes)
        count = bytes.count
    }

    public convenience init(_ text: String) { self.init(Array(text.utf8)) }

    public let count: Int

    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: storage.baseAddress, count: count))
    }

    /// A copy that is no longer guarded: only for the one place that must show or hash it.
    public var exposed: [UInt8] { withBytes { Array($0) } }

    deinit {
        // An ordinary write just before the memory is given back is one that the optimiser may drop.
        if let start = storage.baseAddress { explicit_bzero(start, storage.count) }
        storage.deallocate()
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "•••" }
    public var debugDescription: String { "•••" }
    /// Keeps `dump` and string interpolation of enclosing values away from the storage.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
