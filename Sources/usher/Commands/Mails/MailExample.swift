import Basics
import Foundation
import Notification
import Onboarding
import Records

extension Mail {
    /// Every field that a template may show, filled in with something plausible.
    static func example(_ template: String, _ language: Language, product: String) throws -> Mail {
        let dates = ReaderDates(language, .gmt)
        let end = Timestamp(seconds: 1_796_034_600)
        let day = dates.day(end)
        let reasons: [Language: String] = [
            .french: "Renfort de l’équipe de nuit.", .german: "Verstärkt die Nachtschicht.",
        ]
        let purposes: [Language: String] = [.french: "Inventaire nocturne", .german: "Nächtliche Inventur"]
        let comments: [Language: String] = [
            .french: "Merci de préciser le nuage.", .german: "Welche Cloud ist gemeint?",
        ]
        let token = String(repeating: "0123456789abcdef", count: 4)
        return Mail(
            key: "preview", recipient: try EmailAddress("alice@acme.example"), recipientName: "Alice Martin",
            language: language, template: template,
            fields: [
                "product": .text(product), "organization": .text("Acme Health"),
                "requestId": .text("01kb4q2f00example000000000"), "personName": .text("Alice Martin"),
                "personEmail": .text("alice@acme.example"), "requesterName": .text("Rita Moreau"),
                "requesterEmail": .text("rita@acme.example"), "recipientName": .text("Alice Martin"),
                "actorName": .text("Marie Durand"),
                "reason": .text(reasons[language] ?? "Joins the night shift."),
                "comment": .text(comments[language] ?? "Which cloud is meant?"),
                "until": .text(day), "dueAt": .text(day),
                "expiresAt": .text(dates.moment(end)),
                "link": .text("https://usher.example/welcome#\(token)"), "token": .text(token),
                "home": .text("https://usher.example/"),
                // Whichever of the two a mail speaks of: of a cloud only where it is about one.
                "newCloud": .text(template.hasPrefix("cloud-") ? "Data lake" : ""), "newCloudSlug": .text("lake"),
                "replacedName": .text("Rita Moreau"), "cloud": .text("Production"), "waitingCount": .text("12"),
                "asRepresentative": .flag(true), "newAddress": .text("alice@health.example"),
                "addressCode": .text(token), "program": .text("01kb4q2f00program000000000"),
                "programPurpose": .text(purposes[language] ?? "Nightly inventory"),
                "formerOwner": .text("Rita Moreau"), "state": .text("example"),
                "hasItems": .flag(true), "isHolder": .flag(true),
                "items": .list([
                    exampleRow("Production", "POW", "OPE", "Operator"), exampleRow("Default", "STD", "STD", "Standard"),
                    exampleRow("Archive", "OPE", "OPE", "Operator", refused: true),
                ]),
            ], createdAt: Timestamp(seconds: 1_795_426_200))
    }

    private static func exampleRow(
        _ cloud: String, _ asked: String, _ profile: String, _ name: String, refused: Bool = false
    ) -> [String: MailField] {
        [
            "cloud": .text(cloud), "asked": .text(asked), "profile": .text(profile), "profileName": .text(name),
            "lowered": .flag(asked != profile), "refused": .flag(refused),
            // A row of an access review reads these instead.
            "itemPerson": .text("Hugo Petit <hugo@acme.example>"), "confirmed": .flag(!refused),
            "withdrawn": .flag(refused), "decidedBy": .text("Rita Moreau <rita@acme.example>"),
        ]
    }
}
