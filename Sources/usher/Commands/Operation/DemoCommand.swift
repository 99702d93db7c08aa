import ArgumentParser
import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import Records
import Synchronization

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Play the whole main job in a temporary folder, told step by step.",
        discussion: "Example:\n  usher demo --keep ./demo-data")

    @Option(help: ArgumentHelp("Keep the data in this new folder.", valueName: "dir")) var keep: String?

    func run() async throws {
        let path = keep ?? FileManager.default.temporaryDirectory.path + "/usher-demo-\(getpid())"
        let folder = try DataFolder.create(path)
        defer {
            // A demonstration's folder was made just above; nothing of anybody's is in it.
            if keep == nil { try? FileManager.default.removeItem(atPath: path) }
        }
        let clock = DemoClock()
        let app = try await App.open(folder, clock: clock.world)
        try await Demo(app: app, clock: clock).play()
        try await app.close()
        if let keep { Output.line("\nThe data is in \(keep). Look around: usher request list --data \(keep)") }
    }
}

/// The real time, plus what the story skips.
final class DemoClock: Sendable {
    private let skipped = Mutex(Int64(0))

    func skip(seconds: Int64) { skipped.withLock { $0 += seconds * 1000 } }

    var world: World {
        World(now: { World.live.now().adding(milliseconds: self.skipped.withLock { $0 }) }, random: World.live.random)
    }
}

/// The story.
///
/// Every line of it is what the use cases answered; nothing is scripted but the people.
struct Demo {
    let app: App
    let clock: DemoClock
    var usher: Onboarding { app.onboarding }
    let owner = Actor.operator(App.operatorName)

    init(app: App, clock: DemoClock) {
        self.app = app
        self.clock = clock
    }

    func play() async throws {
        let manager = try await install()
        let request = try await ask()
        try await refuseFoolishness(request)
        try await decide(request, manager)
        let token = try showInvitation(to: "alice@acme.example")
        try await say(can: "create-snapshot", "before Alice has enrolled")
        let alice = try await enrol(token)
        try await answerThePlatform(alice)
        try await refuseReplay(alice)
        try await close(request)
        try await askAsProgram()
    }

    // MARK: Chapters

    /// An organization with two clouds, and the two people who decide.
    private func install() async throws -> TOTP {
        chapter("A provider installs Usher; a customer with two clouds joins")
        command("usher init --manager marie@provider.example")
        _ = try await usher.appointFirstManager(
            email: "marie@provider.example", name: "Marie Durand", language: "fr", by: owner)
        let manager = try await quietlyEnrol("marie@provider.example", "violette cendre 41 marée")
        tell("Marie Durand, service delivery manager, has chosen a password and enrolled her authenticator.")
        command("usher org add 'Acme Health' --slug acme --representative rita@acme.example")
        _ = try await usher.addOrganization(
            name: "Acme Health", slug: "acme", representative: "rita@acme.example", representativeName: "Rita Weiss",
            manager: nil, language: "en", by: owner)
        command("usher cloud add acme Production --slug prod")
        _ = try await usher.addCloud(organization: "acme", name: "Production", cloudSlug: "prod", by: owner)
        _ = try await quietlyEnrol("rita@acme.example", "granite lantern 77 otter")
        let found = try await usher.organization("acme", by: owner)
        tell(
            "Acme Health has the clouds \(found.clouds.map(\.slug.text).joined(separator: " and ")); "
                + "Rita Weiss represents it."
        )
        return manager
    }

    private func ask() async throws -> RequestID {
        chapter("Rita asks for an account for Alice")
        command(
            "usher request submit --org acme --email alice@acme.example --name 'Alice Martin' \\\n"
                + "      --grant prod=OPE --grant default=STD --reason 'Joins the release team' --as rita@acme.example")
        let submission = Submission(
            organization: "acme", email: "alice@acme.example", name: "Alice Martin", language: "en",
            grants: [("prod", "OPE"), ("default", "STD")], until: nil, reason: "Joins the release team")
        let view = try await usher.submit(submission, by: try await acting("rita@acme.example"))
        view.print()
        guard let id = RequestID(view.id) else { throw Fault(.unavailable, "The request has no id.") }
        return id
    }

    private func refuseFoolishness(_ request: RequestID) async throws {
        chapter("What is not allowed, is refused")
        tell("Rita tries to approve her own request:")
        try await expectRefusal {
            _ = try await usher.approve(request, items: [], by: try await acting("rita@acme.example"))
        }
        tell("Marie tries to give more than was asked for:")
        try await expectRefusal {
            let marie = try await acting("marie@provider.example")
            _ = try await usher.approve(
                request, items: [ItemDecision(cloud: "prod", lowered: "POW")],
                by: Actor(person: marie.person, operatorName: nil, verifiedAt: clock.world.now()))
        }
    }

    private func decide(_ request: RequestID, _ manager: TOTP) async throws {
        chapter("Marie lowers one profile and approves, with a code of her authenticator")
        clock.skip(seconds: 60)
        let code = try manager.code(at: clock.world.now())
        command(
            "usher request approve \(request) --item prod=DTM --item default --as marie@provider.example --code \(code)"
        )
        let marie = try await acting("marie@provider.example", code: code)
        _ = try await usher.approve(
            request, items: [ItemDecision(cloud: "prod", lowered: "DTM"), ItemDecision(cloud: "default")], by: marie)
        try await usher.request(request, withHistory: false, by: owner).print()
    }

    private func showInvitation(to address: String) throws -> String {
        chapter("The mail that went out")
        let mail = try DemoMail.latest(in: app.folder.mail, to: address)
        Output.text(mail.text)
        guard let token = mail.token else { throw Fault(.unavailable, "The invitation has no link.") }
        return token
    }

    private func enrol(_ token: String) async throws -> TOTP {
        chapter("Alice opens the link, chooses a password, scans the code")
        command("usher enrol")
        tell("She tries `password1234` first:")
        try await expectRefusal {
            _ = try await usher.startEnrolment(token: Secret(token), password: Secret("password1234"))
        }
        let start = try await usher.startEnrolment(
            token: Secret(token), password: Secret("seven quiet herons by the weir"))
        guard let setup = start.setup else { throw Fault(.unavailable, "Alice was not asked for a factor.") }
        try EnrolCommand.draw(start.json)
        let totp = TOTP(secret: setup.uri.secret, parameters: setup.parameters)
        let code = try totp.code(at: clock.world.now())
        tell("Her app shows \(code); she types it.")
        EnrolCommand.print(try await usher.verifyEnrolment(session: Secret(setup.session), code: code).json)
        return totp
    }

    private func answerThePlatform(_ alice: TOTP) async throws {
        chapter("The platform asks: may she do this here, now?")
        try await say(can: "create-snapshot", "her code is a moment old")
        try await say(can: "start-instance", "Marie lowered her to Maintenance")
        clock.skip(seconds: 3600)
        try await say(can: "create-snapshot", "an hour later")
        let code = try alice.code(at: clock.world.now())
        command("usher mfa verify alice@acme.example \(code)")
        tell("  \(try await verify(code))")
        try await say(can: "create-snapshot", "after a fresh code")
    }

    private func refuseReplay(_ alice: TOTP) async throws {
        chapter("Somebody who looked over her shoulder types the same code")
        let code = try alice.code(at: clock.world.now())
        command("usher mfa verify alice@acme.example \(code)")
        tell("  \(try await verify(code))")
    }

    private func close(_ request: RequestID) async throws {
        chapter("The record")
        command("usher request show \(request) --history")
        try await usher.request(request, withHistory: true, by: owner).print()
        try await usher.signAudit()
        command("usher audit verify")
        let verdict = try await usher.verifyAudit()
        if let defect = verdict.defect { throw Fault(.conflict, defect) }
        tell(
            "  \(verdict.entries) entries, each holding the hash of the one before in its chain; "
                + "signed up to \(verdict.signedUpTo). Nobody rewrote them."
        )
        let replay = try await usher.replayAll()
        tell("  \(replay.requests) histories replayed, \(replay.defects.count) differ from what is stored.")
    }

    // MARK: Voices

    func chapter(_ title: String) { Output.text("\n" + Output.bold("── \(title)")) }
    func command(_ text: String) { Output.text(Output.dim("$ \(text)")) }
    func tell(_ text: String) { Output.text(text) }

    private func say(can action: String, _ why: String) async throws {
        command("usher can alice@acme.example \(action) --cloud acme/prod        # \(why)")
        let decision = try await usher.decide(
            action, by: try EmailAddress("alice@acme.example"), in: "acme/prod", mfaAgeSeconds: nil)
        tell("  \(Output.bold(decision.verdict.rawValue)): \(decision.reason.sentence)")
    }

    private func verify(_ code: String) async throws -> String {
        let verification = try await usher.verify(code, of: try EmailAddress("alice@acme.example"), by: owner)
        return Output.bold(verification.accepted ? "accepted" : "refused: \(verification.reason.rawValue)")
    }

    private func expectRefusal(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let fault as Fault {
            return tell("  " + Output.bold("refused: ") + (fault.faults.first?.message ?? fault.message))
        }
        throw Fault(.conflict, "The demonstration expected a refusal and got none.")
    }

    private func acting(_ email: String, code: String? = nil) async throws -> Actor {
        try await usher.act(as: try EmailAddress(email), operatorName: App.operatorName, code: code)
    }

    private func quietlyEnrol(_ email: String, _ password: String) async throws -> TOTP {
        guard let token = try DemoMail.latest(in: app.folder.mail, to: email).token else {
            throw Fault(.unavailable, "\(email) got no link.")
        }
        guard let setup = try await usher.startEnrolment(token: Secret(token), password: Secret(password)).setup
        else { throw Fault(.unavailable, "\(email) was not asked for a factor.") }
        let totp = TOTP(secret: setup.uri.secret, parameters: setup.parameters)
        _ = try await usher.verifyEnrolment(
            session: Secret(setup.session), code: try totp.code(at: clock.world.now()))
        return totp
    }
}
