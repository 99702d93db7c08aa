/// Small facts about the data folder itself, by name.
public protocol NoteSnapshot {
    /// Nil if it was never set.
    func note(_ name: String) throws -> String?
}

public protocol NoteTransaction {
    /// Sets a note, in place of what it said before.
    func setNote(_ name: String, _ value: String) throws
}
