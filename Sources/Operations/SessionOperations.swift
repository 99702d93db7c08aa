import Basics
import Onboarding
import Records

/// `/sessions`: signing in with a program.
///
/// Half a session, whose second factor is owed, opens `/sessions/current` and nothing else.
extension APIOperation {
    static let sessions = [
        signIn, listSessions, endOtherSessions, currentSession, signOut, proveCode, showSession, endSession,
    ]

    public static var signIn: APIOperation {
        APIOperation(.post, "/sessions", for: .anybody, limit: .passwords) {
            (email: $0.text("email"), password: $0.secret("password"))
        } run: { call, proof in
            let entered = try await call.onboarding.signIn(
                email: proof.email, password: proof.password, from: call.client)
            return .created(entered.json, at: "/sessions/\(entered.visitor.session.id)")
        }
    }

    /// The code is used up; the token before it opens nothing any more.
    public static var proveCode: APIOperation {
        APIOperation(.post, "/sessions/current/code", for: .signedIn) {
            $0.text("code")
        } run: { call, code in
            let (entered, verdict) = try await call.onboarding.prove(code, in: call.token, from: call.client)
            guard let entered else { throw CodeRefusal(verdict, verdict.refusal) }
            return .document(entered.json)
        }
    }

    public static var currentSession: APIOperation {
        APIOperation(.get, "/sessions/current", for: .signedIn) { call in
            let visitor = try call.visitor
            return .document(
                visitor.session.json(isCurrent: true).with("person", visitor.person.json)
                    .with("owesCode", .bool(visitor.owesCode)).with("owesFactor", .bool(visitor.owes == .factor)))
        }
    }

    public static var signOut: APIOperation {
        APIOperation(.delete, "/sessions/current", for: .signedIn) { call in
            try await call.onboarding.signOut(call.token)
            return .done
        }
    }

    public static var listSessions: APIOperation {
        .list("/sessions") { call in
            let visitor = try call.visitor
            let (page, sessions) = (try call.query.page(), try await call.onboarding.sessions(of: visitor))
            // Newest first, and few: nobody signs in more often in twelve hours than a page holds.
            let rest = sessions.drop { session in page.after.map { session.id.text >= $0 } ?? false }
            let shown = Array(rest.prefix(page.limit))
            return .list(
                shown.map { $0.json(isCurrent: $0.id == visitor.session.id) },
                next: shown.count < rest.count ? shown.last?.id.text : nil)
        }
    }

    public static var showSession: APIOperation {
        APIOperation(.get, "/sessions/{id}") { call in
            let visitor = try call.visitor
            let sessions = try await call.onboarding.sessions(of: visitor)
            let session = try call.id("id", "session") { id in sessions.first { $0.id.text == id } }
            return .document(session.json(isCurrent: session.id == visitor.session.id))
        }
    }

    public static var endSession: APIOperation {
        APIOperation(.delete, "/sessions/{id}") { call in
            let id = try call.id("id", "session", SessionID.init)
            try await call.onboarding.endSession(id, by: call.provenVisitor)
            return .done
        }
    }

    public static var endOtherSessions: APIOperation {
        APIOperation(.delete, "/sessions") { call in
            try await call.onboarding.endSession(nil, by: call.visitor)
            return .done
        }
    }
}

extension SignIn {
    var json: JSON {
        [
            "token": .string(String(decoding: token.exposed, as: UTF8.self)), "owesCode": .bool(visitor.owesCode),
            "owesFactor": .bool(visitor.owes == .factor), "expiresAt": .string(visitor.session.endsAt.iso8601),
            "session": .string(visitor.session.id.text),
            "person": visitor.person.json,
        ]
    }
}

extension Session {
    fileprivate var endsAt: Timestamp { createdAt.adding(seconds: SessionLimits.overallSeconds) }

    fileprivate func json(isCurrent: Bool) -> JSON {
        [
            "id": .string(id.text), "client": .string(client), "createdAt": JSON(createdAt), "seenAt": JSON(seenAt),
            "verifiedAt": JSON(verifiedAt), "expiresAt": JSON(endsAt),
            "idleSeconds": .integer(SessionLimits.idleSeconds), "current": .bool(isCurrent),
        ]
    }
}
