import ArgumentParser

struct CatalogueCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "catalogue")
}
struct WorkflowCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "workflow")
}
struct EffectCommands: AsyncParsableCommand { static let configuration = CommandConfiguration(commandName: "effect") }
struct AuditCommands: AsyncParsableCommand { static let configuration = CommandConfiguration(commandName: "audit") }
struct DoctorCommand: AsyncParsableCommand { static let configuration = CommandConfiguration(commandName: "doctor") }
struct MailCommands: AsyncParsableCommand { static let configuration = CommandConfiguration(commandName: "mail") }
struct ConfigCommands: AsyncParsableCommand { static let configuration = CommandConfiguration(commandName: "config") }
struct ExportDefaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "export-defaults")
}
struct CompletionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "completions")
}
