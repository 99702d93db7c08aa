public import Basics
public import Directory
public import Foundation
import Records

// The JSON documents about why somebody may, and about who could.

extension ExplainedDecision {
    /// The decision as `decide` answers it, with `explanation`.
    public var json: JSON {
        let action = explanation.action
        let why: JSON = [
            "person": JSON(person?.email.text), "name": JSON(person?.name.text), "client": JSON(program?.id.text),
            "cloud": .string("\(organization.slug)/\(cloud.slug)"), "known": known,
            "grant": grant, "approval": approval?.json ?? .null,
            "rule": [
                "action": .string(action.label), "feature": .string(action.feature),
                "written": .string(action.written), "requires": .string(action.requires.code),
                "needsMFA": .bool(action.needsMFA), "mfaMaxAgeSeconds": .integer(mfaMaxAgeSeconds),
                "matrixVersion": .integer(Int64(explanation.decision.matrixVersion)),
            ], "roles": .array(explanation.roles.map(\.json)), "changes": .array(explanation.changes.map(\.json)),
            "askable": JSON(askable?.code),
        ]
        return explanation.decision.json.with("explanation", why)
    }

    /// How the account stands; null where this cloud knows nothing of it.
    private var known: JSON {
        switch asker {
        case .person(let standing) where person != nil:
            [
                "account": .string(standing.account.rawValue), "mfa": .string(standing.factor.rawValue),
                "lastVerifiedAt": JSON(standing.lastVerifiedAt),
            ]
        case .program(let standing) where program != nil:
            [
                "account": .string(standing.isClosed ? "closed" : "active"),
                "mfa": .string(standing.hasKeys ? "active" : "none"), "lastVerifiedAt": .null,
            ]
        default: .null
        }
    }

    private var grant: JSON {
        let held: Standing.Held? =
            switch asker {
            case .person(let standing): standing.grant
            case .program(let standing): standing.held
            }
        return held.map { held in
            [
                "profile": .string(held.profile), "since": .string(held.since.iso8601), "until": JSON(held.until),
                "then": JSON(next), "request": JSON(request?.text),
            ]
        } ?? .null
    }
}

extension Explanation.NeededRole {
    fileprivate var json: JSON {
        [
            "role": .string(role.code), "name": .string(role.name), "needsMFA": .bool(role.needsMFA),
            "held": .bool(isHeld),
        ]
    }
}

extension Explanation.Change {
    fileprivate var json: JSON {
        ["change": .string(kind.rawValue), "profile": JSON(profile?.code), "at": JSON(instant)]
    }
}

extension Approval {
    public var json: JSON {
        [
            "request": .string(request.text), "workflow": .string(workflow), "requestedBy": .string(requestedBy),
            "requestedAt": .string(requestedAt.iso8601), "approvals": .array(consents.map(\.json)),
        ]
    }
}

extension Approval.Agreement {
    fileprivate var json: JSON {
        [
            "request": .string(request.text), "by": .string(by), "onBehalfOf": JSON(onBehalfOf),
            "at": .string(at.iso8601), "profile": .string(profile),
        ]
    }
}

extension AccessEntry.Holder {
    /// `person`, `name` and `client`; the name of a program is its purpose.
    fileprivate var members: JSON.Members {
        switch self {
        case .person(let person):
            ["person": .string(person.email.text), "name": .string(person.name.text), "client": .null]
        case .program(let program):
            ["person": .null, "name": .string(program.purpose), "client": .string(program.id.text)]
        }
    }
}

extension AccessEntry {
    public var json: JSON {
        let members: JSON.Members = [
            "organization": .string(organization.slug.text),
            "cloud": .string("\(organization.slug)/\(cloud.slug)"), "profile": .string(profile),
            "since": .string(since.iso8601), "until": JSON(until), "then": JSON(next), "endedAt": JSON(endedAt),
            "account": .string(account.rawValue), "mfa": .string(proof.rawValue),
            "approval": approval?.json ?? .null, "decision": decision?.json ?? .null,
        ]
        return .object(members.merging(holder.members) { $1 })
    }

    private static let csvNames = [
        "organization", "cloud", "person", "name", "client", "profile", "since", "until", "endedAt", "account", "mfa",
        "request", "workflow", "requestedBy", "requestedAt", "approvedBy", "decision", "reason", "requires",
        "matrixVersion",
    ]

    public static var csvHeading: Data { SeparatedLine.of(csvNames) }

    public var csvRow: Data { Self.csvRow(of: json) }

    /// - Parameter document: of an entry, from here or from a server.
    public static func csvRow(of document: JSON) -> Data {
        let cells = csvNames.map { name -> String in
            let (approval, decision) = (document["approval"], document["decision"])
            let value: JSON =
                switch name {
                case "approvedBy": .string(approval["approvals"].elements.map(approver).joined(separator: "; "))
                case "request", "workflow", "requestedBy", "requestedAt": approval[name]
                case "decision", "reason", "requires", "matrixVersion": decision[name]
                default: document[name]
                }
            return value.text ?? value.number.map(String.init) ?? ""
        }
        return SeparatedLine.of(cells)
    }

    /// `marie@provider.example for denis@provider.example on 2027-03-01T10:00:00.000Z: OPE`.
    private static func approver(_ consent: JSON) -> String {
        let stoodFor = consent["onBehalfOf"].text.map { " for \($0)" } ?? ""
        let profile = consent["profile"].text ?? ""
        return "\(consent["by"].text ?? "")\(stoodFor) on \(consent["at"].text ?? ""): \(profile)"
    }
}

extension AccessList {
    /// A list with the instant of which it tells.
    public var document: JSON {
        JSON.page(page.items.map(\.json), next: page.next).with("at", .string(at.iso8601))
    }
}

extension AccessChange {
    public var json: JSON {
        func labels(_ kind: ActionChange.Kind) -> JSON {
            .strings(changes.filter { $0.kind == kind }.map(\.action))
        }
        let members: JSON.Members = [
            "organization": .string(organization.text), "cloud": .string("\(organization)/\(cloud)"),
            "profile": .string(profile), "gains": labels(.gains), "loses": labels(.loses),
            "needsCode": labels(.needsCode), "needsNoCode": labels(.needsNoCode), "effective": .bool(isEffective),
        ]
        return .object(members.merging(holder.members) { $1 })
    }
}

extension AccessChangeSummary {
    public var json: JSON {
        func list(_ counts: [String: Counts], _ name: String) -> JSON {
            .array(
                counts.sorted { $0.key < $1.key }.map { entry in
                    var members: JSON.Members = [name: .string(entry.key)]
                    for kind in ActionChange.Kind.allCases {
                        members[kind.member] = .integer(Int64(entry.value[kind] ?? 0))
                    }
                    return .object(members)
                })
        }
        return [
            "compared": .integer(Int64(compared)), "changed": .integer(Int64(changed)),
            "organizations": list(organizations, "organization"), "actions": list(actions, "action"),
            "profiles": list(profiles, "profile"),
        ]
    }
}

extension ActionChange.Kind {
    /// As members of documents are called.
    public var member: String {
        switch self {
        case .gains: "gains"
        case .loses: "loses"
        case .needsCode: "needsCode"
        case .needsNoCode: "needsNoCode"
        }
    }
}
