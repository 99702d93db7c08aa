import Basics
import Records

/// The words of the port in SQL, on whatever connection a driver supplies: one file per noun.
///
/// Also serves as the `Snapshot` of a reading transaction, where the database itself refuses to write.
struct SQLTransaction<Connection: SQLConnection>: Transaction {
    let connection: Remembering<Connection>
    /// Where this can write: what need not be written again.
    let memory: WriterMemory?

    init(connection: Connection, memory: WriterMemory? = nil) {
        self.connection = Remembering(connection)
        self.memory = memory
    }
}
