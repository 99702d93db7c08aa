import Basics
import Foundation
import Notification
import Records
import Scratch
import Testing

@Suite("FolderMailer", .timeLimit(.minutes(60)))
struct FolderMailerTests {
    let folder: TestFolder
    let mailer: FolderMailer

    init() throws {
        folder = try TestFolder()
        mailer = FolderMailer(folder: folder.url.appending(path: "mail"), templates: .ofProduct, sender: try .usher())
    }

    private func mailNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path("mail")).sorted()
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test("leaves one file per mail, readable by its owner only, and nothing else")
    func leavesOneFile() async throws {
        let mail = try Mail.sample()
        try await mailer.deliver(mail)
        #expect(try mailNames() == [FolderMailer.fileName(of: mail)])
        #expect(try mode(folder.path("mail/" + FolderMailer.fileName(of: mail))) == 0o600)
        #expect(try mode(folder.path("mail")) == 0o700)
    }

    @Test("names files so that they sort by the time they were ordered")
    func sortsByTime() throws {
        let names = try [0, 1, 999, 1000, 60_000, 40_000_000_000].map { more in
            try FolderMailer.fileName(of: try Mail.sample(at: Timestamp(milliseconds: 1_795_426_200_000 + more)))
        }
        #expect(names == names.sorted() && Set(names).count == names.count)
        // SHA-256 of `abc`, FIPS 180-4.
        #expect(
            try FolderMailer.fileName(of: try Mail.sample(key: "abc"))
                == "20261123T093000000Z-ba7816bf8f01cfea414140de5dae2223.eml")
    }

    @Test("counts a file of the same key as done and leaves it alone")
    func isIdempotent() async throws {
        let mail = try Mail.sample()
        try await mailer.deliver(mail)
        let path = folder.path("mail/" + (try FolderMailer.fileName(of: mail)))
        try Data("read, and marked".utf8).write(to: URL(filePath: path))
        try await mailer.deliver(mail)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("read, and marked".utf8))
        #expect(try mailNames().count == 1)
    }

    @Test("delivers many at a time, each whole, also the same one by two mailers")
    func deliversConcurrently() async throws {
        let other = FolderMailer(
            folder: folder.url.appending(path: "mail"), templates: .ofProduct, sender: try .usher())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<40 {
                let mail = try Mail.sample(key: "mail:\(index / 2)")
                group.addTask { try await (index.isMultiple(of: 2) ? mailer : other).deliver(mail) }
            }
            try await group.waitForAll()
        }
        let read = try Tool.readMail(in: folder.url.appending(path: "mail"))
        #expect(read.count == 20 && read.allSatisfy { $0.defects == [] && $0.text == read[0].text })
        #expect(try mailNames().count == 20)
    }

    @Test("never shows a reader half a mail")
    func isAtomic() async throws {
        let path = folder.path("mail")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let fields = Mail.fullFields.merging(["reason": .text(String(repeating: "long ", count: 50_000))]) { $1 }
        let seen = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                for index in 0..<20 {
                    try await mailer.deliver(
                        try Mail.sample(key: "mail:\(index)", template: "approval-asked", fields: fields))
                }
                return 0
            }
            group.addTask {
                var names: Set<String> = []
                while names.count < 20 {
                    try Task.checkCancellation()
                    for name in try FileManager.default.contentsOfDirectory(atPath: path) where name.hasSuffix(".eml") {
                        guard names.insert(name).inserted else { continue }
                        let bytes = try Data(contentsOf: URL(filePath: "\(path)/\(name)"))
                        #expect(bytes.count > 500_000 && bytes.suffix(4) == Data("--\r\n".utf8))
                    }
                    await Task.yield()
                }
                return names.count
            }
            return try await group.reduce(0, +)
        }
        #expect(seen == 20)
    }

    @Test("is not confused by what a process that died left behind")
    func ignoresLeftovers() async throws {
        let mail = try Mail.sample()
        let name = try FolderMailer.fileName(of: mail)
        try FileManager.default.createDirectory(atPath: folder.path("mail"), withIntermediateDirectories: false)
        let leftover = folder.path("mail/.\(name).\(ProcessInfo.processInfo.processIdentifier).0.tmp")
        try Data(repeating: 0x78, count: 100_000).write(to: URL(filePath: leftover))
        try await mailer.deliver(mail)
        let read = try Tool.readMail(in: folder.url.appending(path: "mail"))
        #expect(read.filter { $0.file == name }.map(\.subject) == ["Your account is active"])
    }

    @Test("fails for now, and says which step, when the folder cannot be made or written")
    func failsForNow() async throws {
        try Data().write(to: URL(filePath: folder.path("mail")))
        let failure = await #expect(throws: DeliveryFailure.self) { try await mailer.deliver(try Mail.sample()) }
        #expect(failure?.isPermanent == false)
        #expect(failure?.message.contains("The mail folder cannot be written (") == true)
        #expect(failure?.message.contains(folder.url.path) == false)
    }

    @Test("fails for good when the mail itself is at fault, and files nothing")
    func failsForGood() async throws {
        for mail in [try Mail.sample(name: "A\r\nBcc: eve@example.com"), try Mail.sample(template: "nope")] {
            let failure = await #expect(throws: DeliveryFailure.self) { try await mailer.deliver(mail) }
            #expect(failure?.isPermanent == true)
        }
        #expect(try folder.names() == [])
    }
}
