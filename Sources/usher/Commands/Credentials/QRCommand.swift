import ArgumentParser
import Basics
import Foundation
import OneTimePassword
import SystemPackage

extension OTPCommands {
    struct QR: ParsableCommand {
        enum Format: String, CaseIterable, ExpressibleByArgument { case terminal, svg, png }

        static let configuration = CommandConfiguration(
            commandName: "qr", abstract: "Draw a QR code in the terminal, as SVG or as PNG.",
            discussion: """
                Example:  usher otp qr "$(usher otp uri "$SECRET" --account ada@example.com)" \
                --format png --output qr.png

                A file is readable only by its owner, since the picture contains the secret. Delete it after scanning.
                """)

        @Argument(help: "The otpauth URI, or any other text.")
        var uri: String

        @Option(help: "terminal, svg or png.")
        var format = Format.terminal

        @Option(help: "Write to this file instead of standard output.", completion: .file())
        var output: String?

        func validate() throws {
            if format == .png, output == nil, Output.isTerminal {
                throw ValidationError("A PNG would garble the terminal: add --output FILE, or send it into a pipe.")
            }
        }

        func run() throws {
            let picture = try picture()
            guard let output else { return FileHandle.standardOutput.write(Data(picture)) }
            try Self.write(picture, to: output)
        }

        private func picture() throws -> [UInt8] {
            do throws(QRCode.Refusal) {
                let code = try QRCode(uri)
                switch format {
                case .terminal: return Array(code.terminal(colours: output == nil && Output.hasColours).utf8)
                case .svg: return Array(code.svg.utf8)
                case .png: return code.png()
                }
            } catch { throw ValidationError("A QR code holds 1 to about 2300 bytes of text without NUL.") }
        }

        /// Only the owner may read it, from before the first byte
        /// on, in a file that was there already too.
        private static func write(_ picture: [UInt8], to path: String) throws {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw unwritable(path) }
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            guard let status = try? Stat(FileDescriptor(rawValue: descriptor)) else { throw unwritable(path) }
            // Devices keep their mode: run by root, `--output
            // /dev/null` would otherwise close it to everybody.
            if status.type == .regular, fchmod(descriptor, 0o600) != 0 { throw unwritable(path) }
            do {
                try file.write(contentsOf: Data(picture))
                try file.close()
            } catch { throw unwritable(path) }
        }

        private static func unwritable(_ path: String) -> Fault {
            Fault(.unavailable, "The file \(path) cannot be written: \(String(cString: strerror(errno))).")
        }
    }
}
