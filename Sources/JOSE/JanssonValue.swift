import Basics
import CJOSE

/// One value of jansson's, which holds JSON for libjose; freed, and wiped, with its last
/// holder.
///
/// It never leaves the function that makes it, so no two threads ever see one.
final class JanssonValue {
    let pointer: UnsafeMutablePointer<json_t>

    private static let wiping: Void = cjose_wipe_what_is_freed()

    private init?(owning pointer: UnsafeMutablePointer<json_t>?) {
        guard let pointer else { return nil }
        self.pointer = pointer
    }

    /// An object of these members.
    convenience init?(_ members: [String: String]) {
        _ = Self.wiping
        self.init(owning: json_object())
        for (name, text) in members {
            guard set(name, text) else { return nil }
        }
    }

    /// - Returns: nil unless the bytes are an object or an array, in which no member stands
    ///   twice.
    convenience init?(reading secret: Secret) {
        _ = Self.wiping
        self.init(
            owning: secret.withBytes { json_loadb($0.baseAddress, $0.count, Int(JSON_REJECT_DUPLICATES), nil) })
    }

    deinit { json_decref(pointer) }

    func set(_ name: String, _ text: String) -> Bool { json_object_set_new(pointer, name, json_string(text)) == 0 }

    func set(_ name: String, _ number: Int) -> Bool {
        json_object_set_new(pointer, name, json_integer(json_int_t(number))) == 0
    }

    /// Without a copy of it, which nobody would wipe.
    func hasText(_ name: String) -> Bool { json_string_value(json_object_get(pointer, name)) != nil }

    /// The text of a member that is not secret; nil where there is none, or something else.
    subscript(name: String) -> String? {
        json_string_value(json_object_get(pointer, name)).map { String(cString: $0) }
    }

    /// Makes the key that `alg` asks for, and adds its members.
    func generate() -> Bool { jose_jwk_gen(nil, pointer) }

    /// Names sorted, nothing between them: the same members give the same bytes.
    var bytes: Secret? {
        guard let text = json_dumps(pointer, Int(JSON_COMPACT | JSON_SORT_KEYS)) else { return nil }
        defer { cjose_free(text) }
        return Secret(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    /// The thumbprint of the key that this is (RFC 7638), by SHA-256, in base64url.
    var thumbprint: String? {
        guard let text = JanssonValue(owning: jose_jwk_thp(nil, pointer, "S256")) else { return nil }
        return json_string_value(text.pointer).map { String(cString: $0) }
    }

    /// What OpenSSL makes of the key: an EVP_PKEY that the caller owns.
    var key: OpaquePointer? { jose_openssl_jwk_to_EVP_PKEY(nil, pointer) }
}
