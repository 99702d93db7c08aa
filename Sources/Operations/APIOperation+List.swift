/// Everything that can be asked: the one list.
extension APIOperation {
    public static let all: [APIOperation] =
        sessions + entries + account + requests + actions + access + people + factors + organizations + programs
        + applications + resources
        + work + trails + changes + webhooks
}
