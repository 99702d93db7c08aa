/// A word of a command that somebody is told to type.
///
/// Addresses may hold what a shell takes for its own: a command that is copied must do what it says, and no more.
enum ShellWord {
    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@+".utf8)

    /// As it stands where it means nothing else to a shell, and else between quotes (POSIX, section 2.2.2).
    static func quoted(_ word: String) -> String {
        guard word.isEmpty || !word.utf8.allSatisfy(plain.contains) else { return word }
        return "'\(word.replacing("'", with: "'\\''"))'"
    }
}
