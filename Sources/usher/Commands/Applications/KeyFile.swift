import ArgumentParser
import Basics
import Foundation

/// A file with public keys, as `--keys` names it.
enum KeyFile {
    static func read(_ path: String) throws -> JSON {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: path)) } catch {
            throw ValidationError("--keys names a file, and \(path) cannot be read.")
        }
        do throws(JSON.Malformed) { return try JSON(reading: bytes, limits: JSON.Limits(values: 1_000)) } catch {
            throw ValidationError("--keys names a file with a JSON Web Key Set: \(error.words).")
        }
    }
}
