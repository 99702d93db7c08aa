import Records

extension SecurityEvent.Kind {
    /// What became of a code; nil where there was nothing to prove.
    init?(_ reason: CodeVerification.Reason, isRecoveryCode: Bool) {
        switch reason {
        case .ok: self = isRecoveryCode ? .recoveryCodeAccepted : .codeAccepted
        case .wrong: self = .codeWrong
        case .replayed: self = .codeReplayed
        case .throttled: self = .throttled
        case .locked: self = .locked
        case .none: return nil
        }
    }
}
