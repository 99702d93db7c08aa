import ArgumentParser
import Basics
import Directory
import Foundation
import Onboarding
import Records

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a data folder with keys and database, and invite the first service delivery manager.",
        discussion: "Example:\n  usher init --manager boss@example.com --name 'Marie Durand'")

    @Option(help: "E-mail address of the first service delivery manager.")
    var manager: String

    @Option(help: "Their name.")
    var name: String?

    @Option(help: "Their language: en, fr, de, or another that the installation has.")
    var locale = "en"

    @OptionGroup var folder: FolderOptions

    func run() async throws {
        try folder.requireFolder()
        // Refused before anything is made: a bad address leaves no half-made folder behind.
        _ = try EmailAddress(manager, field: "manager")
        try await Settings.load(DataFolder(path: folder.path)).require(App.usual.union([.mail]))
        let data = try DataFolder.create(folder.path)
        let (invited, whereMailGoes): (String, Sentence)
        do {
            (invited, whereMailGoes) = try await App.run(on: data) { app in
                try await app.onboarding.requireNew()
                let person = try await app.onboarding.appointFirstManager(
                    email: manager, name: name, language: locale, by: .operator(App.operatorName))
                return (person.email.text, app.whereMailGoes)
            }
        } catch {
            // The reason of the failure is what the user must read.
            try? data.discardInstallation()
            throw error
        }
        try report(invited, whereMailGoes)
    }

    private func report(_ email: String, _ whereMailGoes: Sentence) throws {
        if folder.json {
            return Output.json(["data": .string(folder.path), "manager": .string(email)])
        }
        Output.line("Made \(folder.path): keys, database, mail folder. Back the folder up as a whole.")
        Output.line("Invited \(email). \(whereMailGoes)")
    }
}
