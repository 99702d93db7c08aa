/// What a browser calls itself, in words that its owner knows: `Firefox, Windows`.
///
/// Every browser claims to be several others, so the most particular name counts.
/// For lists and mails; nothing depends on it.
public struct ClientName: Sendable {
    public let text: String

    private static let browsers = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"), ("Safari/", "Safari"),
    ]
    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ]

    /// - Parameter agent: a `User-Agent`; one that is no browser's is shown as it is.
    public init(_ agent: String) {
        let browser = Self.browsers.first { agent.contains($0.0) }?.1
        let system = Self.systems.first { agent.contains($0.0) }?.1
        guard let browser else {
            text = String(agent.prefix(60))
            return
        }
        text = system.map { "\(browser), \($0)" } ?? browser
    }
}
