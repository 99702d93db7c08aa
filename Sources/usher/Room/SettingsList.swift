import Onboarding

extension Settings {
    /// Every setting that there is.
    static let keys: [Key] = [
        Key(name: "product", fallback: "Usher", about: "The service's name in mails and authenticator apps.", .product),
        Key(name: "base-url", fallback: "http://127.0.0.1:8080", about: "Where links in mails lead.", .address),
        Key(
            name: "trusted-proxies", fallback: "",
            about: "Addresses and networks, by commas, whose X-Forwarded-For is believed.", for: .serving, .networks),
        Key(
            name: "tls.certificate", fallback: "", about: "PEM file of the certificate and its chain; empty: no TLS.",
            for: .serving, .file()),
        Key(
            name: "tls.key", fallback: "", about: "PEM file of the certificate's key.", for: .serving,
            .file(isSecret: true)),
        Key(
            name: "metrics.listen", fallback: "",
            about: "Address and port at which /metrics is served, to whoever can reach it; empty: nowhere.",
            for: .serving, .endpoint),
        Key(
            name: "log.level", fallback: "info", about: "debug, info, notice, warning or error.", for: .serving,
            .one(of: ["debug", "info", "notice", "warning", "error"])),
        Key(
            name: "api.calls-per-minute", fallback: "6000",
            about: "Calls of the API that one person may make in a minute; 0: as many as they like.", for: .serving,
            .number(0...10_000_000)),
        Key(
            name: "decisions.in-memory", fallback: "yes",
            about: "Whether usher serve holds in memory what decides: some 215 bytes a person; yes or no.",
            for: .serving, .one(of: ["yes", "no"])),
        Key(
            name: "authzen.access-requests", fallback: "",
            about: "Draft by which programs ask for access that was denied: draft-2026-06; empty: they do not.",
            .one(of: [""] + AccessRequestDraft.allCases.map(\.rawValue))),
        Key(
            name: "limits.sign-ins-per-minute", fallback: "30",
            about: "Wrong passwords that one network may send in a minute: an IPv4 address, or an IPv6 /64.",
            for: .serving, .number(1...1_000_000)),
        Key(
            name: "limits.enrolments-per-minute", fallback: "30",
            about: "Wrong links and codes of invitations that one network may send in a minute.", for: .serving,
            .number(1...1_000_000)),
        Key(
            name: "limits.renewals-per-minute", fallback: "30",
            about: "New links that one network may ask for in a minute.", for: .serving, .number(1...1_000_000)),
        Key(
            name: "limits.password-misses", fallback: "5",
            about: "Wrong passwords for one account from one place, after which that place waits.", .number(1...100)),
        Key(
            name: "limits.strangers-misses", fallback: "50",
            about: "Wrong passwords for one account from all unknown networks, after which these wait.",
            .number(5...100_000)),
        Key(
            name: "time-zone", fallback: "Europe/Paris",
            about: "In which days end and mails tell the time.", .timeZone),
        Key(
            name: "calendar", fallback: "default", about: "Business days: a file in catalogue/calendars.", .fileName),
        Key(
            name: "mail.from", fallback: "Usher <usher@localhost.localdomain>", about: "Sender of all mail.",
            for: .mail, .sender),
        Key(
            name: "mail.reply-to", fallback: "", about: "Where answers to mails go; empty: to mail.from.", for: .mail,
            .answers),
        Key(
            name: "mail.bounce", fallback: "",
            about: "Address that servers return mails to, for usher mail bounce; empty: mail.from.", for: .mail,
            .bounces),
        Key(
            name: "mail.give-up-after", fallback: "5d",
            about: "How long a mail is tried again that no server takes now, such as 5d or 12h.", .patience),
        Key(
            name: "smtp.url", fallback: "", about: "smtp://user@host:587 or smtps://…; empty: mails become files.",
            for: .mail, .mailServer),
        Key(
            name: "database.url", fallback: "",
            about: "postgres://USER@HOST/DATABASE for many nodes; empty: the SQLite file of the data folder.",
            for: .always, .database),
        Key(
            name: "database.password-file", fallback: "", about: "File that holds the password of the database's user.",
            for: .always, .password),
        Key(
            name: "database.readers", fallback: "4", about: "Connections of one node that read; one more writes.",
            for: .always, .number(1...100)),
        Key(
            name: "smtp.password-file", fallback: "", about: "File that holds the password of the SMTP user.",
            for: .mail, .password),
        Key(
            name: "smtp.ca-file", fallback: "", about: "PEM file of the authorities that vouch for the mail server.",
            for: .mail, .file()),
        Key(
            name: "smtp.starttls", fallback: "", about: "required, optional or none, for smtp:// only.", for: .mail,
            .one(of: ["", "required", "optional", "none"])),
        Key(
            name: "smtp.helo", fallback: "",
            about: "How the mail server is greeted: a full host name or [ADDRESS]; empty: what this machine is called.",
            for: .mail, .greeting),
        Key(
            name: "smtp.timeout", fallback: "60", about: "Seconds that handing over one mail may take.", for: .mail,
            .number(1...600)),
        Key(
            name: "audit.heads", fallback: "",
            about: "Where signed heads of the audit trail are sent, by commas: a file, mailto:, syslog: or https://.",
            .headDestinations),
        Key(
            name: "webhooks.private-addresses", fallback: "false",
            about: "Whether webhooks may be told at addresses inside the network, by http too: true or false.",
            .one(of: ["true", "false"])),
        Key(
            name: "webhooks.ca-file", fallback: "",
            about: "PEM file of the authorities that vouch for receivers of webhooks; empty: those of this machine.",
            .file()),
        Key(
            name: "security.keep-days", fallback: "90",
            about: "For how many days security events are kept: failed sign-ins, refusals, locks.", .number(1...3_650)),
        Key(
            name: "security.alarm-per-hour", fallback: "100",
            about: "Security events of one kind within an hour that operators are written to about; 0: never.",
            .number(0...1_000_000)),
        Key(
            name: "totp.algorithm", fallback: "sha1", about: "sha1, sha256 or sha512; many apps know sha1 only.",
            .one(of: ["sha1", "sha256", "sha512"])),
        Key(name: "totp.digits", fallback: "6", about: "6 or 8.", .one(of: ["6", "8"])),
        Key(name: "totp.period-seconds", fallback: "30", about: "How long a code is shown.", .number(15...300)),
        Key(
            name: "totp.window", fallback: "1", about: "Steps accepted before and after the current one.",
            .number(0...1)),
        Key(
            name: "password.cost", fallback: "15", about: "Logarithm of scrypt's N, 15 to 18; dearer is slower.",
            .passwordCost),
        Key(
            name: "password.breached-file", fallback: "", about: "Sorted SHA-1 file in the Have I Been Pwned layout.",
            .breachedPasswords),
        Key(
            name: "custom", fallback: "",
            about: "Folder over the embedded defaults; empty: custom/ in the data folder.",
            for: .always, .folder),
    ]
}
