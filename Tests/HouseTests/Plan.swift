/// The floor plan: which targets exist, and what each may import.
///
/// This is the one list to edit.
enum Plan {
    struct Room {
        let floor: Int
        /// Targets of this package.
        var rooms: [String] = []
        /// Modules of the toolchain and of other packages.
        var modules: [String] = []
        /// A C target: it has no Swift imports, and the room that it serves may stand beside it.
        var isDoor = false
    }

    private static let threads = ["Dispatch", "Synchronization"]
    private static let upToTwo = ["Basics", "OpenSSL", "Workflow", "Directory", "OneTimePassword", "Records"]
    private static let upToThree = upToTwo + ["Onboarding"]

    static let rooms: [String: Room] = [
        "COpenSSL": Room(floor: 0, isDoor: true),
        "CCurl": Room(floor: 0, isDoor: true),
        "CQREncode": Room(floor: 0, isDoor: true),
        "CZlib": Room(floor: 0, isDoor: true),
        "CExpat": Room(floor: 0, isDoor: true),
        "CPQ": Room(floor: 0, isDoor: true),
        "CJOSE": Room(floor: 0, isDoor: true),
        "CDefaults": Room(floor: 0, isDoor: true),
        "Basics": Room(floor: 0, modules: ["Foundation", "Glibc"]),
        "Defaults": Room(floor: 0, rooms: ["CDefaults"], modules: ["Foundation"]),

        "OpenSSL": Room(floor: 1, rooms: ["COpenSSL", "Basics"], modules: ["Foundation"] + threads),
        "Workflow": Room(floor: 1, rooms: ["Basics"], modules: ["Yams", "Foundation"]),
        "Directory": Room(floor: 1, rooms: ["Basics"], modules: ["Yams", "Foundation"]),
        "Translation": Room(floor: 1, rooms: ["Basics"], modules: ["Foundation", "Synchronization"]),
        "Spreadsheet": Room(floor: 1, rooms: ["Basics", "CZlib", "CExpat"], modules: ["Foundation", "Glibc"]),

        "OneTimePassword": Room(
            floor: 2, rooms: ["Basics", "OpenSSL", "CQREncode"], modules: ["Foundation"] + threads),
        "JOSE": Room(floor: 2, rooms: ["Basics", "OpenSSL", "CJOSE"], modules: threads),
        "Records": Room(
            floor: 2, rooms: ["Basics", "OpenSSL", "Workflow", "Directory", "OneTimePassword"],
            modules: ["Foundation"] + threads),
        "Onboarding": Room(floor: 3, rooms: upToTwo + ["JOSE", "Spreadsheet"], modules: ["Foundation"] + threads),

        "Storage": Room(
            floor: 4, rooms: upToTwo + ["CPQ"], modules: ["GRDB", "GRDBSQLite", "Foundation", "Glibc"] + threads),
        "Notification": Room(
            floor: 4, rooms: upToThree + ["Translation", "Defaults", "CCurl"],
            modules: ["Mustache", "Foundation", "Glibc"] + threads),

        "Operations": Room(floor: 4, rooms: upToThree, modules: ["Foundation"]),
        "Remote": Room(
            floor: 5, rooms: ["Operations", "Basics", "CCurl"], modules: ["Foundation", "Glibc"] + threads),
        "Web": Room(
            floor: 5, rooms: upToThree + ["Operations", "Translation"],
            modules: [
                "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "HTTPTypes", "Logging", "Mustache", "NIOCore",
                "NIOHTTP1",
                "NIOHTTPTypes", "NIOSSL", "ServiceLifecycle", "SystemPackage", "UnixSignals", "Yams", "Foundation",
                "Glibc",
            ] + threads),

        "usher": Room(
            floor: 6,
            rooms: upToThree + ["Translation", "Defaults", "Storage", "Notification", "Operations", "Remote", "Web"],
            modules: ["ArgumentParser", "Configuration", "Logging", "SystemPackage", "Yams", "Foundation", "Glibc"]
                + threads),
    ]

    /// The only neighbour that a room may enter: a kept factor has the parameters of one-time passwords.
    static let neighbours = ["Records": "OneTimePassword"]

    /// The order of the folders inside a target: each may name types of those before it.
    static let folders = [
        "Records": [
            "People", "Resources", "Credentials", "Programs", "Applications", "Webhooks", "Files", "Effects",
            "Requests", "Audit", "Security", "Operation",
        ],
        "Onboarding": [
            "Fields", "Authority", "Course", "Access", "Requests", "Reviews", "Credentials", "AccessRequests", "Mails",
            "People", "Programs", "Applications", "Tokens", "Files", "Resources", "Operation", "Changes", "Webhooks",
            "Documents",
        ],
        "Storage": ["Schema", "Words", "SQLite", "PostgreSQL", "Copy"],
        "Web": ["Server", "Pages", "Live", "Clocks", "API", "OpenID", "AuthZEN", "Front"],
        "usher": ["Terminal", "Room", "Commands"],
    ]
}
