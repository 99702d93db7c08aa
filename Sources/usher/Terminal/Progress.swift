import Foundation

/// How far a long command is, on standard error: once a second over itself
/// on a terminal, elsewhere a line every ten.
///
/// A command that is done before says nothing.
struct Progress {
    /// What is counted: `requests`.
    let noun: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var shownAt = ContinuousClock.now
    private var hasShown = false

    init(_ noun: String) { self.noun = noun }

    /// - Parameter place: where it is, behind the noun.
    mutating func show(_ count: Int, _ place: String = "") {
        guard shownAt.duration(to: .now) > .seconds(isTerminal ? 1 : 10) else { return }
        shownAt = .now
        hasShown = true
        let text = "\(count) \(noun)\(place)"
        // What was longer before leaves nothing behind.
        write(isTerminal ? "\r\(text)\u{1B}[K" : "\(text)\n")
    }

    /// Leaves the line, so that what follows has its own.
    mutating func end() {
        if hasShown, isTerminal { write("\r\u{1B}[K") }
        hasShown = false
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
