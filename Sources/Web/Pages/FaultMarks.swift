import Foundation

/// What was refused, marked in the page that is shown again: a summary at its
/// top that leads to each field, and each field red, described and, where
/// nothing else is, focused by way of the summary.
///
/// Done to the finished page, so that no form can forget it, of those that come later neither.
struct FaultMarks {
    /// One sentence over all.
    let message: String
    /// What is wrong with each field, by the name of its control.
    let faults: [(field: String, message: String)]
    /// The address that the refused form was sent to: pages
    /// have several, with fields of the same names.
    let action: String

    /// - Parameter page: HTML of our own templates: attributes in double quotes, values escaped.
    func marked(_ page: String) -> String {
        var page = page
        var lines: [String] = []
        for field in fields {
            let messages = faults.filter { $0.field == field }.map(\.message.inHTML)
            guard let control = Control(field, in: form(of: page), of: page), let id = control.id else {
                lines += messages
                continue
            }
            lines += messages.map { "<a href=\"#\(id)\">\($0)</a>" }
            // Several of one field are one description: a name stands once in a page.
            let words = messages.joined(separator: "<br>")
            page.insert(contentsOf: "<p class=\"wrong\" id=\"\(id)-wrong\">\(words)</p>", at: control.end)
            page.replaceSubrange(control.tag, with: control.described(by: "\(id)-wrong", in: page))
        }
        guard let main = page.range(of: "<main id=\"main\"><div class=\"frame\">") else { return page }
        let takesFocus = !page[form(of: page)].contains(" autofocus")
        page.insert(contentsOf: summary(lines, takesFocus: takesFocus), at: main.upperBound)
        return page
    }

    /// Each once, in the order in which they were found wrong.
    private var fields: [String] {
        faults.map(\.field).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func summary(_ lines: [String], takesFocus: Bool) -> String {
        let focus = takesFocus ? " tabindex=\"-1\" autofocus" : ""
        // One fault speaks for itself.
        let isOne = lines.count == 1 && faults[0].message == message
        let words = isOne ? "<p>\(lines[0])</p>" : "<p>\(message.inHTML)</p>"
        let list = isOne || lines.isEmpty ? "" : "<ul>\(lines.map { "<li>\($0)</li>" }.joined())</ul>"
        return "\n<div class=\"note bad\" id=\"fault\" role=\"alert\"\(focus)>\(words)\(list)</div>"
    }

    /// The form that was sent; the whole page where it shows another.
    private func form(of page: String) -> Range<String.Index> {
        guard let action = page.range(of: " action=\"\(action.inHTML)\""),
            let start = page.range(of: "<form", options: .backwards, range: page.startIndex..<action.lowerBound),
            let end = page.range(of: "</form>", range: action.upperBound..<page.endIndex)
        else { return page.startIndex..<page.endIndex }
        return start.lowerBound..<end.lowerBound
    }

    /// A control that a person can see and correct.
    private struct Control {
        let tag: Range<String.Index>
        let id: String?
        /// Where its message stands.
        let end: String.Index

        init?(_ name: String, in form: Range<String.Index>, of page: String) {
            guard let attribute = page.range(of: " name=\"\(name.inHTML)\"", range: form),
                let start = page.range(of: "<", options: .backwards, range: form.lowerBound..<attribute.lowerBound),
                let close = page.range(of: ">", range: attribute.upperBound..<form.upperBound)
            else { return nil }
            tag = start.lowerBound..<close.upperBound
            let text = page[tag]
            guard !text.contains(" type=\"hidden\"") else { return nil }
            id = text.firstMatch(of: /\ id="([^"]+)"/).map { String($0.1) }
            let kind = text.dropFirst().prefix { $0.isLetter }
            let after: Range<String.Index>? =
                switch kind {
                case "select", "textarea": page.range(of: "</\(kind)>", range: tag.upperBound..<form.upperBound)
                // A choice is followed by its label, and some fields stand beside a button.
                case "input" where text.contains(" type=\"checkbox\"") || text.contains(" type=\"radio\""):
                    page.range(of: "</label>", range: tag.upperBound..<form.upperBound)
                case "input" where page[..<tag.lowerBound].hasSuffix("<div class=\"with-button\">"):
                    page.range(of: "</div>", range: tag.upperBound..<form.upperBound)
                default: nil
                }
            end = after?.upperBound ?? tag.upperBound
        }

        func described(by description: String, in page: String) -> String {
            var text = String(page[tag])
            if let list = text.range(of: " aria-describedby=\"") {
                text.insert(contentsOf: "\(description) ", at: list.upperBound)
            } else {
                text.insert(contentsOf: " aria-describedby=\"\(description)\"", at: text.index(before: text.endIndex))
            }
            text.insert(contentsOf: " aria-invalid=\"true\"", at: text.index(before: text.endIndex))
            return text
        }
    }
}

extension String {
    /// Escaped, as the templates escape what they show.
    fileprivate var inHTML: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
