import Basics
import Foundation
import Onboarding
import Records
import Storage
import TestSupport
import Testing

/// Somebody with the database file in their hands, past every rule of the product.
extension TestInstallation {
    /// Approves everything while the database refuses grants, until the worker gives up.
    func parkedGrant(of id: RequestID) async throws -> Effect {
        try refuseRows(of: "cloud_grant", true)
        try await approve(id)
        for _ in 0..<12 {
            clock.skip(seconds: 3_600)
            _ = try await usher.runDue()
        }
        try refuseRows(of: "cloud_grant", false)
        let parked = try await usher.effects(.parked, PageRequest(), by: owner).items
        return try #require(parked.first { $0.request == id && $0.kind == "grant" })
    }
}
