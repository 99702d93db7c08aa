import Basics
import HTTPTypes
import Hummingbird
import OpenSSL

/// Refuses what another site made a browser send: by what the browser says of where it comes
/// from, and by the token that every form of ours carries.
///
/// The token belongs to the browser and not to a session: no proof, sign-in or sign-out in
/// another tab makes it old. It also tells whose page the form stood on, so that nothing is
/// done in the name of somebody who signed in since.
enum FormGuard {
    /// In whose name a form is carried out.
    enum Sender {
        /// Of whoever is signed in, and whose page it stood on.
        case visitor
        /// Whoever is signed in: it does nothing in anybody's name.
        case anybody
    }

    /// The form of a POST, once it is known to be ours.
    ///
    /// - Throws: `Fault.Code.forbidden` for a form of another site;
    ///   `FormRefusal` for one that may be sent again.
    static func form(
        _ request: Request, _ context: WebContext, by sender: Sender = .visitor
    ) async throws -> FormData {
        let form = try await FormData(request)
        try require(form, request, context, by: sender)
        return form
    }

    /// The same for a form with a file, of which nothing is read before
    /// the browser has said where it comes from.
    static func upload(_ request: Request, _ context: WebContext) async throws -> UploadForm {
        try requireSameOrigin(request)
        let upload = try await UploadForm(request)
        try require(upload.form, request, context)
        return upload
    }

    /// - Throws: as `form`.
    static func require(
        _ form: FormData, _ request: Request, _ context: WebContext, by sender: Sender = .visitor
    ) throws {
        try requireSameOrigin(request)
        let (sent, known) = (Array(form["form"].utf8), Array(context.formToken.utf8))
        guard known.count == tokenLength, sent.count == tokenLength,
            constantTimeEquals(Array(sent.prefix(tokenLength / 2)), Array(known.prefix(tokenLength / 2)))
        else { throw FormRefusal.unknown }
        // Without a session nothing is done in anybody's name; the
        // use case says that somebody must sign in.
        guard sender == .visitor, context.visitor != nil else { return }
        guard constantTimeEquals(Array(sent.suffix(tokenLength / 2)), Array(known.suffix(tokenLength / 2))) else {
            throw FormRefusal.anothers
        }
    }

    /// One half for the browser, one for the person; see `KeyRing.formToken`.
    private static let tokenLength = 64

    /// Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`;
    /// what says neither is no browser of a victim.
    static func requireSameOrigin(_ request: Request) throws {
        let refusal = Fault(.forbidden, "This was sent by another site.")
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name] {
            guard site == "same-origin" || site == "none" else { throw refusal }
            return
        }
        guard let origin = request.headers[.origin] else { return }
        // A browser writes Host itself, so no other site can make both agree.
        let host = request.head.authority ?? ""
        guard origin == "https://\(host)" || origin == "http://\(host)" else { throw refusal }
    }
}

/// Why a form of this site is not carried out as it came;
/// `UnsentForms` shows what was typed, to be sent again.
enum FormRefusal: Error {
    /// Its token is not one of this browser: too old, or made by somebody else.
    case unknown
    /// Somebody else was signed in when its page was shown.
    case anothers

    var fault: Fault {
        switch self {
        case .unknown: Fault(.forbidden, "This form is too old, or came from another site. Nothing was done.")
        case .anothers: Fault(.forbidden, "Somebody else was signed in when this form was opened. Nothing was done.")
        }
    }
}
