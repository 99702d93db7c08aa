import Onboarding

extension PeopleFileTests {
    /// As the pages of administration of these directories write them, shortened.
    static let exports: [Sample] = [
        Sample(
            "Google Workspace",
            """
            First Name [Required],Last Name [Required],Email Address [Required],Password [Required],Status [READ ONLY]
            Ada,Roux,ada@acme.example,****,Active
            Old,Man,old@acme.example,****,Suspended
            """, .rows(1, ["inactive"]), both),
        Sample(
            "Microsoft 365",
            """
            Block credential,City,Display name,First name,Last name,Licenses,Preferred language,User principal name
            False,Lyon,Ada Roux,Ada,Roux,E3,fr-FR,ada@acme.example
            True,Lyon,Old Man,Old,Man,E3,fr-FR,old@acme.example
            """, .rows(1, ["inactive"]), both),
        Sample(
            "Entra",
            """
            userPrincipalName,displayName,surname,mail,givenName,id,userType,accountEnabled
            ada@acme.onmicrosoft.example,Ada Roux,Roux,ada@acme.example,Ada,7,Member,True
            """, .good(1), both),
        Sample(
            "Entra, by name, one without a mailbox",
            """
            userPrincipalName,displayName,surname,mail,givenName,id,userType,accountEnabled
            bob@acme.example,Bob Roux,Roux,,Bob,8,Member,True
            """, .good(1), FileReading(map: "entra", grants: "default=STD", reason: "Joins")),
        Sample(
            "Okta",
            """
            login,firstName,lastName,email,preferredLanguage,status
            ada@acme.example,Ada,Roux,ada@acme.example,fr,ACTIVE
            """, .good(1), both),
        Sample(
            "Okta, by name",
            "login,firstName,lastName,email\nada@acme.example,Ada,Roux,ada@acme.example\n", .good(1),
            FileReading(map: "Okta", grants: "default=STD", reason: "Joins")),
        Sample(
            "BambooHR",
            """
            Employee #,"Last Name, First Name",Work Email,Status,Hire Date
            7,"Roux, Ada",ada@acme.example,Active,01/02/2020
            """, .good(1), both),
        Sample(
            "a mapping of one's own", "Kontakt,Wer,Warum\nada@acme.example,Ada,x\n", .good(1),
            FileReading(map: "email: Kontakt\nname: Wer\nreason: Warum", grants: "default=STD")),
        Sample("a mapping that nobody knows", head + bob, .file("unknown_map"), FileReading(map: "moon")),
        Sample("a mapping that is none", head + bob, .file("invalid_map"), FileReading(map: "email: x\nshoe: y")),
    ]
}
