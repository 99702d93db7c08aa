import Basics
import Directory
import OneTimePassword
import Records
import Testing

extension ConformanceCase {
    static let campaigns: [ConformanceCase] = [
        ConformanceCase("finds the runs of a campaign, its organizations, and the one open review of a cloud") {
            store in
            try await Sample.fill(store)
            let campaign = CampaignID(trusted: Sample.id(50))
            try await store.write { transaction in
                let run = try Sample.run()
                let request = Request(
                    id: Sample.requestID(3), organization: Sample.organization, holder: nil, cloud: Sample.cloud,
                    campaign: campaign, requester: .operator("root"), reason: "r", until: nil, idempotencyKey: nil,
                    createdAt: Sample.now, run: run, version: 1)
                try transaction.insert(request, Sample.move(3, after: run))
                let kept = try transaction.requests(of: campaign)
                #expect(kept.map(\.id) == [request.id] && kept.first?.cloud == Sample.cloud)
                #expect(kept.first?.holder == nil && kept.first?.campaign == campaign)
                #expect(try transaction.openReview(of: Sample.cloud) == request.id)
                #expect(try transaction.campaigns(of: nil, PageRequest()).items == [campaign])
                #expect(try transaction.campaigns(of: Sample.organization, PageRequest()).items == [campaign])
                #expect(try transaction.campaigns(of: OrganizationID(trusted: Sample.id(9)), PageRequest()).items == [])
            }
            await expectFault(.conflict) {
                try await store.write { transaction in
                    let run = try Sample.run()
                    let second = Request(
                        id: Sample.requestID(4), organization: Sample.organization, holder: nil, cloud: Sample.cloud,
                        campaign: CampaignID(trusted: Sample.id(51)), requester: .operator("root"), reason: "r",
                        until: nil, idempotencyKey: nil, createdAt: Sample.now, run: run, version: 1)
                    try transaction.insert(second, Sample.move(4, after: run))
                }
            }
        },
        ConformanceCase("ends one grant by its id, once, and lists the live grants of a cloud") { store in
            try await Sample.fill(store)
            try await Sample.submit(3, to: store)
            try await store.write { transaction in
                let grant = Grant(
                    id: GrantID(trusted: Sample.id(20)), organization: Sample.organization, cloud: Sample.cloud,
                    person: Sample.holder, profile: "STD", since: Sample.now, until: nil,
                    request: Sample.requestID(3))
                try transaction.replaceGrant(with: grant, at: Sample.now)
                #expect(try transaction.grant(grant.id) == grant)
                #expect(try transaction.liveGrants(in: Sample.cloud, at: Sample.now) == [grant])
                let cloud = try #require(try transaction.cloud(Sample.cloud))
                let holders = try transaction.holders(in: cloud, PageRequest(), at: Sample.now).items
                #expect(holders.map(\.grant) == [grant] && holders.map(\.person.id) == [Sample.holder])
                #expect(holders.first?.hasFactor == false)
                let key = try #require(holders.first).person.email.key
                #expect(try transaction.holders(in: cloud, PageRequest(after: key), at: Sample.now).items.isEmpty)
                #expect(try transaction.endGrant(grant.id, at: Sample.now))
                #expect(try !transaction.endGrant(grant.id, at: Sample.now))
                #expect(try transaction.liveGrants(in: Sample.cloud, at: Sample.now) == [])
                #expect(try transaction.grant(grant.id)?.revokedAt == Sample.now)
            }
        },
        ConformanceCase("finds grants that have ended, by where they were and whose, after any one of them") { store in
            try await Sample.fill(store)
            try await Sample.submit(3, to: store)
            try await store.write { transaction in
                let grants = (20..<23).map { number in
                    Grant(
                        id: GrantID(trusted: Sample.id(number)), organization: Sample.organization,
                        cloud: Sample.cloud, person: Sample.holder, profile: "STD", since: Sample.now, until: nil,
                        request: Sample.requestID(3))
                }
                for grant in grants { try transaction.replaceGrant(with: grant, at: Sample.now) }
                let scopes: [GrantScope] = [
                    .everywhere, .organization(Sample.organization), .cloud(Sample.cloud, of: Sample.organization),
                    .person(Sample.holder),
                ]
                for scope in scopes {
                    let all = try transaction.grants(scope, after: nil, limit: 9)
                    #expect(all.map(\.grant.id) == grants.map(\.id))
                    #expect(all.map { $0.grant.revokedAt == nil } == [false, false, true])
                    let rest = try transaction.grants(scope, after: GrantMark(grants[0]), limit: 1)
                    #expect(rest.map(\.grant.id) == [grants[1].id])
                    #expect(try transaction.grants(scope, after: GrantMark(grants[2]), limit: 9).isEmpty)
                }
                let elsewhere = OrganizationID(trusted: Sample.id(9))
                #expect(try transaction.grants(.organization(elsewhere), after: nil, limit: 9).isEmpty)
                #expect(try transaction.accountState(of: Sample.holder, at: Sample.now.adding(seconds: -1)) == nil)
                #expect(try transaction.accountState(of: Sample.holder, at: Sample.now.adding(seconds: 9)) != nil)
                #expect(try !transaction.hadFactor(Sample.holder, at: Sample.now))
            }
        },
        ConformanceCase("keeps an account of a program with two secrets, its profiles and guesses, until it is closed")
        {
            store in
            try await Sample.fill(store)
            try await Sample.submit(3, to: store)
            try await store.write { transaction in
                let id = APIAccountID(trusted: Sample.id(30))
                let account = APIAccount(
                    id: id, organization: Sample.organization, owner: Sample.holder, purpose: "p",
                    request: Sample.requestID(3), createdAt: Sample.now, closedAt: nil)
                let later = Sample.now.adding(seconds: 9)
                try transaction.insert(account)
                try transaction.insert(APISecret(account: id, hash: Sample.hash(1), createdAt: Sample.now, endsAt: nil))
                try transaction.endNewestAPISecret(of: id, at: later)
                try transaction.insert(APISecret(account: id, hash: Sample.hash(2), createdAt: later, endsAt: nil))
                let grant = APIGrant(account: id, cloud: Sample.cloud, profile: "STD", since: Sample.now)
                try transaction.insert(grant)
                try transaction.setAttempts(Attempts(misses: 3, blockedUntil: later), of: id)
                #expect(try transaction.apiAccount(id) == account)
                #expect(try transaction.apiAccount(of: account.request) == account)
                #expect(try transaction.apiAccounts(of: Sample.organization, PageRequest()).items == [account])
                #expect(try transaction.openAPIAccounts(ownedBy: Sample.holder) == [account])
                #expect(try transaction.apiSecrets(of: id).map(\.endsAt) == [later, nil])
                #expect(try transaction.apiGrants(of: id) == [grant])
                let programs = [ProgramGrant(account: account, grant: grant)]
                let mark = ProgramGrantMark(account: id, cloud: Sample.cloud)
                for place in [nil, Sample.organization] {
                    #expect(try transaction.programGrants(of: place, after: nil, limit: 9) == programs)
                    #expect(try transaction.programGrants(of: place, after: mark, limit: 9).isEmpty)
                }
                #expect(try !transaction.hadKeys(id, at: later))
                #expect(try transaction.attempts(of: id) == Attempts(misses: 3, blockedUntil: later))
                try transaction.setOwner(Sample.manager, of: id)
                #expect(try transaction.apiAccount(id)?.owner == Sample.manager)
                #expect(try transaction.closeAPIAccount(id, at: later))
                #expect(try !transaction.closeAPIAccount(id, at: later))
                #expect(try transaction.apiSecrets(of: id) == [])
                #expect(try transaction.openAPIAccounts(ownedBy: Sample.manager) == [])
            }
        },
    ]
}
