import ArgumentParser
import Basics
import Directory
import Foundation
import Onboarding
import Workflow

extension WorkflowCommands {
    struct Simulate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "simulate", abstract: "Play a definition step by step, with a clock that you push forward.",
            discussion: """
                Type help for the commands. They may come from a pipe as well, one a line; lines after # are skipped, a
                line that cannot be done is told and leaves everything as it was, and the exit code is then 1. People,
                items and mails are made up; nothing leaves the program.

                Examples:
                  usher workflow simulate account-request
                  printf 'approve first\\nreject second\\nnext\\n' | usher workflow simulate account-request
                  usher workflow simulate my/account-request.yaml --scenario partial
                """)

        @Argument(
            help: "A file, or the name of an installed definition.", completion: .file(extensions: ["yaml", "yml"]))
        var definition: String
        @Option(
            help: ArgumentHelp(
                "Items, five at most: mfa, plain or a profile such as POW; none for no item.", valueName: "kinds"))
        var items: String?
        @Option(help: ArgumentHelp("Fields of the definition that are true.", valueName: "names")) var flags: String?
        @Option(help: ArgumentHelp("When it begins; a Monday morning, if left out.", valueName: "instant"))
        var start: String?
        @Option(
            help: "A calendar of the catalogue, or every-day for one without weekends; the installed one, if left out.")
        var calendar: String?
        @Flag(help: "Let effects wait for done, park or drop.") var holdEffects = false
        @Option(help: ArgumentHelp("Tell a scenario of the file, step by step.", valueName: "name"))
        var scenario: String?
        @OptionGroup var folder: FolderOptions

        func validate() throws {
            if scenario != nil, items ?? flags ?? start != nil || holdEffects {
                throw ValidationError("A scenario says itself how it begins: leave out --items, --flags, --start.")
            }
        }

        func run() async throws {
            let definition = try await Definition.named(definition, in: folder)
            var telling = SimulationTelling(json: folder.json)
            if let scenario {
                try telling.tell(try self.scenario(scenario, of: definition), definition, try await workdays(.everyDay))
            } else {
                try telling.play(try begin(definition, try await kinds(), try await workdays(nil)))
            }
            if telling.hasRefused { throw Exit.refused }
        }

        private func begin(
            _ definition: Definition, _ items: [Scenario.Kind], _ calendar: BusinessCalendar
        ) throws -> Simulator {
            let (flags, start) = (try fields(of: definition), try instant())
            do throws(Simulator.Refusal) {
                return try Simulator(
                    definition, items: Scenario.items(items), flags: flags, holdsEffects: holdEffects, at: start,
                    calendar: calendar)
            } catch { throw Fault(.conflict, error.sentence) }
        }

        // MARK: Options

        private func kinds() async throws -> [Scenario.Kind] {
            let words = (items ?? "mfa,plain").split(separator: ",", omittingEmptySubsequences: false)
            if items == "none" { return [] }
            let kinds = words.compactMap { Scenario.Kind($0) }
            guard kinds.count == words.count, words.count <= Scenario.itemNames.count else {
                throw ValidationError(
                    "--items takes mfa, plain and profiles such as POW, at most \(Scenario.itemNames.count): mfa,plain")
            }
            let named = kinds.compactMap(\.named)
            guard !named.isEmpty else { return kinds }
            let catalogue = try App.catalogue(try await InstalledFiles.load(folder).overlay)
            if let unknown = named.first(where: { catalogue.profile($0) == nil }) {
                let known = catalogue.profiles.map(\.code).joined(separator: ", ")
                throw Fault.invalid(
                    "items", "unknown_profile", "There is no profile \(unknown); the profiles are \(known).")
            }
            return kinds
        }

        private func fields(of definition: Definition) throws -> [String] {
            let names = (flags ?? "").split(separator: ",").map(String.init)
            for name in names where definition.fields[name] == nil {
                let known = definition.fields.keys.sorted().joined(separator: ", ")
                throw Fault.invalid(
                    "flags", "unknown_field",
                    "\(definition.name) has no field \(name)" + (known.isEmpty ? "." : "; it has \(known)."))
            }
            return names
        }

        private func instant() throws -> Timestamp {
            guard let start else { return Simulator.usualStart }
            guard let instant = Timestamp(iso8601: start) else {
                throw ValidationError("--start takes an instant with a zone: 2026-11-23T09:30:00Z.")
            }
            return instant
        }

        private func workdays(_ usual: BusinessCalendar?) async throws -> BusinessCalendar {
            if calendar == "every-day" { return .everyDay }
            if calendar == nil, let usual { return usual }
            let files = try await InstalledFiles.load(folder)
            return try files.calendars().calendar(of: Locality(calendar: calendar, timeZone: nil))
        }

        private func scenario(_ name: String, of definition: Definition) throws -> Scenario {
            guard let scenario = definition.scenarios.first(where: { $0.name == name }) else {
                let known = definition.scenarios.map(\.name).joined(separator: ", ")
                throw Fault(.notFound, "\(definition.name) has no scenario \(name); it has \(known).")
            }
            return scenario
        }
    }
}

/// Reads commands and shows what they did: as text at once, or as one document at the end.
struct SimulationTelling {
    let json: Bool
    private var refusals: [JSON] = []

    init(json: Bool) { self.json = json }

    var hasRefused: Bool { !refusals.isEmpty }

    // MARK: By commands

    mutating func play(_ simulator: Simulator) throws {
        var simulation = Simulation(simulator)
        let isConversation = isatty(STDIN_FILENO) == 1
        show(simulator.moments.flatMap(\.story))
        if isConversation { show(simulator.status + ["help says what can be done."]) }
        while !simulation.isOver {
            if isConversation, !json { FileHandle.standardOutput.write(Data("> ".utf8)) }
            guard let line = readLine(strippingNewline: true) else { break }
            if line.drop(while: \.isWhitespace).hasPrefix("#") { continue }
            if !isConversation, line.contains(where: { !$0.isWhitespace }) { show(["> \(line)"]) }
            do throws(Simulation.Problem) {
                let before = simulation.simulator.moments.count
                show(try simulation.perform(line))
                if isConversation, simulation.simulator.moments.count != before { show(simulation.simulator.status) }
            } catch { refuse(line, error.message, counts: !isConversation) }
        }
        if !isConversation { show(simulation.simulator.status) }
        if json { Output.json(simulation.simulator.document(refusals)) }
    }

    private mutating func refuse(_ line: String, _ message: String, counts: Bool) {
        if counts || json { refusals.append(["command": .string(line), "message": .string(message)]) }
        if !json { Output.error("usher: \(message)") }
    }

    // MARK: By a scenario

    mutating func tell(_ scenario: Scenario, _ definition: Definition, _ calendar: BusinessCalendar) throws {
        var action = "start"
        var simulator: Simulator?
        do throws(Simulator.Surprise) {
            var current = try Simulator(definition, scenario: scenario, calendar: calendar)
            simulator = current
            show(current.moments.flatMap(\.story))
            for line in scenario.lines {
                action = line.action.description
                show(["> \(action)"])
                let count = current.moments.count
                try current.play(line.action)
                simulator = current
                show(current.moments.dropFirst(count).flatMap(\.story))
            }
            show(["As the scenario \(scenario.name) says."])
        } catch { refuse(action, "\(scenario.name), \(action): \(error.message)", counts: true) }
        if json, let simulator { Output.json(simulator.document(refusals)) }
    }

    private func show(_ lines: [String]) {
        guard !json, !lines.isEmpty else { return }
        Output.text(lines.joined(separator: "\n"))
    }
}
