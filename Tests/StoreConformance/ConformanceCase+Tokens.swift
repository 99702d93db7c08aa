import Basics
import Records
import Testing

extension ConformanceCase {
    static let tokens: [ConformanceCase] = [
        ConformanceCase("keeps what somebody agreed to in a code, and redeems it once, whoever comes") { store in
            try await Sample.fillApplication(store)
            let code = Sample.code(1)
            try await store.write { try $0.insert(code) }
            try await store.read { snapshot in
                let kept = try #require(try snapshot.authorizationCode(hash: code.hash))
                #expect(kept.authorization == code.authorization && kept.redeemed == nil)
                #expect(kept.redirect == code.redirect && kept.nonce == code.nonce)
                #expect(kept.challenge == code.challenge && kept.expiresAt == code.expiresAt)
                #expect(try snapshot.authorizationCode(hash: Sample.hash(9))?.redirect == nil)
            }
            let redeemed = try await winners(in: store) { number, transaction in
                try transaction.redeem(code, for: Sample.sessionID(number), until: code.expiresAt.adding(seconds: 9))
            }
            #expect(redeemed.count == 1)
            let kept = try await store.read { try $0.authorizationCode(hash: code.hash) }
            #expect(kept?.redeemed == redeemed.first.map(Sample.sessionID))
            // Known for as long as what came of it.
            #expect(kept?.expiresAt == code.expiresAt.adding(seconds: 9))
        },
        ConformanceCase("keeps a sign-in at an application until it is ended, once") { store in
            try await Sample.fillApplication(store)
            let (first, second) = (Sample.session(800), Sample.session(801, of: nil))
            let later = Sample.now.adding(seconds: 5)
            try await store.write { transaction in
                for session in [second, first] { try transaction.insert(session) }
                let kept = try #require(try transaction.applicationSession(first.id))
                #expect(kept.authorization == first.authorization && kept.createdAt == first.createdAt)
                #expect(kept.endsAt == first.endsAt && kept.endedAt == nil)
                #expect(kept.refreshes == ApplicationSession.Refreshes())
                #expect(try transaction.applicationSession(second.id)?.authorization.session == nil)
                #expect(try transaction.applicationSessions(of: Sample.holder).map(\.id) == [first.id, second.id])
                #expect(try transaction.applicationSessions(of: Sample.manager).isEmpty)
                #expect(try transaction.end(first.id, at: later))
                #expect(try !transaction.end(first.id, at: later.adding(seconds: 1)))
                #expect(try !transaction.end(Sample.sessionID(899), at: later))
                #expect(try transaction.applicationSession(first.id)?.endedAt == later)
                #expect(try transaction.applicationSessions(of: Sample.holder).map(\.id) == [second.id])
            }
        },
        ConformanceCase("changes refreshes only from what was read, and none of a sign-in that has ended") { store in
            try await Sample.fillApplication(store)
            let session = Sample.session(800)
            try await store.write { try $0.insert(session) }
            let next = ApplicationSession.Refreshes(number: 1, changedAt: Sample.now, repeats: 0)
            let won = try await winners(in: store) { _, transaction in try transaction.set(next, of: session) }
            #expect(won.count == 1)
            try await store.write { transaction in
                let read = try #require(try transaction.applicationSession(session.id))
                #expect(read.refreshes == next)
                let repeated = ApplicationSession.Refreshes(number: 1, changedAt: Sample.now, repeats: 1)
                #expect(try transaction.set(repeated, of: read))
                #expect(try !transaction.set(repeated, of: read))
                let again = try #require(try transaction.applicationSession(session.id))
                #expect(again.refreshes == repeated)
                _ = try transaction.end(session.id, at: Sample.now)
                #expect(try !transaction.set(next, of: again))
            }
        },
        ConformanceCase("moves the sign-ins of one session of one person to another, and no others") { store in
            try await Sample.fillApplication(store)
            let (old, new) = (SessionID(trusted: Sample.id(900)), SessionID(trusted: Sample.id(901)))
            let mine = [Sample.session(800, of: old), Sample.session(801, of: nil), Sample.session(802, of: new)]
            let hers = Sample.session(803, of: old, by: Sample.manager)
            try await store.write { transaction in
                for session in mine + [hers] { try transaction.insert(session) }
                try transaction.moveApplicationSessions(from: old, to: new, of: Sample.holder)
                let moved = try transaction.applicationSessions(of: Sample.holder).map(\.authorization.session)
                #expect(moved == [new, nil, new])
                #expect(try transaction.applicationSession(hers.id)?.authorization.session == old)
            }
        },
        ConformanceCase("takes a pushed request once, and lets it wait longer") { store in
            try await Sample.fillApplication(store)
            let request = Sample.pushed(1)
            let end = request.expiresAt.adding(seconds: 900)
            try await store.write { transaction in
                try transaction.insert(request)
                let kept = try #require(try transaction.pushedRequest(hash: request.hash))
                #expect(kept.parameters == request.parameters && kept.application == request.application)
                #expect(kept.expiresAt == request.expiresAt)
                try transaction.setExpiry(of: request, to: end)
                #expect(try transaction.pushedRequest(hash: request.hash)?.expiresAt == end)
            }
            let taken = try await winners(in: store) { _, transaction in try transaction.take(request) }
            #expect(taken.count == 1)
            #expect(try await store.read { try $0.pushedRequest(hash: request.hash)?.application } == nil)
        },
        ConformanceCase("lets something count once, of any number at once") { store in
            let end = Sample.now.adding(seconds: 60)
            let won = try await winners(in: store) { _, transaction in
                try transaction.useOnce(Sample.hash(1), until: end)
            }
            #expect(won.count == 1)
            try await store.write { transaction in
                #expect(try !transaction.useOnce(Sample.hash(1), until: end.adding(seconds: 60)))
                #expect(try transaction.useOnce(Sample.hash(2), until: end))
                #expect(try !transaction.isRevoked("jti"))
                for _ in 0..<2 { try transaction.revoke("jti", until: end) }
                #expect(try transaction.isRevoked("jti") && !transaction.isRevoked("other"))
            }
        },
        ConformanceCase("forgets what has ended, so many of a kind at once, and says whether there is more") { store in
            try await Sample.fillApplication(store)
            let (short, long) = (Sample.now.adding(seconds: 10), Sample.now.adding(seconds: 20))
            try await store.write { transaction in
                for (number, end) in [(UInt8(1), short), (2, short), (3, long)] {
                    try transaction.insert(Sample.session(800 + Int(number), until: end))
                    try transaction.insert(Sample.code(number, until: end))
                    try transaction.insert(Sample.device(number, until: end))
                    try transaction.insert(Sample.pushed(number, until: end))
                    _ = try transaction.useOnce(Sample.hash(number), until: end)
                    try transaction.revoke("jti\(number)", until: end)
                }
                // Up to the end, not including: what ends now has ended, and is forgotten afterwards.
                #expect(try !transaction.forgetTokens(endedBefore: short, limit: 9))
                #expect(try Sample.left(in: transaction) == [3, 3, 3, 3, 3])
                let after = short.adding(milliseconds: 1)
                #expect(try transaction.forgetTokens(endedBefore: after, limit: 1))
                #expect(try Sample.left(in: transaction) == [2, 2, 2, 2, 2])
                #expect(try transaction.forgetTokens(endedBefore: after, limit: 1))
                #expect(try !transaction.forgetTokens(endedBefore: after, limit: 1))
                #expect(try Sample.left(in: transaction) == [1, 1, 1, 1, 1])
                #expect(try transaction.applicationSession(Sample.sessionID(803))?.endsAt == long)
                // To ask whether something was used is to use it.
                #expect(try transaction.useOnce(Sample.hash(1), until: long))
                #expect(try !transaction.useOnce(Sample.hash(3), until: long))
            }
        },
    ]

    static let devices: [ConformanceCase] = [
        ConformanceCase("keeps the code of a machine, found by either half, and answers it once") { store in
            try await Sample.fillApplication(store)
            let code = Sample.device(1)
            try await store.write { try $0.insert(code) }
            try await store.read { snapshot in
                let kept = try [
                    snapshot.deviceCode(hash: code.hash), snapshot.deviceCode(userHash: code.userHash),
                ].map { try #require($0) }
                for kept in kept {
                    #expect(kept.hash == code.hash && kept.userHash == code.userHash && kept.answer == .waiting)
                    #expect(kept.application == code.application && kept.scopes == code.scopes)
                    #expect(kept.resource == code.resource && kept.keyThumbprint == code.keyThumbprint)
                    #expect(kept.address == code.address && kept.createdAt == code.createdAt)
                    #expect(kept.expiresAt == code.expiresAt && kept.pauseSeconds == 5 && kept.polledAt == nil)
                    #expect(kept.authorization == nil)
                }
                #expect(try snapshot.deviceCode(hash: code.userHash)?.address == nil)
            }
            let given = Sample.authorization(of: nil, by: Sample.holder)
            let won = try await winners(in: store) { number, transaction in
                let isApproved = number.isMultiple(of: 2)
                return try transaction.answer(code, isApproved ? .approved : .denied, by: isApproved ? given : nil)
            }
            #expect(won.count == 1)
        },
        ConformanceCase("redeems the code of a machine once, with what its person agreed to") { store in
            try await Sample.fillApplication(store)
            let code = Sample.device(1)
            let given = Sample.authorization(of: nil, by: Sample.holder)
            try await store.write { transaction in
                try transaction.insert(code)
                #expect(try transaction.answer(code, .approved, by: given))
                #expect(try !transaction.answer(code, .denied, by: nil))
            }
            let approved = try #require(try await store.read { try $0.deviceCode(hash: code.hash) })
            #expect(approved.answer == .approved && approved.authorization == given)
            let won = try await winners(in: store) { _, transaction in
                try transaction.answer(approved, .redeemed, by: nil)
            }
            #expect(won.count == 1)
            let redeemed = try #require(try await store.read { try $0.deviceCode(hash: code.hash) })
            #expect(redeemed.answer == .redeemed && redeemed.authorization == given)
        },
        ConformanceCase("keeps when a machine asked last, and how long it has to wait") { store in
            try await Sample.fillApplication(store)
            try await store.write { transaction in
                for byte in [UInt8(1), 2] { try transaction.insert(Sample.device(byte)) }
                try transaction.setPoll(of: Sample.device(1), at: Sample.now.adding(seconds: 3), pauseSeconds: 10)
                let kept = try #require(try transaction.deviceCode(hash: Sample.hash(1)))
                #expect(kept.polledAt == Sample.now.adding(seconds: 3) && kept.pauseSeconds == 10)
                #expect(try transaction.deviceCode(hash: Sample.hash(2))?.polledAt == nil)
            }
            // Two machines that wait under one code would be signed in by one person.
            await #expect(throws: (any Error).self) {
                try await store.write { try $0.insert(Sample.device(3, userByte: 101)) }
            }
        },
    ]

    /// Which of twenty that try at once get through.
    private static func winners(
        in store: any Store, _ body: @escaping @Sendable (Int, any Transaction) throws -> Bool
    ) async throws -> [Int] {
        try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 800..<820 {
                group.addTask { try await store.write { try body(number, $0) } ? number : nil }
            }
            return try await group.reduce(into: []) { if let number = $1 { $0.append(number) } }
        }
    }
}

extension Sample {
    static func sessionID(_ number: Int) -> ApplicationSessionID { ApplicationSessionID(trusted: id(number)) }

    /// The directory, with an application in it.
    static func fillApplication(_ store: any Store) async throws {
        try await fill(store)
        try await store.write { try $0.insert(application(700)) }
    }

    static func authorization(of session: SessionID?, by person: PersonID) -> Authorization {
        Authorization(
            application: applicationID(700), person: person, session: session, scopes: [.openid, .apiRead],
            resource: "https://b.example", keyThumbprint: "é", authenticatedAt: now.adding(seconds: -60),
            verifiedAt: session == nil ? nil : now.adding(seconds: -30))
    }

    static func code(_ byte: UInt8, until end: Timestamp = now.adding(seconds: 60)) -> AuthorizationCode {
        AuthorizationCode(
            hash: hash(byte), authorization: authorization(of: SessionID(trusted: id(900)), by: holder),
            redirect: "https://a.example/cb", nonce: byte == 1 ? "n" : nil, challenge: "c", expiresAt: end)
    }

    static func session(
        _ number: Int, of session: SessionID? = SessionID(trusted: id(900)), by person: PersonID = holder,
        until end: Timestamp = now.adding(seconds: 3_600)
    ) -> ApplicationSession {
        ApplicationSession(
            id: sessionID(number), authorization: authorization(of: session, by: person), createdAt: now, endsAt: end)
    }

    static func device(
        _ byte: UInt8, until end: Timestamp = now.adding(seconds: 900), userByte: UInt8? = nil
    ) -> DeviceCode {
        let given = authorization(of: nil, by: holder)
        return DeviceCode(
            hash: hash(byte), userHash: hash(userByte ?? byte + 100), application: applicationID(700),
            scopes: given.scopes, resource: given.resource, keyThumbprint: given.keyThumbprint, address: "192.0.2.1",
            createdAt: now, expiresAt: end, pauseSeconds: 5)
    }

    static func pushed(_ byte: UInt8, until end: Timestamp = now.adding(seconds: 90)) -> PushedRequest {
        PushedRequest(
            hash: hash(byte), application: applicationID(700), parameters: ["state": "ü\n\"", "scope": "openid"],
            expiresAt: end)
    }

    /// How many of the three of each kind there still are.
    fileprivate static func left(in snapshot: any Snapshot) throws -> [Int] {
        let numbers = [UInt8(1), 2, 3]
        return [
            try numbers.count { try snapshot.applicationSession(sessionID(800 + Int($0))) != nil },
            try numbers.count { try snapshot.authorizationCode(hash: hash($0)) != nil },
            try numbers.count { try snapshot.deviceCode(hash: hash($0)) != nil },
            try numbers.count { try snapshot.pushedRequest(hash: hash($0)) != nil },
            try numbers.count { try snapshot.isRevoked("jti\($0)") },
        ]
    }
}
