import ArgumentParser
import Basics
import Operations

/// What is done to a webhook that is there.
extension WebhookCommands {
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay",
            abstract: "Tell it again what changed after a position: the same messages, under the same ids.",
            discussion:
                "Positions are those of usher changes.\n\nExample:\n  usher webhook replay Console --from 120340")

        @Option(help: "Position of the last change that it need not hear; 0 for all there is.") var from: String
        @OptionGroup var webhook: WebhookOptions

        func run() async throws {
            let body: JSON.Members = ["from": .string(from)]
            try await webhook.actor.answer(APIRequest(.replayWebhook, webhook.name, body: body)) { $0.printWebhook() }
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stop", abstract: "Tell it nothing from now on; what changes meanwhile waits for it.",
            discussion: "Example:\n  usher webhook stop Console")

        @OptionGroup var webhook: WebhookOptions

        func run() async throws {
            try await webhook.actor.answer(APIRequest(.stopWebhook, webhook.name)) { $0.printWebhook() }
        }
    }

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "start",
            abstract: "Tell it all that it has not taken, at once: also one that is gone, was given up or waits.",
            discussion: "Example:\n  usher webhook start Console")

        @OptionGroup var webhook: WebhookOptions

        func run() async throws {
            try await webhook.actor.answer(APIRequest(.startWebhook, webhook.name)) { $0.printWebhook() }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Send it a message of the type webhook.test now, and say whether it took it.",
            discussion: "Exits with 1 if it did not.\n\nExample:\n  usher webhook test Console")

        @OptionGroup var webhook: WebhookOptions

        func run() async throws {
            let trial = try await webhook.actor.document(APIRequest(.testWebhook, webhook.name))
            let isTaken = trial["taken"].isTrue
            try webhook.actor.show(trial) {
                Output.text(isTaken ? "It took the message." : "\($0["error"].text ?? "")")
            }
            if !isTaken { throw Exit.refused }
        }
    }
}

extension JSON {
    func printWebhook() {
        Output.text("\(Output.bold(self["name"].text ?? ""))  \(self["state"].text ?? "")")
        var fields = Fields(column: 16)
        fields.add("Address:", "\(self["address"].text ?? "")")
        fields.add("Signed by:", "\(self["signing"].text ?? "")")
        if let key = self["publicKey"].text { fields.add("Public key:", "\(key)") }
        if let secret = self["secret"].text { fields.add("Secret:", "\(secret)") }
        let lists: [(Sentence, String)] = [("Organizations:", "organizations"), ("Types:", "types")]
        for (label, name) in lists where !self[name].elements.isEmpty {
            fields.add(label, "\(self[name].elements.compactMap(\.text).joined(separator: " "))")
        }
        fields.add("Position:", "\(self["position"].text ?? "")")
        let times: [(Sentence, String)] = [
            ("Told at:", "toldAt"), ("Fails since:", "failingSince"), ("Last error:", "error"),
            ("Next try:", "nextTryAt"),
        ]
        for (label, name) in times { if let text = self[name].text { fields.add(label, "\(text)") } }
        fields.print()
        if self["secret"].text != nil { Output.line("Keep the secret now: it is shown this once.") }
    }
}
