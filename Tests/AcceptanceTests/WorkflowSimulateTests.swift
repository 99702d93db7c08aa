import Foundation
import Testing

@Suite("usher workflow simulate", .timeLimit(.minutes(60)))
struct WorkflowSimulateTests {
    private func simulate(
        _ arguments: String..., commands: String = ""
    ) async throws -> CommandLineProgram.Result {
        try await CommandLineProgram().run(["workflow", "simulate"] + arguments, input: commands)
    }

    @Test("plays commands of a pipe, and tells mails, effects and where it rests")
    func plays() async throws {
        let result = try await simulate(
            "account-request", "--calendar", "every-day",
            commands: "# a story\napprove first\n\nreject second\nwait 2d\n")
        #expect(result.code == 0 && result.error.isEmpty, "\(result)")
        #expect(result.output.contains("\n> reject second\n"))
        #expect(result.output.contains("approval → provisioning\n    effect grant of first (profile)\n"), "\(result)")
        #expect(result.output.contains("provisioning → invitation\n    mail invitation to holder\n"))
        #expect(result.output.contains("Wed 2026-01-07 09:00Z  timer.2d: stays in invitation\n"))
        #expect(result.output.contains("\n  holder may choose_password\n"))
        #expect(result.output.contains("timer go.expired: Mon 2026-01-12 09:00Z, in 5d: go to expired\n"), "\(result)")
        #expect(!result.output.contains("a story"))
    }

    @Test("goes back, parks an effect, and holds all of them")
    func goesBack() async throws {
        let result = try await simulate(
            "account-request", "--json", "--items", "mfa",
            commands: "reject\nundo\npark first\napprove all\neffects hold\ndone first\n")
        #expect(result.code == 0 && result.error.isEmpty, "\(result)")
        let document = try result.document()
        #expect(document["state"] == "invitation" && document["states"] == ["approval", "provisioning", "invitation"])
        #expect(
            document["events"].items.map { $0["event"] } == ["start", "decide", "grant.parked", "grant.done"],
            "\(document)")
        #expect(document["effects"] == [["key": "grant/first", "effect": "grant", "item": "first", "state": "done"]])
        #expect(document["mails"].items.map { $0["template"] } == ["approval-asked", "invitation"])
        #expect(
            document.keys == [
                "asked", "choices", "dueAt", "effects", "ended", "events", "items", "mails", "now", "refused", "state",
                "states", "timers", "version", "workflow",
            ])
    }

    @Test(
        "tells what it cannot do, stays as it was, and ends with 1",
        arguments: [
            ("verify", "does not offer verify. It offers"), ("approve third", "There is no item third"),
            ("wait 3x", "wait takes a delay"), ("undo", "No more than 0"), ("undo x", "undo takes a number"),
            ("question as nobody", "as takes a part"), ("question as deputy", "approval does not ask deputy"),
            ("question maybe", "ok or bad"), ("done", "No effect is open"), ("park nothing", "is called nothing"),
            ("effects", "hold or succeed"), ("choose", "takes a choice"), ("next now", "takes nothing more"),
        ])
    func refuses(command: String, reason: String) async throws {
        let result = try await simulate("account-request", commands: command + "\n")
        #expect(result.code == 1 && result.error.contains(reason), "\(result)")
        let document = try await simulate("account-request", "--json", commands: command + "\n").document()
        #expect(document["events"].items.count == 1 && document["refused"][0]["command"] == .string(command))
    }

    @Test("begins as the options say")
    func begins() async throws {
        let document = try await simulate(
            "mfa-reset", "--items", "none", "--flags", "stolen,by_representative", "--start", "2026-12-24T16:00:00Z",
            "--calendar", "france", "--json", commands: "agree\n"
        ).document()
        #expect(document["state"] == "enrolment" && document["items"] == [])
        #expect(document["effects"][0]["effect"] == "retire")
        #expect(document["now"] == "2026-12-24T16:00:00.000Z")
    }

    @Test("tells a scenario of the file step by step, and where it goes otherwise")
    func tellsScenario() async throws {
        let usher = try CommandLineProgram()
        let told = try await usher.run("workflow", "simulate", "account-request", "--scenario", "partial")
        #expect(told.code == 0 && told.output.hasSuffix("> ends active\nAs the scenario partial says.\n"), "\(told)")
        let unknown = try await usher.run("workflow", "simulate", "account-request", "--scenario", "none")
        #expect(unknown.code == 4 && unknown.error.contains("happy"), "\(unknown)")
        _ = try await usher.run("export-defaults", usher.path("mine"))
        let source = try String(contentsOfFile: usher.path("mine/workflows/account-request.yaml"), encoding: .utf8)
        let file = try usher.write(
            source.replacing("{reject: all, ends: rejected}", with: "{reject: all, ends: failed}"), to: "mine.yaml")
        let wrong = try await usher.run("workflow", "simulate", file, "--scenario", "refusal")
        #expect(wrong.code == 1 && wrong.error.contains("it ends in `rejected`, not `failed`"), "\(wrong)")
    }

    @Test("refuses options that mean nothing")
    func refusesOptions() async throws {
        #expect(try await simulate("account-request", "--items", "gold").code == 2)
        #expect(try await simulate("account-request", "--start", "monday").code == 2)
        #expect(try await simulate("account-request", "--scenario", "happy", "--items", "mfa").code == 2)
        #expect(try await simulate("account-request", "--calendar", "mars").code == 1)
        #expect(try await simulate("acount-request").code == 4)
        let field = try await simulate("mfa-reset", "--flags", "lost")
        #expect(field.code == 1 && field.error.contains("it has by_representative, stolen"), "\(field)")
    }
}
