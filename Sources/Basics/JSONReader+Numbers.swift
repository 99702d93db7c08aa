extension JSONReader {
    /// Digits beyond this are of no number that anybody means.
    private static let greatestDigits = 40

    mutating func number() throws(JSON.Malformed) -> JSON {
        let start = place
        _ = pass(UInt8(ascii: "-"))
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[place - whole] != UInt8(ascii: "0") else {
            throw fault("a number is not written as one", at: start)
        }
        var isWhole = true
        if pass(UInt8(ascii: ".")) {
            isWhole = false
            guard digits() > 0 else { throw fault("a number is not written as one", at: start) }
        }
        if pass(UInt8(ascii: "e")) || pass(UInt8(ascii: "E")) {
            isWhole = false
            if !pass(UInt8(ascii: "+")) { _ = pass(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw fault("a number is not written as one", at: start) }
        }
        guard place - start <= Self.greatestDigits else { throw fault("a number is too long", at: start) }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        if isWhole {
            guard let number = Int64(text) else { throw fault("a number is too large", at: start) }
            return .integer(number)
        }
        guard let number = Double(text), number.isFinite else { throw fault("a number is too large", at: start) }
        // `1.0` and `1e2` are whole numbers too, as far as a Double tells all of them apart.
        if number.magnitude <= 9_007_199_254_740_992, number == number.rounded() { return .integer(Int64(number)) }
        return .decimal(number)
    }

    /// Passes digits, and says how many.
    private mutating func digits() -> Int {
        let start = place
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
        return place - start
    }
}
