import Basics
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The certificate and its key, from two PEM files, which are read again when they change.
///
/// Each handshake takes what was read last; connections that stand are not
/// touched. What cannot be used, such as a certificate whose key has not
/// been written yet, leaves what was there.
final class Certificates: Sendable {
    private struct Pair {
        let chain: [NIOSSLCertificateSource]
        let key: NIOSSLPrivateKeySource
        let end: Timestamp?
    }

    /// Which files were read: whoever replaces one changes one of these.
    private struct Look: Equatable {
        struct File: Equatable {
            let inode: UInt64
            let size: Int64
            let seconds: Int
            let nanoseconds: Int
        }

        let certificate: File?
        let key: File?
    }

    private struct State {
        var pair: Pair
        var look: Look
    }

    let certificatePath: String
    let keyPath: String
    private let state: Mutex<State>

    /// - Throws: `Fault.Code.invalid` for files that cannot be used together.
    init(certificate: String, key: String) throws {
        certificatePath = certificate
        keyPath = key
        let look = Self.look(certificate, key)
        state = Mutex(State(pair: try Self.read(certificate, key), look: look))
    }

    /// Until when the newest certificate is good.
    var end: Timestamp? { state.withLock { $0.pair.end } }

    /// TLS 1.2 and newer (OWASP ASVS 5.0, 12.1.1).
    var configuration: TLSConfiguration {
        let pair = state.withLock { $0.pair }
        var configuration = Self.configuration(pair)
        configuration.sslContextCallback = { [self] _, promise in
            let pair = state.withLock { $0.pair }
            var newest = NIOSSLContextConfigurationOverride()
            newest.certificateChain = pair.chain
            newest.privateKey = pair.key
            promise.succeed(newest)
        }
        return configuration
    }

    /// Reads the files again if they changed; keeps what it has, and says why, if they cannot be used.
    func refresh(_ logger: Logger) {
        let look = Self.look(certificatePath, keyPath)
        guard state.withLock({ $0.look != look }) else { return }
        do {
            let pair = try Self.read(certificatePath, keyPath)
            state.withLock { $0 = State(pair: pair, look: look) }
            logger.notice("certificate read anew", metadata: ["until": "\(pair.end?.iso8601 ?? "unknown")"])
        } catch {
            // Said once, and looked at again when either file changes.
            state.withLock { $0.look = look }
            logger.error("certificate not usable, the one before goes on", metadata: ["why": "\(error.told)"])
        }
    }

    private static func configuration(_ pair: Pair) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: pair.chain, privateKey: pair.key)
        configuration.minimumTLSVersion = .tlsv12
        // With forward secrecy and authenticated encryption only
        // (RFC 9325, section 4.2; ASVS 5.0, 12.1.2).
        configuration.cipherSuites = [
            "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
        ].joined(separator: ":")
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }

    private static func read(_ certificate: String, _ key: String) throws -> Pair {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate)
            guard let own = chain.first else {
                throw Fault.invalid("tls.certificate", "unusable", "The file \(certificate) holds no certificate.")
            }
            let pair = Pair(
                chain: chain.map { .certificate($0) },
                key: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)),
                end: Timestamp(seconds: Int64(own.notValidAfter)))
            // Whether they belong together is what making a context finds out.
            _ = try NIOSSLContext(configuration: configuration(pair))
            return pair
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault.invalid(
                "tls.certificate", "unusable",
                "The certificate \(certificate) and the key \(key) cannot be used: \(error)")
        }
    }

    private static func look(_ certificate: String, _ key: String) -> Look {
        Look(certificate: file(certificate), key: file(key))
    }

    /// Through links, since renewals replace what a link leads to; nil for what is not there.
    private static func file(_ path: String) -> Look.File? {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        return Look.File(
            inode: UInt64(found.st_ino), size: Int64(found.st_size), seconds: found.st_mtim.tv_sec,
            nanoseconds: found.st_mtim.tv_nsec)
    }
}

/// Looks every second whether the certificate was renewed: two `stat` calls.
struct CertificateWatch: Service {
    let certificates: Certificates
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))  // Cancelled is how it ends.
                certificates.refresh(logger)
            }
        }
    }
}
