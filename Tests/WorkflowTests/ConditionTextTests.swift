import Scratch
import Testing

@testable import Workflow

@Suite("Condition as text", .timeLimit(.minutes(60)))
struct ConditionTextTests {
    @Test(
        "is written as the shipped definitions write it",
        arguments: [
            "any(items.approved)", "needs_mfa(items.granted) or factor.wanted", "tries < 10", "not request.has_factor",
            "needs_mfa(items.approved) and not request.has_factor", "count(items) >= 2", "all(items.refused)",
            "code.valid and (factor.wanted or request.stolen)", "not (code.valid and factor.wanted)",
            "code.valid or (factor.wanted or request.stolen)",
        ])
    func writes(text: String) throws {
        #expect(try ConditionParser.parse(text).description == text)
    }

    @Test("leaves out parentheses that mean nothing")
    func leavesOut() throws {
        let condition = try ConditionParser.parse("((code.valid) and (factor.wanted)) or ((not (request.stolen)))")
        #expect(condition.description == "code.valid and factor.wanted or not request.stolen")
    }

    @Test("reads back as the same tree, for five thousand trees drawn at random")
    func readsBack() throws {
        var random = SplitMix(seed: 7)
        for _ in 0..<5_000 {
            let condition = Self.draw(depth: Int.random(in: 0...5, using: &random), &random)
            let text = condition.description
            // What nobody can write nobody can read; such a tree never came out of a file.
            if text.utf8.count > 500 { continue }
            #expect(try ConditionParser.parse(text) == condition, "\(text)")
        }
    }

    private static func draw(depth: Int, _ random: inout SplitMix) -> Condition {
        guard depth > 0 else { return leaf(&random) }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return .not(draw(depth: depth - 1, &random))
        case 1: return .and(draw(depth: depth - 1, &random), draw(depth: depth - 1, &random))
        default: return .or(draw(depth: depth - 1, &random), draw(depth: depth - 1, &random))
        }
    }

    private static func leaf(_ random: inout SplitMix) -> Condition {
        let states: [Run.Item.State?] = [nil] + Run.Item.State.allCases
        let scope = ItemScope(
            state: states.randomElement(using: &random) ?? nil,
            profile: Bool.random(using: &random) ? nil : ["POW", "DTM", "X-1"].randomElement(using: &random))
        let comparison = Condition.Comparison.allCases.randomElement(using: &random) ?? .less
        let number = Int.random(in: 0...9999, using: &random)
        let leaves: [Condition] = [
            .any(scope), .all(scope), .needsMFA(scope), .count(scope, comparison, number), .tries(comparison, number),
            .fact("code.valid"), .flag("by_representative"),
        ]
        return leaves[Int.random(in: 0..<leaves.count, using: &random)]
    }
}
