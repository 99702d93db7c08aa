/// `/clouds/{organization}/{cloud}/services/{service}`: all its resources.
struct ServicePage: PageValue {
    static let template = "service"

    struct Status {
        let value, name: String
        let isChosen: Bool
    }

    struct Row {
        let id, name, type, status: String
        let isActive: Bool
        let environment: String
        let zone: String?
        let tags: [String]
    }

    /// What was looked for, as it was typed.
    struct Wish { let names, types, environments, tags: String }

    let name, slug, organization, cloud, cloudPath, path: String
    let wish: Wish
    let statuses: [Status]
    let isFiltered, isRefused, isFirst: Bool
    let resources: [Row]
    let isEmpty: Bool
    /// The filters without a cursor, and with the next one.
    let query: String
    let next: String?
}

/// `/resources/{id}`.
struct ResourcePage: PageValue {
    static let template = "resource"

    struct Tag { let key, value: String }

    let id, name, type, status: String
    let isActive: Bool
    let environment: String
    let zone: String?
    let organization, cloud, cloudPath, service, servicePath: String
    let tags: [Tag]
}
