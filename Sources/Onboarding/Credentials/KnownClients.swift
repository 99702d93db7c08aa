import Basics
import Directory
import OpenSSL
public import Records

extension Client {
    /// A browser keeps this for a year; renewed whenever it is used.
    public static let deviceSeconds = 31_536_000

    var network: ClientNetwork { ClientNetwork(address) }

    /// By which the browser is recognised; nil where it kept nothing that could be ours.
    fileprivate func deviceMark() throws -> [UInt8]? {
        guard let device, device.count == 64 else { return nil }
        return try Self.mark("device", device.exposed)
    }

    fileprivate func networkMark() throws -> [UInt8] { try Self.mark("network", Array(network.key.utf8)) }

    fileprivate static func mark(_ kind: String, _ value: [UInt8]) throws -> [UInt8] {
        try SHA256.digest(of: Array("usher-client/\(kind)/".utf8) + value)
    }
}

/// Clients from which people signed in before: strangers' guesses do not keep
/// them out, and a new one is told by mail.
extension Onboarding {
    /// How many marks of a person are kept.
    fileprivate static var greatestMarks: Int { 40 }
}

extension Turn {
    /// How guesses of a client at a person's password are counted.
    func lanes(of person: PersonID, for client: Client) throws -> [GuessLane] {
        if let mark = try client.deviceMark(), try snapshot.knows(mark, of: person) { return [.device(mark)] }
        let network = client.network
        if try snapshot.knows(try client.networkMark(), of: person) { return [.familiar(network)] }
        return [.network(network), .strangers]
    }
}

extension Writing {
    /// Remembers a client that somebody has just signed in from with all that the account has,
    /// and tells them by mail of one that is new.
    ///
    /// - Parameter fresh: 64 hexadecimal digits that the browser
    ///   keeps from now on, if it has nothing yet.
    /// - Returns: what the browser is to keep.
    func recognise(_ client: Client, as person: PersonID, fresh: Secret) throws -> Secret {
        let given = try client.deviceMark()
        let device = given == nil ? fresh : client.device ?? fresh
        let mark = try given ?? Client.mark("device", fresh.exposed)
        let network = try client.networkMark()
        // A program without cookies is known by its network. The very first client is nobody's news.
        let isKnown = try transaction.knows(given == nil ? network : mark, of: person)
        if try !isKnown && transaction.hasKnownClient(person) {
            try transaction.insert([
                usher.notice("sign-in-new-client", to: person, at: now, comment: "\(client.name), \(client.address)")
            ])
        }
        for mark in [mark, network] {
            try transaction.remember(mark, of: person, at: now, limit: Onboarding.greatestMarks)
        }
        return device
    }
}
