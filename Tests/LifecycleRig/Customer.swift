import Basics
import Directory
public import Onboarding
import Records

/// An organization with two clouds, and the two people who act for it.
public struct Customer: Sendable {
    public let slug: String
    let representative: Person
    let manager: Person

    /// Founds the provider, if nobody did yet, and then the organization.
    public static func found(_ number: Int, in onboarding: Onboarding) async throws -> Customer {
        let owner = Actor.operator("rig")
        if number == 0 {
            _ = try await onboarding.appointFirstManager(
                email: "first@provider.example", name: "First Manager", language: "en", by: owner)
        }
        let customer = try Addresses(number)
        _ = try await onboarding.addOrganization(
            name: "Customer \(number)", slug: customer.slug, representative: customer.representative.text,
            representativeName: "Rita Weiss", manager: customer.manager.text, language: "fr", by: owner)
        _ = try await onboarding.addCloud(
            organization: customer.slug, name: "Production", cloudSlug: "prod", by: owner)
        return try await known(number, in: onboarding)
    }

    /// One that was founded before.
    ///
    /// - Throws: `Fault.Code.notFound`.
    public static func known(_ number: Int, in onboarding: Onboarding) async throws -> Customer {
        let customer = try Addresses(number)
        let people = try await onboarding.store.read {
            (try $0.person(emailKey: customer.representative.key), try $0.person(emailKey: customer.manager.key))
        }
        guard let representative = people.0, let manager = people.1 else {
            throw Fault(.notFound, "Customer \(number) was not founded.")
        }
        return Customer(slug: customer.slug, representative: representative, manager: manager)
    }

    private struct Addresses {
        let slug: String
        let representative: EmailAddress
        let manager: EmailAddress

        init(_ number: Int) throws {
            slug = "customer-\(number)"
            representative = try EmailAddress("rita@customer-\(number).example")
            manager = try EmailAddress("manager-\(number)@provider.example")
        }
    }
}
