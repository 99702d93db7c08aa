import Basics
import Defaults
import Foundation
@_spi(Reflection) import Swift
import Testing
import Translation

@testable import Web

@Suite("Values of pages", .timeLimit(.minutes(60)))
struct PageValueTests {
    private static let pages: [any PageValue.Type] = [
        AccessPage.self, AccountCodesPage.self, AccountFactorPage.self, AccountPage.self, ApplicationFormPage.self,
        ApplicationPage.self,
        ApplicationSecretPage.self, ApplicationsPage.self, AuthorizePage.self, AuthorizeRefusedPage.self,
        BatchPage.self, BulkDonePage.self,
        BulkPage.self, CloudPage.self, CloudsPage.self, ColumnsPage.self, DecisionPage.self, DelegationsPage.self,
        DeviceDonePage.self, DevicePage.self, DeviceQuestionPage.self,
        EffectsPage.self, ErrorPage.self, ForgottenPasswordPage.self, GoOnPage.self, HomePage.self, ImportPage.self,
        InboxPage.self, LeavePage.self, LostDeviceDonePage.self, LostDevicePage.self, NewPasswordLinkPage.self,
        NewPasswordPage.self,
        OperationPage.self, PeoplePage.self, PersonPage.self, RequestCollectedPage.self, RequestFormPage.self,
        RequestPage.self, RequestsPage.self, ResourcePage.self, SearchPage.self, SecurityPage.self, ServicePage.self,
        SignInCodePage.self,
        SignInFactorPage.self, SignInPage.self, SignOutPage.self, StepUpPage.self, TrailPage.self, WelcomeCodePage.self,
        WelcomeDonePage.self, WelcomeLinkPage.self, WelcomePasswordPage.self, WelcomeRenewedPage.self,
        WhyPage.self, WorkflowPage.self, WorkflowsPage.self,
    ]
    private static let folder = "templates/pages/"
    private static var frame: [String: ShownType] { ShownType.names(of: PageFrame.self) }

    private static func source(_ template: String) -> String {
        Defaults.text(at: "\(folder)\(template).mustache") ?? ""
    }

    private static func reading(_ page: any PageValue.Type) -> TemplateReading {
        var reading = TemplateReading(source: source)
        let names = [frame, ShownType.names(of: page)]
        reading.read("layout", names)
        reading.read(page.template, names)
        return reading
    }

    @Test("have each name that their template shows, where it shows it", arguments: pages.indices)
    func given(_ index: Int) {
        let page = Self.pages[index]
        #expect(Self.reading(page).missing == [], "\(page.template) shows what it is not given")
    }

    @Test("have no name that no template shows")
    func shown() {
        let shown = Self.pages.reduce(into: Set<String>()) { $0.formUnion(Self.reading($1).shown) }
        let given = Self.pages.map { ShownType.names(of: $0) } + [Self.frame]
        #expect(Set(given.flatMap(ShownType.properties)).subtracting(shown) == [])
    }

    @Test("are one for each page, and every page has one")
    func everyPage() throws {
        let templates = Defaults.paths(under: Self.folder).filter { $0.hasSuffix(".mustache") }.map {
            String($0.dropFirst(Self.folder.count).dropLast(".mustache".count))
        }
        let pages = templates.filter { Self.source($0).hasPrefix("{{<layout}}") }
        #expect(Self.pages.map { $0.template }.sorted() == pages.sorted())
        // What is no page is a part of one.
        let parts = Set(pages.flatMap { Self.source($0).matches(of: /\{\{[<>] ?([a-z-]+)\}\}/).map { String($0.1) } })
        #expect(Set(templates).subtracting(pages).subtracting(parts) == [])
        let web = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Web")
        let files = try #require(FileManager.default.enumerator(at: web, includingPropertiesForKeys: nil))
        let declared = try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.flatMap {
            try String(contentsOf: $0, encoding: .utf8).matches(of: /static let template = "([a-z-]+)"/)
                .map { String($0.1) }
        }
        #expect(declared.sorted() == pages.sorted())
    }

    private struct Sample: PageValue {
        static let template = "sample"
        enum Done: String, PageCase { case sent, left }
        struct Row { let name: String? }
        let rows: [Row]
        let done: Done?
        let spare: Int
    }

    @Test("show nothing for what a row does not have, though the page around it has the name")
    func nothing() throws {
        struct Inner { let until: String? }
        struct Outer {
            let until: String
            let rows: [Inner]
        }
        let source = "{{until}}:{{#rows}}{{#until}}-{{until}}{{/until}}{{^until}}none{{/until}}{{until}};{{/rows}}"
        let words = try #require(Defaults.text(at: "templates/words/en.po"))
        let templates = try PageTemplates(
            [("pages/sample.mustache", source)], try Translations([("words/en.po", words)]))
        let names = ShownNames(of: Outer(until: "a", rows: [Inner(until: nil), Inner(until: "b")]))
        #expect(try templates.render("sample", names.values, in: .english) == "a:none;-bb;")
    }

    @Test("are compared name by name, within the rows that have them")
    func sample() {
        let sources = [
            "sample": "{{#rows}}{{> line}}{{/rows}}{{name}}{{#hasRows}}{{#done-sent}}{{/done-sent}}{{/hasRows}}",
            "line": "{{name}}{{gone}}",
        ]
        let names = ShownType.names(of: Sample.self)
        var reading = TemplateReading { sources[$0] ?? "" }
        reading.read("sample", [names])
        #expect(reading.missing == ["gone", "name"])
        let spare = Set(ShownType.properties(of: names)).subtracting(reading.shown)
        #expect(Set(spare.compactMap { $0.split(separator: ".").last.map(String.init) }) == ["spare", "done-left"])
    }
}

/// The names that a type gives to a template, as `ShownNames` makes them of its values.
private struct ShownType {
    /// The property or the case that somebody has to show; nil for what comes of itself.
    var property: String?
    /// Of a row, or a value of several.
    var names: [String: ShownType] = [:]

    static func properties(of names: [String: ShownType]) -> [String] {
        names.values.flatMap { [$0.property].compactMap(\.self) + properties(of: $0.names) }
    }

    static func names(of type: Any.Type) -> [String: ShownType] {
        var names: [String: ShownType] = [:]
        _ = _forEachField(of: type) { label, _, field, _ in
            let name = String(cString: label)
            add(field, as: name, "\(String(reflecting: type)).\(name)", to: &names)
            return true
        }
        return names
    }

    private static func add(
        _ type: Any.Type, as name: String, _ property: String, to names: inout [String: ShownType]
    ) {
        if let type = type as? any Containing.Type, !type.isList {
            add(type.element, as: name, property, to: &names)
        } else if let type = type as? any Containing.Type {
            names[name] = ShownType(property: property, names: inner(type.element))
            let has = "has\(name.prefix(1).uppercased())\(name.dropFirst())"
            names[has] = names[has] ?? ShownType()
        } else if let type = type as? any PagePart.Type {
            names.merge(Self.names(of: type)) { $1 }
        } else if let type = type as? any PageCase.Type {
            names[name] = ShownType()
            // Of what there is anyway a page shows what it has to do with.
            let isOfPage = String(reflecting: type).hasPrefix("Web")
            for one in type.rawValues {
                names["\(name)-\(one)"] = ShownType(property: isOfPage ? "\(property)-\(one)" : nil)
            }
        } else {
            names[name] = ShownType(property: property, names: inner(type))
        }
    }

    private static func inner(_ type: Any.Type) -> [String: ShownType] {
        String(reflecting: type).hasPrefix("Swift.") || type == Count.self ? [:] : names(of: type)
    }
}

/// What a template shows of the names that it is given.
private struct TemplateReading {
    let source: (_ template: String) -> String
    var missing: [String] = []
    var shown: Set<String> = []

    private struct Tag {
        let sign, name: String
    }

    mutating func read(_ template: String, _ stack: [[String: ShownType]]) {
        let tags = source(template).matches(of: /\{\{\{?([#^\/>$<]?) ?([A-Za-z.][A-Za-z0-9. -]*)\}?\}\}/).map {
            Tag(sign: String($0.1), name: String($0.2))
        }
        var rest = tags[...]
        read(&rest, stack)
    }

    private mutating func read(_ tags: inout ArraySlice<Tag>, _ stack: [[String: ShownType]]) {
        while let tag = tags.popFirst() {
            switch tag.sign {
            case "/": return
            case ">": read(tag.name, stack)
            case "<", "$": read(&tags, stack)
            case "#" where tag.name == "t" || tag.name.hasPrefix("t "): read(&tags, stack)
            case "#": read(&tags, stack + [look(tag.name, stack)])
            case "^":
                _ = look(tag.name, stack)
                read(&tags, stack)
            default: _ = look(tag.name, stack)
            }
        }
    }

    /// - Returns: the names of what it finds.
    private mutating func look(_ name: String, _ stack: [[String: ShownType]]) -> [String: ShownType] {
        guard ![".", "lang", "lang-en"].contains(name) else { return [:] }
        let parts = name.split(separator: ".").map(String.init)
        var found = stack.last { $0[parts[0]] != nil }?[parts[0]]
        if let property = found?.property { shown.insert(property) }
        for part in parts.dropFirst() {
            found = found?.names[part]
            if let property = found?.property { shown.insert(property) }
        }
        if found == nil { missing.append(name) }
        return found?.names ?? [:]
    }
}

/// What holds values of one type.
private protocol Containing {
    static var element: Any.Type { get }
    static var isList: Bool { get }
}

extension Optional: Containing {
    static var element: Any.Type { Wrapped.self }
    static var isList: Bool { false }
}

extension Array: Containing {
    static var element: Any.Type { Element.self }
    static var isList: Bool { true }
}

extension Set: Containing {
    static var element: Any.Type { Element.self }
    static var isList: Bool { false }
}

extension PageCase {
    fileprivate static var rawValues: [String] { allCases.map(\.rawValue) }
}
