extension Document: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral members: (String, Document)...) {
        self = .object(Dictionary(members) { first, _ in first })
    }
}
