import Basics
import Testing

@testable import OpenSSL

@Suite("PasswordHash", .timeLimit(.minutes(60)))
struct PasswordHashTests {
    private let salt = Array(UInt8(0)..<16)

    private func cheap() throws -> ScryptCost { try #require(ScryptCost(logN: 4, r: 1, p: 1)) }

    /// Vectors: RFC 7914, section 12, but for the last, which takes 1 GiB.
    @Test(
        "derives the published keys",
        arguments: [
            (
                "", "", 4, 1, 1,
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                    + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
            ),
            (
                "password", "NaCl", 10, 8, 16,
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                    + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
            ),
            (
                "pleaseletmein", "SodiumChloride", 14, 8, 1,
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                    + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
            ),
        ])
    func publishedKeys(password: String, salt: String, logN: Int, r: Int, p: Int, key: String) throws {
        let cost = try #require(ScryptCost(logN: logN, r: r, p: p))
        let derived = try PasswordHash.scrypt(Secret(password), salt: text(salt), cost: cost, length: 64)
        #expect(derived.hex == key)
    }

    /// Vector: the documentation of passlib 1.7, `passlib.hash.scrypt`.
    @Test("accepts a hash that passlib made")
    func passlib() throws {
        let stored = try #require(
            PasswordHash(
                phc: "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E"))
        #expect(try stored.matches(Secret("password")))
        #expect(try !stored.matches(Secret("passwore")))
    }

    @Test("agrees with the openssl program at the standard cost")
    func agreesWithOpenSSL() throws {
        let hashed = try PasswordHash.hash(Secret("correct horse"), cost: .standard, salt: salt)
        let printed = try openssl([
            "kdf", "-keylen", "32", "-kdfopt", "pass:correct horse", "-kdfopt", "hexsalt:\(salt.hex)",
            "-kdfopt", "n:32768", "-kdfopt", "r:8", "-kdfopt", "p:3", "-kdfopt", "maxmem_bytes:134217728", "-binary",
            "SCRYPT",
        ])
        #expect(hashed.phc.hasPrefix("$scrypt$ln=15,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$"))
        let rebuilt = PasswordHash(phc: hashed.phc)
        #expect(rebuilt == hashed)
        #expect(hashed.rawHash == printed)
    }

    @Test("matches the password that was hashed and no other, after storing too")
    func matches() throws {
        let stored = try PasswordHash.hash(Secret("pässwörd 🔑"), cost: cheap(), salt: salt).phc
        let read = try #require(PasswordHash(phc: stored))
        #expect(read.phc == stored)
        #expect(try read.matches(Secret("pässwörd 🔑")))
        for other in ["", "pässwörd", "pässwörd 🔑 ", "PÄSSWÖRD 🔑"] {
            #expect(try !read.matches(Secret(other)))
        }
    }

    @Test(
        "refuses malformed strings and costs that would stop the machine",
        arguments: [
            "", "$scrypt$", "scrypt$ln=4,r=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
            "$argon2id$ln=4,r=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=4,r=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$r=1,ln=4,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=04,r=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=+4,r=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=4,r=1,p=1$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=4,r=1,p=1$AAECAwQFBgcICQoLDA0ODx$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=4,r=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQ",
            "$scrypt$ln=4,r=1,p=1$AAEC$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=4,r=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw$",
            "$scrypt$ln=0,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=63,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=20,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=15,r=8,p=64$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=15,r=-8,p=3$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
            "$scrypt$ln=15,r=9999999999999999999,p=3$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        ])
    func refusals(phc: String) {
        #expect(PasswordHash(phc: phc) == nil)
    }

    @Test("a cost is enough only if neither memory nor work is lower")
    func comparesCosts() throws {
        let wider = try #require(ScryptCost(logN: 16, r: 8, p: 3))
        let longer = try #require(ScryptCost(logN: 15, r: 8, p: 4))
        let flatter = try #require(ScryptCost(logN: 14, r: 8, p: 8))
        #expect(ScryptCost.standard.isAtLeast(.standard))
        #expect(wider.isAtLeast(.standard) && longer.isAtLeast(.standard))
        #expect(!ScryptCost.standard.isAtLeast(wider) && !ScryptCost.standard.isAtLeast(longer))
        #expect(!flatter.isAtLeast(.standard))
    }
}
