import Defaults
import Testing

@testable import Web

@Suite("Values of pages")
struct PageValueTests {
    /// What every page shows: see `Pages.page`.
    private static let frame: Set = [
        "newest", "product", "style", "script", "visitor", "form", "goesOn", "hindrance", "fault",
    ]

    private static let item = ShownItem(cloud: "prod", profile: "OPE")

    /// One of each, with all that there may be.
    private static let examples: [any PageValue] = [
        SignInPage(next: "/"), SignInCodePage(next: "/"), SignInFactorPage(email: "a@acme.example"),
        WelcomeLinkPage(), WelcomeRenewedPage(),
        WelcomePasswordPage(
            token: "t", name: "Ada", email: "a@acme.example", organization: "Acme", invitedBy: "Rita", items: [item],
            hasItems: true, hasAccount: false, hasWorkingFactor: false, choosesPassword: true, mayChooseAnew: false,
            choosesAnew: false, offersFactor: true, wantsFactor: false, least: 15, leastWithFactor: 8),
        WelcomeCodePage(session: "s", of: "o", uri: "otpauth://", secret: "ABCD", picture: "<svg/>"),
        WelcomeDonePage(
            of: "o", items: [item], hasItems: true, hasFactor: true, isOfNewFactor: false, codes: ["a"],
            codesText: "a"),
        ForgottenPasswordPage(isSent: true), NewPasswordLinkPage(),
        NewPasswordPage(token: "t", email: "a@acme.example", wantsCode: true, least: 8),
        LostDevicePage(owesFactor: false, isLocked: true, isToUnlock: true, reason: "", stolen: false),
        LostDeviceDonePage(id: "r", isStaff: false, isToUnlock: true),
        RequestCollectedPage(id: "r", client: "c", secret: "s"),
        ErrorPage(message: "m", request: "r", isOutage: true, isMissing: false),
        AccountCodesPage(codes: ["a"], codesText: "a", isNewFactor: true),
        AccountFactorPage(proof: "p", uri: "otpauth://", secret: "ABCD", picture: "<svg/>"),
        BulkDonePage(
            batch: "b", lines: [.init(id: "r", subject: "Ada", isApproved: false, refusal: "no")], approved: 0,
            refused: 1, hasApproved: false, hasRefused: true),
        OperationWorkflowsPage(workflows: [
            .init(
                name: "n", title: "t", version: 1, hindrance: "h", isStartable: false, open: "1", ended: "1",
                older: "1", hasOlder: true)
        ]),
    ]

    /// The names of a value, and of those in its lists.
    private static func names(of value: Any) -> Set<String> {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .struct where !(value is String):
            return mirror.children.reduce(into: []) { names, child in
                if let name = child.label { names.insert(name) }
                names.formUnion(Self.names(of: child.value))
            }
        case .collection, .optional: return mirror.children.reduce(into: []) { $0.formUnion(names(of: $1.value)) }
        default: return []
        }
    }

    @Test("are those that the template shows, no less and no more", arguments: examples.indices)
    func same(_ index: Int) throws {
        let example = Self.examples[index]
        let template = type(of: example).template
        let source = try #require(Defaults.text(at: "templates/pages/\(template).mustache"))
        let tags = source.matches(of: /\{\{\{?[#^]?([A-Za-z][A-Za-z-]*)\}\}/).map { String($0.1) }
        let shown = Set(tags).subtracting(["t", "lang", "lang-en"])
        let given = Self.names(of: example)
        #expect(shown.subtracting(Self.frame).subtracting(given) == [], "\(template) shows what it is not given")
        #expect(given.subtracting(shown) == [], "\(template) is given what it does not show")
    }
}
