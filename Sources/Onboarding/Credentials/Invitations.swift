import Basics
import OpenSSL
import Records
import Workflow

/// A link as it goes into a mail.
///
/// It is the one secret that travels by mail, so it expires and opens one thing only.
struct InvitationLink: Sendable {
    /// With the token in the fragment: browsers send it to no server, and no log keeps it.
    let url: String
    let token: String
    let expiresAt: Timestamp
}

/// Whatever prints or dumps the value shows no token.
extension InvitationLink: CustomStringConvertible, CustomReflectable {
    var description: String { "•••" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

extension Turn {
    /// Until when the holder is asked, and their link opens; nil while they are not asked.
    func invitationEnd(of request: Request) throws -> Timestamp? {
        // Whose address changes has an account, and is invited to nothing.
        if case .address? = request.subject { return nil }
        let definition = try library.definition(of: request.run, in: snapshot)
        let holderParts = definition.parts.filter { PartSource(rawValue: $0.source) == .requestAccountHolder }
        guard request.run.asked.contains(where: { asked in holderParts.contains { $0.name == asked } }) else {
            return nil
        }
        return request.run.leaving?.at
    }
}

extension Writing {
    /// The link of a request that waits for its holder; made sure to be known to the store.
    ///
    /// Nil while nobody is invited.
    func invitationLink(for request: Request) throws -> InvitationLink? {
        guard let expiresAt = try invitationEnd(of: request) else { return nil }
        let holder = try request.account()
        let known = try transaction.invitation(of: request.id)
        let generation = known?.generation ?? 0
        let token = try keys.invitationToken(request: request.id, person: holder, generation: generation)
        let tokenHash = try SHA256.digest(of: token.exposed)
        if known?.tokenHash != tokenHash || known?.expiresAt != expiresAt {
            try transaction.replaceInvitation(
                with: Invitation(
                    tokenHash: tokenHash, request: request.id, person: holder, expiresAt: expiresAt,
                    generation: generation, renewedAt: known?.renewedAt))
        }
        let text = String(decoding: token.exposed, as: UTF8.self)
        return InvitationLink(url: "\(settings.baseURL)/welcome#\(text)", token: text, expiresAt: expiresAt)
    }

    /// Lets a link that is in somebody's mailbox already expire with the timer that was moved.
    func keepInvitation(of request: Request) throws {
        guard request.run.ended == nil, try transaction.invitation(of: request.id) != nil else { return }
        _ = try invitationLink(for: request)
    }
}
