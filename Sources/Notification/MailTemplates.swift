public import Basics
import Mustache
public import Records
import Synchronization
public import Translation

/// What a recipient reads, ready to be wrapped in MIME.
public struct RenderedMail: Sendable, Hashable {
    /// One line without control characters, at most 200 characters.
    public let subject: String
    /// Plain text, lines end in LF.
    public let text: String
    /// A whole HTML document, lines end in LF.
    public let html: String
    /// In which it is: English for a reader whose language has no such mail.
    public var language = Language.english
}

/// The mail templates, as text and as HTML, in each language.
///
/// A template is a pair of files, `mail/LANGUAGE/NAME.txt.mustache` (first line `Subject: …`,
/// a blank line, the text) and `mail/LANGUAGE/NAME.html.mustache`. Both may include other
/// files of their folder, and those of `mail/`, which are there once for all languages and
/// take their words from the catalogues. HTML is escaped, always. Whoever reads a language
/// that has no such pair gets the English one.
public struct MailTemplates: Sendable {
    /// The templates that the product ships, in each language.
    public static let shipped = [
        "access-asked", "access-ended", "access-ending", "access-lapsed", "access-lessened", "access-withdrawn",
        "account-closed",
        "account-resumed",
        "account-suspended", "address-asked", "address-changed", "address-proof", "address-told", "api-account-asked",
        "api-account-open", "api-account-orphaned",
        "api-account-ready", "api-secret-ending", "approval-asked", "approval-reminder", "audit-head", "cloud-added",
        "cloud-asked",
        "cloud-taken", "duty-given", "enrolment-reminder", "factor-changed", "factor-locked", "failed", "invitation",
        "invitation-reminder", "lapsed", "nobody-answers", "nomination-asked", "password-changed", "password-forgotten",
        "profile-changed",
        "program-owner-asked", "program-owner-changed", "question", "question-reminder",
        "recovery-code-used", "recovery-codes-low", "recovery-codes-new", "refused", "representative-asked",
        "representative-changed", "reset-asked", "reset-done", "reset-invitation", "reset-reported", "review-asked",
        "review-cancelled", "review-reminder", "review-report", "security-alarm", "sessions-ended",
        "sign-in-new-client", "standing-in", "suspension-reminder", "test", "undeliverable", "unlock-asked",
        "unlock-done", "unlock-reported", "waiting-for-you", "webhook-lost", "welcome", "withdrawn",
    ]

    private let lookup: @Sendable (String) -> String?
    public let translations: Translations
    private let kept = KeptTemplates()

    /// Those that recipients may have chosen.
    public var languages: Languages { translations.languages }

    /// - Parameter lookup: the text of a file by its path
    ///   (`mail/en/welcome.txt.mustache`), nil where there is none.
    public init(_ translations: Translations, lookup: @escaping @Sendable (String) -> String?) {
        self.lookup = lookup
        self.translations = translations
    }

    /// The fields that a template shows in one language, in its text, its HTML and all they include.
    ///
    /// - Returns: nil when either file of the pair is missing. Names inside
    ///   `items` that belong to a row are left out.
    /// - Throws: `MailRefusal` when the template is there but cannot be used.
    public func fields(of template: String, in language: Language) throws(MailRefusal) -> Set<String>? {
        guard exists(template, language) else { return nil }
        // A translation shows no field that its message does not,
        // so English words do for looking at fields.
        let text = try scanned("\(template).txt", language, words: .english)
        let html = try scanned("\(template).html", language, words: .english)
        _ = try parsed(text, besides: "\(template).txt", language)
        _ = try parsed(html, language)
        _ = try subjectAndBody(of: text, name: "\(template).txt", language)
        return text.fields.union(html.fields)
    }

    /// Fills in a message.
    ///
    /// A field that a template does not use is ignored; one that is absent shows as nothing.
    ///
    /// - Throws: `noLink` for a template that shows the token of a link, and a mail without one.
    public func render(_ mail: Mail) throws(MailRefusal) -> RenderedMail {
        let language = exists(mail.template, mail.language) ? mail.language : .english
        let template = try ready(mail.template, language)
        if template.needsToken, mail.fields["token"]?.isPresent == nil {
            throw .noLink(path: Self.path("\(mail.template).txt", language))
        }
        var fields = mail.fields
        if fields["recipientName"] == nil { fields["recipientName"] = .text(mail.recipientName) }
        let values = fields.compactMapValues(\.isPresent).reduce(into: [String: Any]()) { values, field in
            values[field.key] = field.value.shown(named: field.key)
        }
        // Where a template leaves something out, the blank lines around it would pile up.
        let body = template.body.render(values, library: template.text).replacing(/\n{3,}/, with: "\n\n")
        let page = template.html.render(values, withTemplate: "\(mail.template).html") ?? ""
        let subject = oneLine(template.subject.render(values, library: template.text))
        return RenderedMail(subject: shortened(subject, to: 200), text: body, html: page, language: language)
    }

    /// The template as its files are now; parsed anew only when one of them has changed.
    private func ready(_ name: String, _ language: Language) throws(MailRefusal) -> ReadyTemplate {
        let text = try scanned("\(name).txt", language, words: language)
        let html = try scanned("\(name).html", language, words: language)
        let sources = text.sources.merging(html.sources) { $1 }
        let key = "\(language.rawValue)/\(name)"
        if let known = kept[key], known.sources == sources { return known }
        let parts = try subjectAndBody(of: text, name: "\(name).txt", language)
        let ready = ReadyTemplate(
            sources: sources, needsToken: text.fields.union(html.fields).contains("token") && name != "audit-head",
            text: try parsed(text, besides: "\(name).txt", language), html: try parsed(html, language),
            subject: parts.subject, body: parts.body)
        kept[key] = ready
        return ready
    }
}

/// A template with all it includes, parsed.
private struct ReadyTemplate: Sendable {
    let sources: [String: String]
    /// It shows the token of a link that opens something for its reader alone.
    let needsToken: Bool
    let text: MustacheLibrary
    let html: MustacheLibrary
    let subject: MustacheTemplate
    let body: MustacheTemplate
}

/// Parsed templates by language and name: parsing costs more than filling in.
private final class KeptTemplates: Sendable {
    private let templates = Mutex<[String: ReadyTemplate]>([:])
    private let shared = Mutex<[String: (source: String, words: String)]>([:])
    private let parses = Mutex<[String: MustacheTemplate]>([:])
    private static let greatestParses = 2_000

    /// Files for all languages with their words, made anew only when they have changed.
    func localized(_ source: String, _ key: String, _ make: () -> String?) -> String {
        if let known = shared.withLock({ $0[key] }), known.source == source { return known.words }
        let words = make() ?? source
        shared.withLock { $0[key] = (source, words) }
        return words
    }

    /// What every mail of a language includes is parsed once for all of them.
    func parsed(_ source: String) throws -> MustacheTemplate {
        if let known = parses.withLock({ $0[source] }) { return known }
        let template = try MustacheTemplate(string: source)
        parses.withLock { parses in
            // What files held before they were changed is not kept for ever.
            if parses.count >= Self.greatestParses { parses = [:] }
            parses[source] = template
        }
        return template
    }

    subscript(name: String) -> ReadyTemplate? {
        get { templates.withLock { $0[name] } }
        set { templates.withLock { $0[name] = newValue } }
    }
}

extension MailTemplates {
    private static func path(_ name: String, _ language: Language) -> String {
        "mail/\(language.rawValue)/\(name).mustache"
    }

    private func exists(_ template: String, _ language: Language) -> Bool {
        ["txt", "html"].allSatisfy { lookup(Self.path("\(template).\($0)", language)) != nil }
    }

    /// A file of the language, else the one for all with its words in the language.
    private func source(_ name: String, _ language: Language, words: Language) -> String? {
        if let own = lookup(Self.path(name, language)) { return own }
        let path = "mail/\(name).mustache"
        guard let shared = lookup(path) else { return nil }
        // A mark that is not closed stays as it is, and the scanner refuses it by name.
        return kept.localized(shared, "\(words.rawValue)/\(name)") {
            try? translations.localized(shared, path: path, isHTML: name.hasSuffix(".html"), in: words)
        }
    }

    private func scanned(
        _ name: String, _ language: Language, words: Language
    ) throws(MailRefusal) -> TemplateScanner {
        var scanner = TemplateScanner(folder: "mail/\(language.rawValue)") { source($0, language, words: words) }
        try scanner.scan(name)
        return scanner
    }

    /// - Parameter root: what is parsed in parts; nothing includes it.
    private func parsed(
        _ scanner: TemplateScanner, besides root: String? = nil, _ language: Language
    ) throws(MailRefusal) -> MustacheLibrary {
        var library = MustacheLibrary()
        for (name, source) in scanner.sources where name != root {
            library.register(try parsed(source, name: name, language), named: name)
        }
        return library
    }

    /// - Parameter linesBefore: of its file.
    private func parsed(
        _ source: String, name: String, _ language: Language, linesBefore: Int = 0
    ) throws(MailRefusal) -> MustacheTemplate {
        // Mustache escapes for HTML unless told otherwise, and each partial starts anew.
        let pragma = name.hasSuffix(".txt") ? "{{% CONTENT_TYPE:TEXT}}\n" : ""
        do {
            return try kept.parsed(pragma + source)
        } catch {
            let found = (error as? MustacheTemplate.ParserError)?.context.lineNumber ?? 1
            let line = found - (pragma.isEmpty ? 0 : 1) + linesBefore
            throw .malformedTemplate(path: Self.path(name, language), reason: "its tags do not pair up (line \(line))")
        }
    }

    /// Parsed apart, so that no value can move the border between the subject and the text.
    private func subjectAndBody(
        of scanner: TemplateScanner, name: String, _ language: Language
    ) throws(MailRefusal) -> (subject: MustacheTemplate, body: MustacheTemplate) {
        let lines = (scanner.sources[name] ?? "").split(
            separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        guard lines.count == 3, lines[0].hasPrefix("Subject: "), lines[1].isEmpty else {
            let reason = "it must begin with a line Subject: … and a blank line"
            throw .malformedTemplate(path: Self.path(name, language), reason: reason)
        }
        let subject = try parsed(String(lines[0].dropFirst("Subject: ".count)), name: name, language)
        return (subject, try parsed(String(lines[2]), name: name, language, linesBefore: 2))
    }
}
