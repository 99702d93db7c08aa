import Foundation
import Testing

/// The pages in headless Chromium, played by Python and Selenium against `usher serve`: see `Tests/WebTests/Browser`.
///
/// One after the other in each of two rows: a browser wants a processor for itself.
@Suite("Pages in a browser", .timeLimit(.minutes(60)))
struct BrowserTests {
    @Suite("Those of people", .serialized, .timeLimit(.minutes(60)))
    struct People {
        @Test("lead a new user from the mail to the first allowed action, and no mail scanner uses the link up")
        func newUser() async throws {
            try await BrowserTests.play("new_user")
        }

        @Test("let people change their password, codes and authenticator, and say that a device is lost")
        func account() async throws {
            try await BrowserTests.play("account")
        }

        @Test("let an operator register an application, and people sign in to it, also on a machine without a browser")
        func applications() async throws {
            try await BrowserTests.play("application")
        }

        @Test("show a representative the services of a cloud, their resources by filters, and each of these")
        func resources() async throws {
            try await BrowserTests.play("resource")
        }
    }

    @Suite("Those of whoever asks, decides and runs it", .serialized, .timeLimit(.minutes(60)))
    struct Staff {
        @Test("let managers work their inbox: decide cloud by cloud, ask, and see what changed meanwhile")
        func manager() async throws {
            try await BrowserTests.play("manager")
        }

        @Test("let representatives ask, answer, look at a file before it is sent, and look after their people")
        func representative() async throws {
            try await BrowserTests.play("representative")
        }

        @Test("let an operator see how the service fares, settle what was parked, and read the trail")
        func operating() async throws {
            try await BrowserTests.play("operator")
        }

        @Test("keep what was typed and what was shown, in several tabs and when they are loaded again")
        func tabs() async throws {
            try await BrowserTests.play("tabs")
        }
    }

    /// Plays a journey, which ends with anything but 0 and says why if a page does not do what it should.
    fileprivate static func play(_ journey: String) async throws {
        let usher = try CommandLineProgram()
        let browser = OtherPrograms.package.appending(path: "Tests/WebTests/Browser/\(journey)_journey.py")
        try await usher.output(
            of: OtherPrograms.python, [browser.path],
            environment: ["USHER_TEST_PROGRAM": usher.program.path, "PYTHONDONTWRITEBYTECODE": "1"])
    }
}
