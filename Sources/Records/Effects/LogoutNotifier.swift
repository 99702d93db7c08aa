/// The port through which applications hear that a sign-in at them has ended
/// (OpenID Connect Back-Channel Logout 1.0, section 2.5).
public protocol LogoutNotifier: Sendable {
    /// Returns when the application has said that it did what it was told.
    ///
    /// - Throws: `.later` for an application that is away or asks to come again, never `.server`: what one
    ///   does says nothing about the next.
    func notify(_ address: String, logoutToken: String) async throws(DeliveryFailure)
}

/// Of a program that tells nobody.
public struct NoLogoutNotifier: LogoutNotifier {
    public init() {}

    public func notify(_ address: String, logoutToken: String) async throws(DeliveryFailure) {
        throw DeliveryFailure(.later, "This program tells no applications.")
    }
}
