extension Definition {
    /// Plays `scenario` from a Monday morning; effects succeed unless it says otherwise.
    ///
    /// - Returns: what went otherwise than it says; nil if nothing did.
    func play(_ scenario: Scenario, calendar: BusinessCalendar) -> Finding? {
        var position = scenario.position
        var path: [String] = []
        do throws(Simulator.Surprise) {
            var simulator = try Simulator(self, scenario: scenario, calendar: calendar)
            for line in scenario.lines {
                position = line.position
                path = simulator.path
                try simulator.play(line.action)
            }
            return nil
        } catch {
            return Finding(
                rule: "scenario", file: file, line: position.line, column: position.column,
                message: "`\(scenario.name)`: \(error.message)", path: path)
        }
    }
}
