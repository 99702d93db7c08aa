public import Basics

/// What was found out about a definition without running it for anybody.
public struct CheckReport: Sendable {
    /// In the order of the file; empty when the definition may be used.
    public let findings: [Finding]
    /// In the order of the file: what works, and not as its author may think.
    public let warnings: [Finding]
    /// The longest that a run can take; nil while a finding leaves that open.
    public let longestLife: Lifetime?
    /// The same in wall time by the calendar that was given, an upper bound in milliseconds.
    public let longestWall: Int64?
    /// Names of the scenarios that ended as they say.
    public let scenarios: [String]
}

/// Proves what can be proven of a definition; each finding is a proof that
/// failed, with its place and an example path.
///
/// - Parameter templates: the fields that a template uses, in one
///   language; nil if there is no such template.
/// - Parameter languages: in which templates are looked for; English must have each.
/// - Parameter vocabulary: what the caller can perform, and where people can come from.
/// - Parameter facts: what a choice may carry for conditions.
/// - Parameter profiles: codes of the catalogue; nil where none is known, and any is taken.
/// - Parameter old: an older version, every run of which must have a place in this one.
/// - Parameter calendar: for the lifetime in wall time; scenarios count every day.
public func check(
    _ definition: Definition,
    templates: (_ name: String, _ language: Language) -> Set<String>?,
    languages: Languages = .shipped,
    vocabulary: Vocabulary,
    facts: Set<String> = CheckVocabulary.facts,
    profiles: Set<String>? = nil,
    from old: Definition? = nil,
    calendar: BusinessCalendar = .everyDay
) -> CheckReport {
    let graph = StateGraph(definition)
    var log = FindingLog(file: definition.file)
    checkReachability(definition, graph, &log)
    checkWaiting(definition, graph, &log)
    let bounded = checkLoops(definition, graph, &log)
    checkTimers(definition, graph, &log)
    checkEffects(definition, graph, vocabulary.effects, &log)
    checkPeople(definition, vocabulary.sources, &log)
    checkConditions(definition, facts, &log)
    if let profiles { checkProfiles(definition, profiles, &log) }
    checkTemplates(definition, graph, templates, languages, &log)
    if let old { checkMigration(from: old, to: definition, &log) }
    var passed: [String] = []
    for scenario in definition.scenarios {
        if let finding = definition.play(scenario, calendar: .everyDay) {
            log.add(finding)
        } else {
            passed.append(scenario.name)
        }
    }
    checkLimits(definition, &log)
    checkOverlaps(definition, graph, &log)
    let findings = DefinitionDefects(findings: log.findings).findings
    return CheckReport(
        findings: findings.filter { !$0.isWarning }, warnings: findings.filter(\.isWarning),
        longestLife: bounded ? graph.longestLife() : nil,
        longestWall: bounded ? graph.longestWall(by: CalendarBounds(calendar)) : nil, scenarios: passed)
}

/// What a product can do for definitions; whoever has them checked says it.
public struct Vocabulary: Sendable {
    /// Effect → whether it belongs to an item.
    public let effects: [String: Bool]
    /// From where the people of a part can come.
    public let sources: Set<String>

    public init(effects: [String: Bool], sources: Set<String>) {
        self.effects = effects
        self.sources = sources
    }
}

/// Names that definitions may use because the rest of the product supplies them.
public enum CheckVocabulary {
    /// Whether what the person gave was right; `ok` and `bad` in a scenario.
    public static let outcomes: Set<String> = ["code.valid", "slug.free", "holder.ready"]
    /// What the person wishes; false in a scenario.
    public static let wishes: Set<String> = ["factor.wanted"]
    public static var facts: Set<String> { outcomes.union(wishes) }

    /// Fields that every mail may use; those that may be empty stand in a section of the template.
    public static let alwaysFields: Set<String> = [
        "product", "organization", "personName", "personEmail", "requesterName", "requesterEmail", "recipientName",
        "requestId", "state", "actorName", "reason", "until", "link", "home", "items", "cloud", "profile",
        "profileName", "asked", "lowered", "refused", "hasItems", "inFile", "isHolder", "newCloud", "newCloudSlug",
        "itemPerson", "confirmed", "withdrawn", "bySilence",
        "decidedBy", "waitingCount",
        "hasAccess", "replacedName",
        "asRepresentative", "asManager", "asDutyManager", "asOperator", "program", "programPurpose", "formerOwner",
        "newAddress", "addressCode", "standsInFor",
    ]

    /// Fields that exist only at some points: see `docs/workflows.md`.
    public static let sometimesFields: Set<String> = ["token", "dueAt", "expiresAt", "comment"]
}

/// Findings as they are gathered.
struct FindingLog {
    let file: String
    private(set) var findings: [Finding] = []
    private var known: Set<Finding> = []

    init(file: String) { self.file = file }

    mutating func add(_ rule: String, _ at: Position, _ message: String, path: [String] = []) {
        add(Finding(rule: rule, file: file, line: at.line, column: at.column, message: message, path: path))
    }

    mutating func warn(_ rule: String, _ at: Position, _ message: String) {
        var finding = Finding(rule: rule, file: file, line: at.line, column: at.column, message: message)
        finding.isWarning = true
        add(finding)
    }

    mutating func add(_ finding: Finding) {
        if known.insert(finding).inserted { findings.append(finding) }
    }
}
