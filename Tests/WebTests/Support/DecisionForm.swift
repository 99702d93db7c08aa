import Foundation

/// The forms of a page as their reader would fill them in: hidden fields with what they hold.
struct DecisionForm {
    /// Fields of the form with this choice, or of the first that binds what was seen.
    let fields: [String: String]

    /// - Parameter choice: nil takes the form in which items are decided, or whose buttons are the choices.
    init(_ page: Answer, choice: String? = nil) {
        let forms = page.text.components(separatedBy: "<form ").dropFirst().filter { $0.contains("name=\"seen.") }
            .map { $0.components(separatedBy: "</form>")[0] }
        let wanted = forms.first { form in choice.map { form.contains("name=\"choice\" value=\"\($0)\"") } ?? true }
        var fields: [String: String] = [:]
        for match in (wanted ?? "").matches(of: /<input type="hidden" name="([^"]+)" value="([^"]*)">/) {
            fields[String(match.1)] = Self.plain(String(match.2))
        }
        fields["form"] = nil  // The browser sends the token of the page that it saw last.
        if let choice { fields["choice"] = choice }
        self.fields = fields
    }

    /// Ids of the items that can be decided, in the order of the page.
    static func items(of page: Answer) -> [String] {
        page.text.matches(of: /id="approve-([0-9a-z]{26})"/).map { String($0.1) }
    }

    private static func plain(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
