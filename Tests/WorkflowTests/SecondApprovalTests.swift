import Basics
import Testing

@testable import Workflow

/// What `docs/workflows.md` tells to do for a second approval of one profile.
@Suite("A second approval for one profile", .timeLimit(.minutes(60)))
struct SecondApprovalTests {
    private func edited() throws -> Definition {
        var yaml = try shipped("account-request").source
        for (old, new) in [
            ("version: 2\n", "version: 3\n"),
            (
                "  deputy:    provider.duty_managers\n",
                "  deputy:    provider.duty_managers\n  second: provider.duty_managers\n"
            ),
            (
                "apart: [requester, approver, deputy, holder]",
                "apart:\n  - [requester, approver, deputy, holder]\n  - [requester, approver, second, holder]"
            ),
            (
                "        - {if: any(items.approved), go: provisioning}\n",
                "        - {if: any(items.approved.POW), go: power}\n        - {if: any(items.approved), go: provisioning}\n"
            ),
            (
                "  clarification:\n",
                """
                  power:
                    enter: [{send: approval-asked}]
                    ask: {who: second, choices: [agree, refuse], fresh_mfa: true}
                    due: 3bd
                    after:
                      2bd: {send: approval-reminder, again: 2bd, at_most: 2}
                      10bd: {go: expired}
                    when:
                      agree:  {go: provisioning}
                      refuse: {go: rejected, needs: comment}

                  clarification:

                """
            ),
            (
                "scenarios:\n",
                """
                scenarios:
                  power: {items: [POW, plain], approve: all, rests: power}
                  both:  {items: [POW], approve: all, agree: ok, choose_password: ok, begin: ok, verify: ok, ends: active}
                  plain: {items: [plain], approve: all, rests: invitation}

                """
            ),
        ] {
            try #require(yaml.contains(old), "\(old)")
            yaml = yaml.replacing(old, with: new)
        }
        return try Definition(yaml: yaml, file: "edited.yaml")
    }

    @Test("is proven, with its scenarios, and takes running requests over")
    func checks() throws {
        let definition = try edited()
        let report = check(
            definition, templates: { _, _ in [] }, from: try shipped("account-request"))
        #expect(report.findings == [])
        #expect(report.warnings.map(\.rule) == ["apart-may-be-impossible"])
        #expect(report.scenarios.count == definition.scenarios.count)
    }

    @Test("asks for that profile alone, also where it was lowered to another", arguments: ["POW", "OPE"])
    func asks(profile: String) throws {
        let definition = try edited()
        let items = [Run.Item(id: "first", profile: profile, needsMFA: true)]
        var simulator = try Simulator(definition, items: items)
        try simulator.decide("approve", items: [])
        #expect(simulator.run.state == (profile == "POW" ? "power" : "invitation"))
        var lowering = try Simulator(definition, items: items)
        try lowering.decide("lower", items: [])
        #expect(lowering.run.state == "invitation")
    }

    /// The side door: Power for somebody who has an account.
    private func editedChange() throws -> Definition {
        var yaml = try shipped("profile-change").source
        let onward = "        - {if: needs_mfa(items.approved) and not request.has_factor, go: enrolment}\n"
        for (old, new) in [
            ("version: 2\n", "version: 3\n"),
            (
                "  deputy:    provider.duty_managers\n",
                "  deputy:    provider.duty_managers\n  second: provider.duty_managers\n"
            ),
            (
                "apart: [requester, approver, deputy, holder]",
                "apart:\n  - [requester, approver, deputy, holder]\n  - [requester, approver, second, holder]"
            ),
            ("in: [approval, clarification, enrolment]", "in: [approval, power, clarification, enrolment]"),
            (onward, "        - {if: any(items.approved.POW), go: power}\n" + onward),
            (
                "  clarification:\n",
                """
                  power:
                    enter: [{send: approval-asked}]
                    ask: {who: second, choices: [agree, refuse], fresh_mfa: true}
                    due: 3bd
                    after:
                      2bd: {send: approval-reminder, again: 2bd, at_most: 2}
                      10bd: {go: expired}
                    when:
                      agree:
                        - {if: needs_mfa(items.approved) and not request.has_factor, go: enrolment}
                        - {else: provisioning}
                      refuse: {go: rejected, needs: comment}

                  clarification:

                """
            ),
            (
                "scenarios:\n",
                "scenarios:\n  power: {items: [POW], request: [has_factor], approve: all, agree: ok, ends: changed}\n"
            ),
        ] {
            try #require(yaml.contains(old), "\(old)")
            yaml = yaml.replacing(old, with: new)
        }
        return try Definition(yaml: yaml, file: "edited.yaml")
    }

    @Test("closes the side door of those who have an account")
    func sideDoor() throws {
        let definition = try editedChange()
        let report = check(definition, templates: { _, _ in [] }, from: try shipped("profile-change"))
        #expect(report.findings == [] && report.scenarios.count == definition.scenarios.count)
        #expect(report.warnings.map(\.rule) == ["apart-may-be-impossible"])
        let items = [Run.Item(id: "first", profile: "POW", needsMFA: true)]
        var simulator = try Simulator(definition, items: items)
        try simulator.decide("approve", items: [])
        #expect(simulator.run.state == "power")
        try simulator.choose("agree")
        #expect(simulator.run.state == "enrolment")
    }
}
