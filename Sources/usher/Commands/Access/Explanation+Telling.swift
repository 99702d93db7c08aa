import Basics
import Directory
import Onboarding

// A decision's reasons, as `usher can --explain` tells them.

extension JSON {
    /// Of the document of an explained decision.
    func printExplanation() {
        let why = self["explanation"]
        var fields = Fields(column: 14)
        fields.add("Grant:", why["grant"].toldGrant)
        let approval = why["approval"]
        if approval != .null {
            let (request, by) = (approval["request"].text ?? "", approval["requestedBy"].text ?? "")
            fields.add("Request:", "\(request) (\(approval["workflow"].text ?? "")), by \(by)")
            for consent in approval["approvals"].elements { fields.add("Approved:", consent.toldConsent) }
        }
        let rule = why["rule"]
        let (action, feature) = (rule["action"].text ?? "", rule["feature"].text ?? "")
        let (written, version) = (rule["written"].text ?? "", rule["matrixVersion"].number ?? 0)
        fields.add("Rule:", "\(feature) / \(action) needs \(written), by version \(version) of the matrix")
        for role in why["roles"].elements {
            let name = role["name"].text ?? ""
            fields.add("Role:", role["held"].isTrue ? "\(name): held" : "\(name): not held")
        }
        if let account = why["known"]["account"].text {
            fields.add("Account:", "\(account), MFA \(why["known"]["mfa"].text ?? "")")
        }
        fields.print()
        if self["decision"] != "allow" { why.printChanges() }
    }

    private func printChanges() {
        let changes = self["changes"].elements
        guard !changes.isEmpty else { return Output.line("Nothing would change the answer: a person has to do it.") }
        Output.line("What would have to change:")
        for (index, change) in changes.enumerated() { Output.line("  \(index + 1). \(change.toldChange)") }
    }

    private var toldGrant: Sentence { self["profile"].text.map { toldSpan(of: "\($0)") } ?? "none" }

    /// Since when and until when something of this grant holds, and what holds then.
    func toldSpan(of what: Sentence) -> Sentence {
        let since: Sentence = "\(what) since \(self["since"].text ?? "")"
        guard let until = self["until"].text else { return since }
        let whole: Sentence = "\(since) until \(until)"
        return self["then"]["profile"].text.map { "\(whole), then \($0) again" } ?? whole
    }

    private var toldConsent: Sentence {
        let agreed: Sentence =
            "\(self["profile"].text ?? "") by \(self["by"].text ?? "") on \(self["at"].text ?? "")"
        return self["onBehalfOf"].text.map { "\(agreed), for \($0)" } ?? agreed
    }

    private var toldChange: Sentence {
        let (profile, at) = (self["profile"].text ?? "", self["at"].text ?? "")
        return self["change"].text.flatMap(Explanation.Change.Kind.init)?.sentence(profile: profile, at: at) ?? ""
    }
}
