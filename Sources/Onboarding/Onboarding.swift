public import Basics
public import Directory
public import Foundation
public import OneTimePassword
public import OpenSSL
public import Records
import Workflow

/// The use cases of Usher.
///
/// Whatever a command, a page or a worker wants is one call here; who may is decided here and
/// nowhere else; every change is one transaction of the store.
public struct Onboarding: Sendable {
    public let store: any Store
    public let world: World
    public let catalogue: Catalogue
    public let library: DefinitionLibrary
    public let calendars: CalendarLibrary
    public let keys: KeyRing
    public let passwords: PasswordRules
    public let hasher: PasswordHasher
    public let mailer: any Mailer
    /// How applications hear that somebody's sign-in has ended.
    public let notifier: any LogoutNotifier
    /// One for all copies; to which applications calls are under way.
    let logoutTraffic = LogoutTraffic()
    /// How receivers of webhooks are told what changes.
    public let caller: any WebhookCaller
    /// One for all copies; the keys of tokens.
    public let ring: TokenRing
    /// One for all copies; how mails leave.
    public let post: PostOffice
    /// One for all copies; wakes whoever waits for changes.
    public let pulse = ChangePulse()
    /// One for all copies; how everybody stands, where a service holds it in memory.
    public let standings: HeldStandings
    /// Where signed heads of the audit trail are kept beside the database.
    public let heads: AuditHeads
    public let settings: Settings
    /// What workflows may order.
    public let effects: EffectRegistry

    /// How guesses at passwords are slowed down; see `GuessLane`.
    public struct GuessLimits: Sendable {
        /// Of one network, browser or session at one account.
        let each: Attempts.Limits
        /// Of all networks together that an account does not know.
        let strangers: Attempts.Limits

        /// - Parameters:
        ///   - misses: at one account from one place, after which it waits:
        ///     half a minute first, an hour at most.
        ///   - strangers: the same from all unknown networks, which wait a quarter of an hour at most.
        public init(misses: Int = 5, strangers: Int = 50) {
            each = Attempts.Limits(freeMisses: misses, longestWaitSeconds: 3600)
            self.strangers = Attempts.Limits(freeMisses: strangers, longestWaitSeconds: 900)
        }
    }

    /// What an operator may set.
    public struct Settings: Sendable {
        /// The product's name in mails and authenticator apps.
        public var product: String
        /// Where links lead; never taken from a request.
        ///
        /// No trailing slash.
        public var baseURL: String
        /// How new factors count.
        public var factor: OTPParameters
        /// Steps before and after the current one that are accepted: 1, or 0 for none.
        public var window: Int
        public var passwordCost: ScryptCost
        /// How many wrong passwords are free, and how long one waits then.
        public var guesses = GuessLimits()
        /// In which days end and dates in mails are told, but for
        /// organizations that have a time zone of their own.
        public var timeZone: TimeZone
        /// For how many days security events are kept.
        public var securityEventDays = 90
        /// How often a kind of security event may be seen within an hour
        /// before operators are written to; 0 for never.
        public var securityAlarm = 100
        /// For how long a mail is tried again that a server cannot take now.
        public var mailPatienceSeconds: Int64 = 5 * 86_400
        /// Those that pages are in, of which people choose.
        public var languages = Languages.shipped
        /// Which draft of asking for access is spoken with programs; nil for none.
        public var accessRequests: AccessRequestDraft?

        public init(
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

    public init(
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

    public var vault: FactorVault { FactorVault(keys: keys) }
}
