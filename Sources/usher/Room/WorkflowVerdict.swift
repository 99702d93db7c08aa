import Basics
import Notification
import Onboarding
import Workflow

/// What was found out about one file.
struct WorkflowVerdict: Sendable {
    let file: String
    /// Nil if the file could not be read as a definition at all.
    private(set) var definition: Definition?
    private(set) var report: CheckReport?
    private(set) var findings: [Finding]
    private(set) var warnings: [Finding] = []
    /// By which business days the longest life was stretched.
    private let calendar: String

    var isSound: Bool { findings.isEmpty }

    /// Scenarios are played in a calendar without weekends, so that
    /// a definition is judged alike everywhere.
    ///
    /// - Parameter old: file and text of the version whose runs must have a place.
    init(
        file: String, text: String, old: (file: String, text: String)? = nil, templates: MailTemplates,
        profiles: Set<String>, calendar: BusinessCalendar
    ) {
        self.file = file
        self.calendar = calendar.name
        do throws(DefinitionDefects) {
            let definition = try Definition(yaml: text, file: file)
            self.definition = definition
            let before: Definition? = if let old { try Definition(yaml: old.text, file: old.file) } else { nil }
            var refused: [Finding] = []
            let report = check(
                definition,
                templates: { name, language in
                    do throws(MailRefusal) { return try templates.fields(of: name, in: language) } catch {
                        // A template that is there and cannot be used is
                        // not missing: it gets a finding of its own.
                        let finding = Finding(
                            rule: "malformed-template", file: file, line: 1, column: 1, message: "\(error)")
                        if !refused.contains(finding) { refused.append(finding) }
                        return []
                    }
                }, languages: templates.languages, vocabulary: EffectRegistry.standard.vocabulary, profiles: profiles,
                from: before, calendar: calendar)
            self.report = report
            findings = report.findings + refused
            warnings = report.warnings
        } catch {
            findings = error.findings
        }
    }

    func print() {
        for finding in findings + warnings { Output.line("\(finding)") }
        let name = definition.map { "\($0.name) \($0.version), " } ?? ""
        guard isSound, let report, let life = report.longestLife, let days = wholeDays else {
            return Output.line("\(file): \(name)refused, findings: \(findings.count)")
        }
        let wall = days == 0 ? "" : " (\(days) \(days == 1 ? "day" : "days") at most by the calendar \(calendar))"
        Output.line(
            "\(file): \(name)sound; a run takes \(life) at most\(wall); scenarios passed: \(report.scenarios.count)")
        for scenario in report.scenarios { Output.line("  ✓ \(scenario)") }
    }

    private var wholeDays: Int64? { report?.longestWall.map { ($0 + 86_399_999) / 86_400_000 } }

    var json: JSON {
        let life = report?.longestLife
        return [
            "file": .string(file), "workflow": JSON(definition?.name),
            "version": JSON(definition.map { Int64($0.version) }), "ok": .bool(isSound),
            "lifetime": JSON(life?.description), "lifetimeBusinessDays": JSON(life.map { Int64($0.businessDays) }),
            "lifetimeSeconds": JSON(life.map { $0.milliseconds / 1000 }),
            "lifetimeBound": report?.longestWall.map {
                ["calendar": .string(calendar), "seconds": .integer($0 / 1000)]
            } ?? .null,
            "scenarios": .strings(report?.scenarios ?? []),
            "findings": .array(findings.map(\.json)), "warnings": .array(warnings.map(\.json)),
        ]
    }
}

extension Finding {
    fileprivate var json: JSON {
        [
            "rule": .string(rule), "file": .string(file), "line": .integer(Int64(line)),
            "column": .integer(Int64(column)), "message": .string(message), "path": .strings(path),
        ]
    }
}
