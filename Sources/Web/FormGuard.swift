import Basics
import HTTPTypes
import Hummingbird
import OpenSSL

/// Refuses what another site made a browser send: by what the browser says of where it comes from, and by the token
/// that every form of ours carries.
enum FormGuard {
    /// The form of a POST, once it is known to be ours.
    ///
    /// - Throws: `Fault.Code.forbidden` for a form of another site.
    static func form(_ request: Request, _ context: WebContext) async throws -> FormData {
        let form = try await FormData(request)
        try require(form, request, context)
        return form
    }

    /// The same for a form with a file, of which nothing is read before the browser has said where it comes from.
    static func upload(_ request: Request, _ context: WebContext) async throws -> UploadForm {
        try requireSameOrigin(request)
        let upload = try await UploadForm(request)
        try require(upload.form, request, context)
        return upload
    }

    /// - Throws: `Fault.Code.forbidden` for a form of another site.
    static func require(_ form: FormData, _ request: Request, _ context: WebContext) throws {
        try requireSameOrigin(request)
        guard !context.formToken.isEmpty,
            constantTimeEquals(Array(form["form"].utf8), Array(context.formToken.utf8))
        else {
            throw Fault(
                .forbidden, "This form is too old, or came from another site. Go back, reload, and send it again.")
        }
    }

    /// Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`; what says neither is no browser of a victim.
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
