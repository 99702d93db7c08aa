import Basics
import Directory
import Records
import Testing

extension ConformanceCase {
    static let applications: [ConformanceCase] = [
        ConformanceCase("keeps an application whole, and finds it by its id and its name") { store in
            try await Sample.fill(store)
            var registration = Registration()
            registration.redirects = ["https://a.example/é?x=1", "http://127.0.0.1/cb"]
            registration.logoutRedirects = ["https://a.example/"]
            registration.logoutNotice = "https://a.example/out"
            registration.grants = [.authorizationCode, .deviceCode]
            registration.scopes = [.openid, .apiRead, .offline]
            registration.organizations = [Sample.organization]
            registration.algorithm = .rs256
            registration.sessionSeconds = 301
            registration.resources = ["https://b.example"]
            registration.keys = ["keys": [["kty": "EC", "x": "é"]]]
            (registration.mustPush, registration.mustProveKey) = (true, true)
            let application = try Sample.application(700, registration: registration)
            try await store.write { try $0.insert(application) }
            try await store.read { snapshot in
                let kept = try snapshot.application(application.id)
                #expect(kept == application)
                #expect(try snapshot.application(named: application.name.text) == application)
                #expect(try snapshot.application(Sample.applicationID(701)) == nil)
                #expect(try snapshot.application(named: "Nothing") == nil)
            }
        },
        ConformanceCase("refuses two applications of one name, until the first is removed, once") { store in
            let first = try Sample.application(700, name: "Console")
            let second = try Sample.application(701, name: "Console")
            let other = try Sample.application(702, name: "Other")
            try await store.write { transaction in
                try transaction.insert(first)
                try transaction.insert(other)
                try transaction.insert(Sample.secret(1, of: first))
            }
            await #expect(throws: (any Error).self) { try await store.write { try $0.insert(second) } }
            let later = Sample.now.adding(seconds: 9)
            try await store.write { transaction in
                #expect(try transaction.removeApplication(first.id, at: later))
                #expect(try !transaction.removeApplication(first.id, at: later.adding(seconds: 1)))
                #expect(try transaction.application(first.id)?.removedAt == later)
                #expect(try transaction.application(named: "Console") == nil)
                #expect(try transaction.applicationSecrets(of: first.id) == [])
                try transaction.insert(second)
                #expect(try transaction.application(named: "Console") == second)
            }
            try await store.read { snapshot in
                let page = try snapshot.applications(PageRequest(after: nil, limit: 1))
                #expect(page.items == [second])
                let rest = try snapshot.applications(PageRequest(after: page.next, limit: 9))
                #expect(rest.items == [other] && rest.next == nil)
            }
            await expectFault(.invalid, naming: "after") {
                _ = try await store.read { try $0.applications(PageRequest(after: "x", limit: 1)) }
            }
        },
        ConformanceCase("gives the newest secret of one application an end, and no other one") { store in
            let (one, other) = (try Sample.application(700), try Sample.application(701))
            let (end, later) = (Sample.now.adding(seconds: 60), Sample.now.adding(seconds: 90))
            try await store.write { transaction in
                for application in [one, other] {
                    try transaction.insert(application)
                    try transaction.insert(Sample.secret(1, of: application))
                }
                try transaction.endNewestApplicationSecret(of: one.id, at: end)
                try transaction.insert(Sample.secret(2, of: one, at: 1))
                try transaction.endNewestApplicationSecret(of: one.id, at: later)
                let secrets = try transaction.applicationSecrets(of: one.id)
                #expect(secrets.map(\.hash) == [Sample.hash(1), Sample.hash(2)])
                #expect(secrets.map(\.endsAt) == [end, later])
                #expect(secrets[0].isLive(at: end.adding(milliseconds: -1)) && !secrets[0].isLive(at: end))
                #expect(try transaction.applicationSecrets(of: other.id).map(\.endsAt) == [nil])
            }
        },
        ConformanceCase("keeps the keys of tokens, oldest first, until they are taken away") { store in
            try await store.write { transaction in
                for number in [3, 1, 2] { try transaction.insert(Sample.tokenKey(number)) }
                #expect(try transaction.tokenKeys().map(\.id) == ["key1", "key2", "key3"])
                let key = try #require(try transaction.tokenKeys().first)
                #expect(key.algorithm == .rs256 && key.publicKey == ["kid": "key1"] && key.sealed == [0, 1, 255])
                #expect(key.nonce == [UInt8](repeating: 7, count: 12) && key.keyID == "k1")
                #expect(key.createdAt == Sample.now.adding(seconds: 1))
                #expect(key.signsFrom == Sample.now.adding(seconds: 61))
                try transaction.remove(key)
                #expect(try transaction.tokenKeys().map(\.id) == ["key2", "key3"])
            }
            await #expect(throws: (any Error).self) { try await store.write { try $0.insert(Sample.tokenKey(2)) } }
        },
    ]

    static let logouts: [ConformanceCase] = [
        ConformanceCase("hands each word to an application to one courier, and again once its lease is over") { store in
            try await Sample.fill(store)
            let later = Sample.now.adding(seconds: 60)
            let orders = (0..<9).map { Sample.logout($0) } + [Sample.logout(10, due: later)]
            try await store.write { try $0.insert(orders) }
            #expect(try await store.read { try $0.hasDueLogout(at: Sample.now) })
            let bags = try await withThrowingTaskGroup(of: [Effect].self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await store.write { try $0.claimLogouts(at: Sample.now, limit: 2, leaseSeconds: 60) }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(bags.count == 9 && Set(bags.map(\.key)) == Set(orders.dropLast().map(\.key)))
            #expect(try await store.read { try !$0.hasDueLogout(at: Sample.now) })
            try await store.write { transaction in
                let almost = later.adding(milliseconds: -1)
                let early = try transaction.claimLogouts(at: almost, limit: 99, leaseSeconds: 60)
                let again = try transaction.claimLogouts(at: later, limit: 99, leaseSeconds: 60)
                #expect(early.isEmpty && again.count == 10)
            }
        },
        ConformanceCase("keeps words to applications, mails and changes of its own data apart") { store in
            try await Sample.fill(store)
            let (mail, grant) = (Sample.effect(500, "a"), Sample.effect(500, "b", kind: "grant"))
            let ofRequest = Sample.effect(500, "c", kind: "logout")
            try await Sample.submit(500, to: store, effects: [mail, grant, ofRequest])
            let logout = Sample.logout(1)
            try await store.write { transaction in
                try transaction.insert([logout])
                #expect(try transaction.dueLocalEffects(at: Sample.now, limit: 99).map(\.key) == [grant.key])
                let own = try transaction.dueLocalEffects(of: Sample.requestID(500), at: Sample.now)
                #expect(own.map(\.key) == [grant.key])
                let mails = try transaction.claimMails(
                    of: nil, at: Sample.now, limit: 99, withFiles: true, leaseSeconds: 60)
                #expect(mails.map(\.key) == [mail.key])
                let words = try transaction.claimLogouts(at: Sample.now, limit: 99, leaseSeconds: 60)
                #expect(Set(words.map(\.key)) == [logout.key, ofRequest.key])
                #expect(try !transaction.hasParkedLogout(of: Sample.applicationID(700)))
                let kept = try #require(words.first { $0.key == logout.key })
                #expect(kept.request == nil && kept.order.recipient == Sample.holder && kept.order.item == Sample.id(1))
            }
        },
        ConformanceCase("knows whether an application was not told of a sign-in that has ended") { store in
            try await Sample.fillApplication(store)
            let logout = Sample.logout(800)
            try await store.write { transaction in
                try transaction.insert(Sample.application(701))
                try transaction.insert(Sample.session(800))
                try transaction.insert([logout])
                #expect(try !transaction.hasParkedLogout(of: Sample.applicationID(700)))
                try transaction.park(logout.key, .later, at: Sample.now, note: "away")
                #expect(try transaction.hasParkedLogout(of: Sample.applicationID(700)))
                #expect(try !transaction.hasParkedLogout(of: Sample.applicationID(701)))
                let end = Sample.now.adding(seconds: 3_601)
                _ = try transaction.forgetTokens(endedBefore: end, limit: 9)
                #expect(try !transaction.hasParkedLogout(of: Sample.applicationID(700)))
            }
        },
    ]
}

extension Sample {
    static func applicationID(_ number: Int) -> ApplicationID { ApplicationID(trusted: id(number)) }

    static func application(
        _ number: Int, name: String? = nil, registration: Registration = Registration()
    ) throws -> Application {
        Application(
            id: applicationID(number), name: try DisplayName(name ?? "Application \(number)"), kind: .web,
            registration: registration, createdAt: now)
    }

    static func secret(_ byte: UInt8, of application: Application, at seconds: Int64 = 0) -> ApplicationSecret {
        ApplicationSecret(
            application: application.id, hash: hash(byte), createdAt: now.adding(seconds: seconds), endsAt: nil)
    }

    static func tokenKey(_ number: Int) -> TokenKey {
        let made = now.adding(seconds: Int64(number))
        return TokenKey(
            id: "key\(number)", algorithm: number == 1 ? .rs256 : .es256,
            publicKey: ["kid": .string("key\(number)")], sealed: [0, 1, 255],
            nonce: [UInt8](repeating: 7, count: 12), keyID: "k1", createdAt: made, signsFrom: made.adding(seconds: 60))
    }

    static func logout(_ number: Int, due: Timestamp = now) -> Effect {
        Effect(
            key: "person/\(holder)/logout/\(id(number))", request: nil, kind: Effect.logout,
            order: Effect.Order(recipient: holder, item: id(number)), orderedAt: now, dueAt: due, greatestTries: 12)
    }
}
