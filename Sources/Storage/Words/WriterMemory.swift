/// What a writer need not ask the database for, as its transaction sees it.
///
/// Used by the writer's thread alone. What a body noted is forgotten with the body, and what a
/// batch noted with the batch, so that nobody relies on a row that was rolled back.
final class WriterMemory {
    /// Hashes of calendars that are in the database: nobody deletes one.
    private var calendars: Set<String> = []
    private var newCalendars: [String] = []
    var trail = TrailMemory()

    func holds(calendar hash: String) -> Bool { calendars.contains(hash) || newCalendars.contains(hash) }
    func note(calendar hash: String) { newCalendars.append(hash) }

    /// How much was noted so far, to go back to.
    var mark: Int { newCalendars.count }

    func forget(since mark: Int) {
        newCalendars.removeSubrange(mark...)
        trail = TrailMemory()
    }

    func commit() {
        calendars.formUnion(newCalendars)
        forget(since: 0)
    }
}
