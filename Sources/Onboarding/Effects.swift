extension EffectRegistry {
    /// All that this product performs; a new noun adds its list here, and nowhere else.
    public static let standard = EffectRegistry(
        LocalEffect.ofGrants + LocalEffect.ofAccounts + LocalEffect.ofFactors + LocalEffect.ofReviews
            + LocalEffect.ofPrograms + LocalEffect.ofClouds + LocalEffect.ofWebhooks)
}
