import Testing

/// How a script's commands reach the office: all of them on the data folder, or those of people through a server.
///
/// What the operator does (no `--as`) is done on the folder either way, beside the server that runs on it.
enum Way: CaseIterable, CustomTestStringConvertible {
    case inProcess, overHTTP

    var testDescription: String { self == .inProcess ? "in process" : "over HTTP" }
}
