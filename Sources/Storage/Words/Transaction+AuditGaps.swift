import Basics
import Records

/// The trail beside what it is about: whoever writes into a table without the program leaves a gap.
extension SQLTransaction {
    func auditGaps(limit: Int) throws -> [AuditGap] {
        try gaps(.move, Self.movesWithoutEntry, limit) + gaps(.history, Self.entriesWithoutMove, limit)
            + gaps(.grant, Self.grantsWithoutEntry, limit) + gaps(.duty, Self.dutiesWithoutEntry, limit)
            + gaps(.person, Self.peopleWithoutEntry, limit) + gaps(.state, Self.statesWithoutEntry, limit)
    }

    private func gaps(_ kind: AuditGap.Kind, _ sql: SQL, _ limit: Int) throws -> [AuditGap] {
        try connection.rows(sql, [.number(limit)]) { AuditGap(kind, subject: $0.text(0), detail: $0.text(1)) }
    }

    /// The entry of a move is written with it: same request, name, time and actor.
    private static var movesWithoutEntry: SQL {
        """
        SELECT h.request_id, h.name FROM history h
        WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.request = h.request_id
            AND a.action = 'request.' || h.name AND a.at_ms = h.at_ms AND a.actor = h.by_whom)
        ORDER BY h.request_id, h.version LIMIT ?
        """
    }

    private static var entriesWithoutMove: SQL {
        """
        SELECT a.request, a.action FROM audit a
        WHERE a.request IS NOT NULL AND a.action LIKE 'request.%'
            AND NOT EXISTS (SELECT 1 FROM history h WHERE h.request_id = a.request
                AND a.action = 'request.' || h.name AND a.at_ms = h.at_ms AND a.actor = h.by_whom)
        ORDER BY a.sequence LIMIT ?
        """
    }

    private static var grantsWithoutEntry: SQL {
        """
        SELECT g.person_id, g.cloud_id || '=' || g.profile FROM cloud_grant g
        WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.subject = g.person_id AND a.request = g.request_id
            AND (a.action = 'grant.begin' AND a.detail = g.cloud_id || '=' || g.profile
                OR a.action = 'grant.lessen' AND a.detail LIKE g.cloud_id || '=%>' || g.profile))
        ORDER BY g.id LIMIT ?
        """
    }

    /// Versions up to 0.1.0 did not record two things: that the first delivery manager,
    /// with whom an installation begins, is duty manager as well, and who of the
    /// provider's managers a new organization was given.
    private static var dutiesWithoutEntry: SQL {
        """
        SELECT d.person_id, d.duty FROM duty d
        WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.subject = d.person_id AND a.action = 'duty.assign'
                AND a.detail = d.duty AND COALESCE(a.organization, '') = COALESCE(d.organization_id, ''))
            AND NOT (d.duty = 'duty_manager' AND d.organization_id IS NULL AND d.person_id =
                (SELECT a.subject FROM audit a WHERE a.action = 'duty.assign' ORDER BY a.sequence LIMIT 1))
            AND NOT (d.duty = 'delivery_manager' AND d.organization_id IS NOT NULL AND EXISTS (SELECT 1 FROM duty e
                WHERE e.person_id = d.person_id AND e.duty = d.duty AND e.organization_id IS NULL))
        ORDER BY d.person_id, d.duty LIMIT ?
        """
    }

    private static var peopleWithoutEntry: SQL {
        """
        SELECT p.id, p.state FROM person p
        WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.subject = p.id)
        ORDER BY p.id LIMIT ?
        """
    }

    /// Versions up to 0.1.0 did not record who became active, nor every resumption: what they left without any entry
    /// is only looked at where it is a suspension.
    private static var statesWithoutEntry: SQL {
        """
        SELECT p.id, p.state FROM person p
        LEFT JOIN audit a ON a.sequence = (SELECT MAX(b.sequence) FROM audit b WHERE b.subject = p.id
            AND b.action IN ('person.activate', 'person.suspend', 'person.resume', 'person.close'))
        WHERE p.state <> CASE
            WHEN a.action IS NULL AND (p.state = 'suspended' OR p.created_at_ms >
                (SELECT MIN(c.at_ms) FROM audit c WHERE c.action = 'person.activate')) THEN 'invited'
            WHEN a.action IS NULL THEN p.state
            WHEN a.action = 'person.suspend' THEN 'suspended'
            WHEN a.action = 'person.close' THEN 'closed'
            ELSE 'active' END
        ORDER BY p.id LIMIT ?
        """
    }
}
