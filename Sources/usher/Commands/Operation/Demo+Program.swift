import Basics
import Directory
import Foundation
import Onboarding
import Records

extension Demo {
    /// The platform as a program: it gets a token, and asks with it.
    func askAsProgram() async throws {
        chapter("The platform asks as a program, with a token")
        command("usher application add Platform --kind service --scope decisions")
        var draft = ApplicationDraft(name: "Platform", kind: .service)
        draft.scopes = [Scope.decisions.rawValue]
        let (view, issued) = try await usher.addApplication(draft, by: owner)
        guard let issued else { throw Fault(.unavailable, "The application got no secret.") }
        tell("  client id \(issued.clientID), and a secret that is shown once")

        command("curl -u CLIENT:SECRET -d grant_type=client_credentials …/openid/token")
        let proof = ClientProof(clientID: issued.clientID, means: .secret(issued.secret))
        let client = try await usher.authenticate(proof)
        let answer = try await usher.tokenForClient(
            TokenWish(client: client, scope: nil, resource: nil, keyThumbprint: nil)
        ).json
        let token = answer["access_token"].text ?? ""
        tell("  \(answer.with("access_token", .string("\(token.prefix(24))…")).compact)")

        command(
            "curl -H 'Authorization: Bearer …' …/api/v1/decisions?person=alice@acme.example&action=create-snapshot&…")
        guard let access = try await usher.accessToken(token) else {
            throw Fault(.unavailable, "The token opens nothing.")
        }
        let decision = try await usher.decide(
            "create-snapshot", by: try EmailAddress("alice@acme.example"), in: "acme/prod", mfaAgeSeconds: nil,
            askedBy: access.actor)
        tell("  \(decision.json.compact)")

        command("usher application remove Platform --reason 'The demonstration ends'")
        try await usher.removeApplication(
            view.application.id.text, reason: "The demonstration ends", by: owner)
        let isOver = try await usher.accessToken(token) == nil
        tell(isOver ? "  its token opens nothing any more" : "  its token is still good")
    }
}
