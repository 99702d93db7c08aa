import Basics
import Records

extension SQLTransaction {
    func requests(of campaign: CampaignID) throws -> [Request] {
        try connection.rows(
            """
            SELECT id, organization_id, holder_id, requester, reason, until_ms, idempotency_key, created_at_ms, run,
                version, cloud_id, campaign_id, subject,
                (SELECT calendar FROM organization WHERE id = organization_id),
                (SELECT time_zone FROM organization WHERE id = organization_id), batch_id
            FROM request WHERE campaign_id = ? ORDER BY id
            """,
            [.id(campaign)], Self.request)
    }

    /// Newest first means by id, which begins with the time of creation.
    func campaigns(of organization: OrganizationID?, _ page: PageRequest) throws -> Page<CampaignID> {
        // Above every id, whose letters end at z.
        let before = try page.after == nil ? "~" : Cursor.text(of: page) { CampaignID($0)?.text == $0 }
        let campaigns: [CampaignID] =
            if let organization {
                try connection.rows(
                    """
                    SELECT DISTINCT campaign_id FROM request
                    WHERE organization_id = ? AND campaign_id IS NOT NULL AND campaign_id < ?
                    ORDER BY campaign_id DESC LIMIT ?
                    """,
                    [.id(organization), .text(before), Cursor.limit(page)]
                ) { $0.id(0) }
            } else {
                try connection.rows(
                    """
                    SELECT DISTINCT campaign_id FROM request WHERE campaign_id IS NOT NULL AND campaign_id < ?
                    ORDER BY campaign_id DESC LIMIT ?
                    """,
                    [.text(before), Cursor.limit(page)]
                ) { $0.id(0) }
            }
        return Cursor.page(campaigns, page) { $0.text }
    }

    func openReview(of cloud: CloudID) throws -> RequestID? {
        try connection.row(
            "SELECT id FROM request WHERE cloud_id = ? AND campaign_id IS NOT NULL AND ended IS NULL", [.id(cloud)]
        ) { $0.id(0) }
    }
}
