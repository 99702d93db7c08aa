import Basics
import Records

/// Where a list goes on: the sort key of the last element that
/// was shown, checked before it reaches SQL.
///
/// Keyset paging: the cost of a page does not grow with the number of pages before it, and
/// nothing is shown twice or skipped when rows appear meanwhile.
enum Cursor {
    static var refusal: Fault {
        .invalid("after", "bad_cursor", "This is not where a page of this list ends; start again without it.")
    }

    /// A cursor of one text, the empty text before the first page.
    static func text(of page: PageRequest, isValid: (String) -> Bool) throws -> String {
        guard let after = page.after else { return "" }
        guard isValid(after) else { throw refusal }
        return after
    }

    /// Cuts what was read with a limit of one more than the page holds.
    static func page<Element>(
        _ elements: [Element], _ page: PageRequest, next: (Element) -> String
    ) -> Page<Element> {
        guard elements.count > page.limit else { return Page(items: elements, next: nil) }
        let items = Array(elements.prefix(page.limit))
        return Page(items: items, next: items.last.map(next))
    }

    /// What SQL reads for a page: one more shows whether there is a next one.
    static func limit(_ page: PageRequest) -> SQLValue { .number(page.limit + 1) }
}
