import Basics

/// A file to begin with, as a spreadsheet in the reader's language opens
/// it by a double click and saves it again.
struct ExampleFile {
    let organization: String
    let clouds: [String]
    let profile: String
    let language: Language

    /// With a byte order mark, without which Excel takes it for Windows-1252.
    ///
    /// What parts the clouds parts no cells in any language.
    var text: String {
        let grants = clouds.map { "\($0)=\(profile)" }.joined(separator: "|")
        let address = "alice@\(organization).example"
        let rows =
            switch language {
            case .french:
                [
                    "email;nom;langue;profils;fin;motif",
                    "\(address);Alice Martin;fr;\(grants);;Rejoint l’équipe, consulte les tableaux de bord",
                ]
            case .german:
                [
                    "E-Mail;Name;Sprache;Profile;Bis;Grund",
                    "\(address);Alice Martin;de;\(grants);;Neu im Team, liest die Übersichten",
                ]
            default:
                [
                    "email,name,locale,grants,until,reason",
                    "\(address),Alice Martin,en,\(grants),,\"Joins the team, reads the dashboards\"",
                ]
            }
        return "\u{FEFF}" + rows.map { $0 + "\r\n" }.joined()
    }
}
