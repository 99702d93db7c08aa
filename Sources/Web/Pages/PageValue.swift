import Basics
import HTTPTypes
import Hummingbird

/// What one page shows: a value for each name that its template has, and none besides.
///
/// `PageValueTests` compares the two. What every page shows (`Pages.page`) is no part of it.
protocol PageValue: Sendable {
    /// Below `templates/pages`, without the suffix.
    static var template: String { get }
}

extension PageValue {
    /// By the names in the template; what there is not is left out.
    var shown: [String: Any] {
        Mirror(reflecting: self).children.reduce(into: [:]) { shown, child in
            guard let name = child.label else { return }
            let mirror = Mirror(reflecting: child.value)
            shown[name] = mirror.displayStyle == .optional ? mirror.children.first?.value : child.value
        }
    }
}

extension Pages {
    /// - Parameters:
    ///   - refused: what the page says was refused; its status is that of the answer.
    ///   - controls: those of the fields that are called otherwise on the page; of the empty name, where a fault that
    ///     names none belongs.
    func page(
        _ value: some PageValue, _ context: WebContext, refused: Fault? = nil, controls: [String: String] = [:]
    ) throws -> Page {
        var values = value.shown
        values["fault"] = refused
        if !controls.isEmpty { values["fields"] = controls }
        return try page(type(of: value).template, values, context, status: refused?.code.status ?? .ok)
    }
}
