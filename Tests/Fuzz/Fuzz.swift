import Workflow

/// What libFuzzer calls, again and again: bytes that may be a definition or a calendar are read, and checked if they are.
///
/// Nothing may come of it but findings: no crash, no hang, no memory without bound.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    // A refusal is what most inputs deserve.
    if let definition = try? Definition(yaml: text, file: "fuzz") {
        _ = check(
            definition, templates: { _, _ in [] },
            vocabulary: Vocabulary(effects: ["mail": false, "grant": true], sources: ["request.requester"]))
    }
    _ = try? BusinessCalendar(yaml: text, file: "fuzz")
    return 0
}
