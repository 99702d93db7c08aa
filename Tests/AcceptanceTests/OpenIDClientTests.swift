import Foundation
import Testing

/// `usher serve` as an OpenID provider, met by clients that are none of ours and by attackers: the scripts in
/// `Tests/WebTests/OpenID`, each a list of checks that it tells by name.
@Suite("The OpenID provider", .timeLimit(.minutes(60)))
struct OpenIDClientTests {
    @Test("serves authlib by every grant, with tokens that authlib, joserfc, PyJWT and jose verify")
    func authlib() async throws { try await run("authlib_client.py") }

    @Test("redeems codes and refresh tokens once, for whom they are, and ends what came of stolen ones")
    func codes() async throws { try await run("code_attacks.py") }

    @Test("tells what is wrong with a request where the standard says so, and leads nobody to where it must not")
    func requests() async throws { try await run("request_attacks.py") }

    @Test("believes no token that was changed, and lets nobody guess or use twice the code of a machine")
    func tokens() async throws { try await run("token_attacks.py") }

    @Test("signs people in to Apache in a real browser, steps up, signs out, and tells it of a suspension at once")
    func apache() async throws { try await run("apache_client.py") }

    @Test("does whatever its metadata names, and refuses what it does not")
    func metadata() async throws { try await run("metadata_client.py") }

    @Test("does what its page tells to do")
    func documented() async throws { try await run("documented.py") }

    @Test("signs the command line in by a browser of this machine, or of another")
    func login() async throws { try await run("login_client.py") }

    @Test("binds tokens to keys that joserfc proves, takes each proof once, and names clocks that are wrong")
    func proofs() async throws { try await run("proof_client.py") }

    @Test("opens what Apache keeps by mod_oauth2: to tokens for it, by our keys, by asking us, and by a proof")
    func resources() async throws { try await run("resource_server.py") }

    @Test("signs oidc-agent in at a command line, by a browser beside it and by a code that is typed elsewhere")
    func agent() async throws { try await run("agent_client.py") }

    @Test("does what each module of the OpenID Foundation's plan for a basic provider demands")
    func conformance() async throws { try await run("conformance.py") }

    @Test("signs people in to Django by mozilla-django-oidc, and out of it once they are suspended")
    func django() async throws { try await run("django_client.py") }

    @Test(
        "redeems once, and lets nobody use twice, on PostgreSQL as well",
        arguments: ["code_attacks.py", "token_attacks.py"])
    func onServer(_ script: String) async throws { try await run(script, "--postgresql") }

    private func run(_ script: String, _ words: String...) async throws {
        let usher = try CommandLineProgram()
        let path = OtherPrograms.package.appending(path: "Tests/WebTests/OpenID/\(script)").path
        try await usher.output(
            of: OtherPrograms.python, [path] + words,
            environment: ["USHER_TEST_PROGRAM": usher.program.path, "PYTHONDONTWRITEBYTECODE": "1"])
    }
}
