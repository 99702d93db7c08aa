package import Basics

/// A workflow as data: read from YAML, checked, then followed by runs.
package struct Definition: Sendable {
    package let name: String
    package let version: Int
    package let about: String
    /// The text it was read from; its hash guards a version that has runs.
    package let source: String

    package init(yaml: String, file: String) throws(DefinitionDefects) {
        preconditionFailure("to be written")
    }

    /// The first step of a run: enters `start`.
    package func start(_ start: Event.Start, at now: Timestamp, calendar: BusinessCalendar) throws(Refusal) -> Step {
        preconditionFailure("to be written")
    }

    package func step(
        _ run: Run, on event: Event, at now: Timestamp, calendar: BusinessCalendar
    ) throws(Refusal) -> Step {
        preconditionFailure("to be written")
    }
}

package struct DefinitionDefects: Error {}
package struct BusinessCalendar: Sendable {}
