// swift-tools-version: 6.2
import PackageDescription

/// One language for the whole house: Swift 6 with every warning an error.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A room of the house: `docs/architecture.md` says which floor it is on, `HouseTests` checks what it imports.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let hummingbird: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdTLS", package: "hummingbird"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
]

let package = Package(
    name: "usher",
    products: [.executable(name: "usher", targets: ["usher"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Floor 0: doors to C libraries, and words that all share.
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CJOSE", pkgConfig: "jose", providers: [.apt(["libjose-dev"])]),
        .target(name: "CDefaults"),
        room("Basics"),
        room("Defaults", ["CDefaults"]),

        // Floor 1: each a closed subject, pure but for OpenSSL, zlib and Expat.
        room("OpenSSL", ["COpenSSL", "Basics"]),
        room("Workflow", ["Basics", yams]),
        room("Directory", ["Basics", yams]),
        room("Spreadsheet", ["Basics", "CZlib", "CExpat"]),
        room("Translation", ["Basics"]),

        // Floor 2: one-time passwords, signed tokens, and what is kept: the ports and the records, no rule.
        room("OneTimePassword", ["OpenSSL", "CQREncode", "Basics"]),
        room("JOSE", ["OpenSSL", "CJOSE", "Basics"]),
        room("Records", ["Basics", "OpenSSL", "Workflow", "Directory", "OneTimePassword"]),

        // Floor 3: the use cases: the only place that decides who may.
        room(
            "Onboarding",
            ["Records", "Basics", "OpenSSL", "JOSE", "Workflow", "Directory", "Spreadsheet", "OneTimePassword"]),

        // Floor 4: the one list of what can be asked, and the ports' other ends.
        room("Operations", ["Onboarding", "Records", "Workflow", "Directory", "OpenSSL", "Basics"]),
        room(
            "Storage",
            ["Records", "Workflow", "Directory", "OneTimePassword", "OpenSSL", "Basics", "CPQ", grdb, sqlite]),
        room("Notification", ["Onboarding", "Records", "Translation", "OpenSSL", "Basics", "CCurl", mustache]),

        // Floor 5: who serves the list, and who sends it.
        room("Remote", ["Operations", "Basics", "CCurl"]),
        room(
            "Web",
            [
                "Operations", "Onboarding", "Records", "OneTimePassword", "Directory", "Workflow", "OpenSSL",
                "Translation", "Basics",
                mustache,
                yams, logging, system,
            ] + hummingbird),

        // Floor 6: configuration, wiring, commands.
        .executableTarget(
            name: "usher",
            dependencies: [
                "Basics", "OpenSSL", "Workflow", "Directory", "OneTimePassword", "Records", "Onboarding", "Operations",
                "Storage", "Notification", "Remote", "Web", "Translation", "Defaults", argumentParser, configuration,
                logging,
                system, yams,
            ],
            swiftSettings: swiftSettings),

        // Benchmarks: `make bench`.
        .executableTarget(
            name: "BenchmarkOTP", dependencies: ["OneTimePassword", "OpenSSL", "Basics"],
            path: "Benchmarks/otp/Sources", swiftSettings: swiftSettings),
        .executableTarget(
            name: "BenchmarkDecide", dependencies: ["Directory", "Basics"],
            path: "Benchmarks/decide/Sources", swiftSettings: swiftSettings),
        .executableTarget(
            name: "BenchmarkLifecycle",
            dependencies: ["LifecycleRig", "Storage", "Onboarding", "Records", "Basics", grdb],
            path: "Benchmarks/lifecycle/Sources", swiftSettings: swiftSettings),
        .executableTarget(
            name: "BenchmarkWorkflow",
            dependencies: ["Workflow", "Basics", yams],
            path: "Benchmarks/workflow/Sources", swiftSettings: swiftSettings),

        .executableTarget(
            name: "BenchmarkTimers",
            dependencies: ["LifecycleRig", "Storage", "Onboarding", "Records", "Workflow", "Directory", "Basics"],
            path: "Benchmarks/timers/Sources", swiftSettings: swiftSettings),

        .executableTarget(
            name: "BenchmarkService",
            dependencies: [
                "LifecycleRig", "Web", "Storage", "Notification", "Onboarding", "Records", "OneTimePassword",
                "Workflow",
                "Directory", "OpenSSL", "Defaults", "Basics",
            ] + hummingbird,
            path: "Benchmarks/service/Sources", swiftSettings: swiftSettings),

        // Tests, a suite for each room, and rooms of their own.
        .target(
            name: "Scratch", path: "Tests/Scratch", exclude: ["postgresql.sh", "pgbouncer.sh"],
            swiftSettings: swiftSettings),
        .target(
            name: "TestSupport",
            dependencies: [
                "Scratch", "Basics", "OpenSSL", "Workflow", "Directory", "OneTimePassword", "Onboarding", "Records",
                "Storage",
                "Defaults",
            ],
            path: "Tests/TestSupport", swiftSettings: swiftSettings),
        tests(
            "OnboardingTests",
            [
                "TestSupport", "Scratch", "Basics", "OpenSSL", "Workflow", "Directory", "OneTimePassword", "Onboarding",
                "JOSE", "Records",
                "Storage", grdb,
            ]),
        tests(
            "UpgradeTests",
            [
                "TestSupport", "Scratch", "Basics", "OpenSSL", "Workflow", "Directory", "OneTimePassword", "Onboarding",
                "Records", "Storage", grdb,
            ], exclude: ["Kept"]),
        tests("BasicsTests", ["Basics"]),
        tests("RemoteTests", ["Scratch", "Remote", "Operations", "Basics"]),
        tests("DefaultsTests", ["Defaults", "OpenSSL", "Basics"]),
        tests("OpenSSLTests", ["OpenSSL", "Basics"]),
        tests("WorkflowTests", ["Scratch", "Workflow", "Basics", yams], exclude: ["SCXML", "Calendars", "Golden"]),
        tests("DirectoryTests", ["Scratch", "Directory", "Basics"], exclude: ["Seed"]),
        tests("TranslationTests", ["Translation", "Defaults", "Basics"]),
        tests("SpreadsheetTests", ["Spreadsheet", "CZlib", "Basics"], exclude: ["Files"]),
        tests("JOSETests", ["JOSE", "OpenSSL", "Scratch", "Basics"], exclude: ["Wycheproof", "meet.py"]),
        tests("OneTimePasswordTests", ["Scratch", "OneTimePassword", "OpenSSL", "Basics"]),
        tests(
            "NotificationTests",
            ["Scratch", "Notification", "Onboarding", "Records", "Translation", "Defaults", "Basics"],
            exclude: ["Support"]),
        tests(
            "WebTests",
            [
                "TestSupport", "Scratch", "Web", "Operations", "Translation", "Defaults", "Onboarding", "Records",
                "Workflow",
                "Directory", "OneTimePassword", "Basics",
            ],
            exclude: [
                "Browser", "Serving", "API/schemathesis.toml", "AuthZEN/Published", "AuthZEN/schemas.py",
                "AuthZEN/console_client.py",
            ]),
        tests("HouseTests", []),
        tests("AcceptanceTests", ["usher", "Scratch", "Remote", "Operations", "Translation", "Defaults", "Basics"]),
        .target(
            name: "StoreConformance",
            dependencies: ["Records", "Workflow", "Directory", "OneTimePassword", "OpenSSL", "Basics"],
            path: "Tests/StoreConformance", swiftSettings: swiftSettings),
        tests(
            "StorageTests",
            [
                "StoreConformance", "Scratch", "Storage", "Onboarding", "Records", "Workflow", "Directory",
                "OneTimePassword",
                "OpenSSL", "Basics", grdb,
            ]),

        // Whole lifecycles in one process, for the benchmark and for the process that the crash test kills.
        .target(
            name: "LifecycleRig",
            dependencies: [
                "Onboarding", "Records", "OneTimePassword", "Directory", "Workflow", "OpenSSL", "Basics",
                "Notification", "Translation", "Defaults",
            ],
            path: "Tests/LifecycleRig", swiftSettings: swiftSettings),
        .executableTarget(
            name: "CrashDriver",
            dependencies: ["LifecycleRig", "Storage", "Onboarding", "Records", "Workflow", "Basics"],
            path: "Tests/CrashDriver", swiftSettings: swiftSettings),
        tests(
            "CrashTests",
            [
                "TestSupport", "Scratch", "CrashDriver", "LifecycleRig", "Storage", "Notification", "Onboarding",
                "Records", "Directory",
                "Workflow",
                "Basics",
            ]),
    ]
)

// Only for `make fuzz`: a library that libFuzzer's own `main` calls. It is built with its sanitizers, into a folder of its
// own, so that nothing else is.
if Context.environment["USHER_FUZZ"] != nil {
    package.products.append(.library(name: "Fuzz", type: .static, targets: ["Fuzz"]))
    package.targets.append(
        .target(
            name: "Fuzz", dependencies: ["Workflow"], path: "Tests/Fuzz", exclude: ["corpus", "words.dict"],
            swiftSettings: swiftSettings))
}
