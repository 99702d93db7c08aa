import Basics
import Notification
import Records
import Testing

@Suite("MailTemplates", .timeLimit(.minutes(60)))
struct MailTemplatesTests {
    @Test("ships each template in each language, using known fields only", arguments: MailTemplates.shipped)
    func shipsEach(template: String) throws {
        for language in Language.shipped {
            let fields = try #require(try MailTemplates.ofProduct.fields(of: template, in: language))
            #expect(fields.subtracting(MailFields.names) == [], "\(language) \(template)")
            #expect(fields.contains("recipientName") && fields.contains("product"))
        }
    }

    @Test("says the same in each language: the same fields", arguments: MailTemplates.shipped)
    func saysTheSame(template: String) throws {
        let fields = try Language.shipped.map { try MailTemplates.ofProduct.fields(of: template, in: $0) }
        #expect(Set(fields).count == 1)
    }

    @Test("knows no template that has only one of its two files")
    func wantsBothFiles() throws {
        let templates = MailTemplates.of(["a.txt": "Subject: a\n\na\n"])
        #expect(try templates.fields(of: "a", in: .english) == nil)
        #expect(try templates.fields(of: "b", in: .english) == nil)
    }

    @Test("lists what is used outside the rows of items, in partials too")
    func listsFields() throws {
        let templates = MailTemplates.of([
            "a.txt": "Subject: {{subjectField}}\n\n{{#reason}}{{reason}}{{/reason}}{{^until}}{{>p.txt}}{{/until}}\n",
            "a.html": "{{<l.html}}{{$content}}{{#items}}{{cloud}}{{strange}}{{/items}}{{/content}}{{/l.html}}",
            "p.txt": "{{! a comment with {a brace} }}{{ actorName }} {{cloud}}",
            "l.html": "{{$content}}{{/content}}{{state}}",
        ])
        let fields = try templates.fields(of: "a", in: .english)
        // A row's name outside of a row is a mistake that the checker must see, as is any other name inside one.
        #expect(
            fields == ["subjectField", "reason", "until", "items", "strange", "actorName", "cloud", "state"])
    }

    @Test("escapes in HTML and not in text")
    func escapes() throws {
        let templates = MailTemplates.of([
            "a.txt": "Subject: {{personName}}\n\n{{personName}} {{>p.txt}}\n", "p.txt": "{{personName}}",
            "a.html": "<p>{{personName}}</p>",
        ])
        let mail = try Mail.sample(template: "a", fields: ["personName": .text("<b>\"&'")])
        let rendered = try templates.render(mail)
        #expect(rendered.subject == "<b>\"&'")
        #expect(rendered.text == "<b>\"&' <b>\"&'\n")
        #expect(rendered.html == "<p>&lt;b&gt;&quot;&amp;&#39;</p>")
    }

    @Test("lets no value add a line to the subject or to one-line fields, and keeps the paragraphs of free text")
    func keepsLines() throws {
        let templates = MailTemplates.of([
            "a.txt": "Subject: {{personName}}{{comment}}\n\n[{{personName}}][{{comment}}]\n", "a.html": "-",
        ])
        let fields: [String: MailField] = [
            "personName": .text("A\r\nBcc: x\u{2028}\u{0}\u{202E}B"), "comment": .text("1\r\n2\r3\n\u{0}4"),
        ]
        let rendered = try templates.render(try Mail.sample(template: "a", fields: fields))
        #expect(rendered.subject == "A  Bcc: x   B1 2 3  4")
        #expect(rendered.text == "[A  Bcc: x   B][1\n2\n3\n 4]\n")
    }

    @Test("shows no section for an absent or empty field, and fills in the recipient's name")
    func hidesEmpty() throws {
        let templates = MailTemplates.of([
            "a.txt": "Subject: s\n\n{{recipientName}}{{#reason}}R{{/reason}}{{#until}}U{{/until}}.\n", "a.html": "-",
        ])
        let rendered = try templates.render(try Mail.sample(template: "a", fields: ["reason": .text("")]))
        #expect(rendered.text == "Jane Doe.\n")
    }

    @Test("cuts a subject at 200 characters")
    func cutsSubject() throws {
        let templates = MailTemplates.of(["a.txt": "Subject: {{personName}}\n\nx\n", "a.html": "-"])
        let name = String(repeating: "é", count: 10_000)
        let rendered = try templates.render(try Mail.sample(template: "a", fields: ["personName": .text(name)]))
        #expect(rendered.subject == String(repeating: "é", count: 199) + "…")
    }

    @Test(
        "refuses what would switch escaping off or hide a name",
        arguments: [
            "{{{link}}}", "{{&link}}", "{{%CONTENT_TYPE:TEXT}}", "{{=<% %>=}}", "{{>*link}}", "{{uppercased(link)}}",
            "{{a.b}}", "{{.}}", "{{}}", "{{link", "{{>other.txt}}", "{{>a.html}}", "{{>missing.html}}",
            "{{#reason}}", "{{#reason}}{{/comment}}", "{{/reason}}",
        ])
    func refusesTag(source: String) throws {
        let templates = MailTemplates.of(["a.txt": "Subject: s\n\nx\n", "a.html": source, "other.txt": "x"])
        #expect(throws: MailRefusal.self) { try templates.fields(of: "a", in: .english) }
        #expect(throws: MailRefusal.self) { try templates.render(try Mail.sample(template: "a")) }
    }

    @Test(
        "refuses a text without its subject line",
        arguments: ["x", "Subject: x", "Subject: x\ny\n", "\nSubject: x\n\ny"])
    func refusesNoSubject(source: String) throws {
        let templates = MailTemplates.of(["a.txt": source, "a.html": "-"])
        let reason = "it must begin with a line Subject: … and a blank line"
        #expect(throws: MailRefusal.malformedTemplate(path: "mail/en/a.txt.mustache", reason: reason)) {
            try templates.fields(of: "a", in: .english)
        }
    }

    @Test("names the file that is missing")
    func namesMissing() throws {
        #expect(throws: MailRefusal.missingTemplate(path: "mail/en/nope.txt.mustache")) {
            try MailTemplates.ofProduct.render(try Mail.sample(language: .french, template: "nope"))
        }
    }
}
