package import Basics
package import Directory
package import Foundation
package import OneTimePassword
package import OpenSSL
package import Records
import Workflow

/// The use cases of Usher.
///
/// Whatever a command, a page or a worker wants is one call here; who may is decided here and
/// nowhere else; every change is one transaction of the store.
package struct Onboarding: Sendable {
    package let store: any Store
    package let world: World
    package let catalogue: Catalogue
    package let library: DefinitionLibrary
    package let calendars: CalendarLibrary
    package let keys: KeyRing
    package let passwords: PasswordRules
    package let hasher: PasswordHasher
    package let mailer: any Mailer
    /// How applications hear that somebody's sign-in has ended.
    package let notifier: any LogoutNotifier
    /// How receivers of webhooks are told what changes.
    package let caller: any WebhookCaller
    /// One for all copies; the keys of tokens.
    package let ring: TokenRing
    /// One for all copies; how mails leave.
    package let post: PostOffice
    /// One for all copies; wakes whoever waits for changes.
    package let pulse = ChangePulse()
    /// One for all copies; how everybody stands, where a service holds it in memory.
    package let standings: HeldStandings
    /// Where signed heads of the audit trail are kept beside the database.
    package let heads: AuditHeads
    package let settings: Settings
    /// What workflows may order.
    package let effects: EffectRegistry

    /// How guesses at passwords are slowed down; see `GuessLane`.
    package struct GuessLimits: Sendable {
        /// Of one network, browser or session at one account.
        let each: Attempts.Limits
        /// Of all networks together that an account does not know.
        let strangers: Attempts.Limits

        /// - Parameters:
        ///   - misses: at one account from one place, after which it waits:
        ///     half a minute first, an hour at most.
        ///   - strangers: the same from all unknown networks, which wait a quarter of an hour at most.
        package init(misses: Int = 5, strangers: Int = 50) {
            each = Attempts.Limits(freeMisses: misses, longestWaitSeconds: 3600)
            self.strangers = Attempts.Limits(freeMisses: strangers, longestWaitSeconds: 900)
        }
    }

    /// What an operator may set.
    package struct Settings: Sendable {
        /// The product's name in mails and authenticator apps.
        package var product: String
        /// Where links lead; never taken from a request.
        ///
        /// No trailing slash.
        package var baseURL: String
        /// How new factors count.
        package var factor: OTPParameters
        /// Steps before and after the current one that are accepted: 1, or 0 for none.
        package var window: Int
        package var passwordCost: ScryptCost
        /// How many wrong passwords are free, and how long one waits then.
        package var guesses = GuessLimits()
        /// In which days end and dates in mails are told, but for
        /// organizations that have a time zone of their own.
        package var timeZone: TimeZone
        /// For how many days security events are kept.
        package var securityEventDays = 90
        /// How often a kind of security event may be seen within an hour
        /// before operators are written to; 0 for never.
        package var securityAlarm = 100
        /// For how long a mail is tried again that a server cannot take now.
        package var mailPatienceSeconds: Int64 = 5 * 86_400
        /// Those that pages are in, of which people choose.
        package var languages = Languages.shipped
        /// Which draft of asking for access is spoken with programs; nil for none.
        package var accessRequests: AccessRequestDraft?

        package init(
            product: String, baseURL: String, factor: OTPParameters, window: Int, passwordCost: ScryptCost,
            timeZone: TimeZone
        ) {
            self.product = product
            self.baseURL = baseURL
            self.factor = factor
            self.window = window
            self.passwordCost = passwordCost
            self.timeZone = timeZone
        }
    }

    package init(
        store: any Store, world: World, catalogue: Catalogue, library: DefinitionLibrary, calendars: CalendarLibrary,
        keys: KeyRing, passwords: PasswordRules, hasher: PasswordHasher, mailer: any Mailer,
        heads: AuditHeads, settings: Settings, post: PostOffice = PostOffice(), effects: EffectRegistry = .standard,
        notifier: any LogoutNotifier = NoLogoutNotifier(), caller: any WebhookCaller = NoWebhookCaller(),
        ring: TokenRing = TokenRing(), standings: HeldStandings = HeldStandings()
    ) {
        self.store = store
        self.world = world
        self.catalogue = catalogue
        self.library = library
        self.calendars = calendars
        self.keys = keys
        self.passwords = passwords
        self.hasher = hasher
        self.mailer = mailer
        self.heads = heads
        self.post = post
        self.settings = settings
        self.effects = effects
        self.notifier = notifier
        self.caller = caller
        self.ring = ring
        self.standings = standings
    }

    package var vault: FactorVault { FactorVault(keys: keys) }
}
