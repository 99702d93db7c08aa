/// The languages that pages and mails exist in.
package enum Language: String, Sendable, CaseIterable, Codable {
    case english = "en"
    case french = "fr"
}
