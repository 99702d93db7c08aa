import Glibc

/// The open files that this process may have: each connection is one.
enum OpenFiles {
    /// Kept back for the database, its log, mails, and what else the program opens.
    private static let reserve = 128
    /// More than one process could serve; what comes on top waits in the queue of the kernel.
    private static let greatest = 16_384

    /// Raises the limit as far as the system lets us (1,024 is the usual one to begin with,
    /// which a few hundred idle browsers use up), and says how many connections that leaves.
    static func forConnections() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 512 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = min(limit.rlim_max, rlim_t(greatest + reserve))
            if raised.rlim_cur > limit.rlim_cur, setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 {
                limit = raised
            }
        }
        return max(64, min(greatest, Int(clamping: limit.rlim_cur) - reserve))
    }
}
