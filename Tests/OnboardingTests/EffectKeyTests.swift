import Basics
import Records
import Testing

@Suite("Effect keys", .timeLimit(.minutes(60)))
struct EffectKeyTests {
    private static let id = "01j00000000000000000000000"

    @Test(
        "say whose an effect is, and read back what they say",
        arguments: [
            (EffectKey.Scope.request(RequestID(trusted: id)), id), (.file(BatchID(trusted: id)), "file/\(id)"),
            (.person(PersonID(trusted: id)), "person/\(id)"), (.program(APIAccountID(trusted: id)), "api/\(id)"),
        ])
    func readBack(scope: EffectKey.Scope, text: String) {
        for name in ["", "grant/paris", "mail/approval/3/approval-asked/x"] {
            let key = EffectKey(scope, name)
            #expect(key.text == "\(text)/\(name)" && EffectKey(key.text) == key)
            #expect(scope.bounds.lower <= key.text && key.text < scope.bounds.upper)
        }
        #expect(EffectKey(mail: "lapsed", of: scope, "1").text == "\(text)/mail/lapsed/1")
        #expect(EffectKey(text) == nil && EffectKey(text.uppercased() + "/x") == nil)
    }

    @Test("of no scope are none", arguments: ["", "/", "x/y", "person/mail/1", "file//x", "api/\(id)"])
    func others(text: String) { #expect(EffectKey(text) == nil) }
}
