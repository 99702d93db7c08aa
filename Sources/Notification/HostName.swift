import Glibc

/// How this machine calls itself towards a mail server.
enum HostName {
    /// Its full name where it has one, else an address literal
    /// (RFC 5321, section 4.1.1.1); found once.
    ///
    /// Asks the resolver, which may take its time: for couriers, not for commands.
    static let greeting = fullName() ?? "[\(address() ?? "127.0.0.1")]"

    private static func fullName() -> String? {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return nil }
        let short = text(name)
        if isFull(short) { return short }
        var hints = addrinfo()
        hints.ai_flags = AI_CANONNAME
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(short, nil, &hints, &found) == 0 else { return nil }
        defer { freeaddrinfo(found) }
        let full = found?.pointee.ai_canonname.map { String(cString: $0) }
        return full.flatMap { isFull($0) ? $0 : nil }
    }

    /// Whether a server that asks for a full name would take it: a
    /// name that only this machine knows is none.
    private static func isFull(_ name: String) -> Bool {
        name.dropFirst().dropLast().contains(".") && !name.hasSuffix(".localdomain") && !name.hasSuffix(".local")
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D || byte == 0x2E
            }
    }

    /// The first address of IPv4 that is not of the machine alone.
    private static func address() -> String? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return nil }
        defer { freeifaddrs(list) }
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard let address = entry.ifa_addr, Int32(address.pointee.sa_family) == AF_INET,
                entry.ifa_flags & UInt32(IFF_LOOPBACK) == 0
            else { continue }
            var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = getnameinfo(address, size, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
            if code == 0 { return text(name) }
        }
        return nil
    }

    private static func text(_ bytes: [CChar]) -> String {
        String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
