public import Basics
import Directory

/// What is registered without anybody's doing.
public enum ApplicationRegister {
    /// The client id of Usher's own command line: the same everywhere, since it is known before a server is.
    public static let commandLine = ApplicationID(trusted: "0000000000000000000000c0mm")

    /// - Throws: nothing: its name is one.
    public static func commandLine(at now: Timestamp) throws -> Application {
        var registration = Registration()
        registration.redirects = ["http://127.0.0.1/callback"]
        registration.grants = [.authorizationCode, .refreshToken, .deviceCode]
        registration.scopes = [.openid, .profile, .email, .api]
        return Application(
            id: commandLine, name: try DisplayName("Usher command line"), kind: .native, registration: registration,
            createdAt: now)
    }
}
