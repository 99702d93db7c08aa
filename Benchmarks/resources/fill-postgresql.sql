-- The same on PostgreSQL; :count stands for how many.
BEGIN;
SET LOCAL synchronous_commit = off;
DROP INDEX resource_tag_everywhere;
CREATE TEMP TABLE place ON COMMIT DROP AS
SELECT s.id AS service, s.cloud_id AS cloud, s.organization_id AS org,
    CASE WHEN o.slug = 'acme' THEN 0 ELSE CAST(substr(o.slug, 2) AS INTEGER) END AS number
FROM service s JOIN organization o ON o.id = s.organization_id;
CREATE TEMP TABLE n ON COMMIT DROP AS
SELECT i, (i * 2654435761) % 4294967296 AS r, CASE WHEN i % 2 = 0 THEN 0 ELSE (i / 2) % 100 + 1 END AS place
FROM generate_series(0::bigint, :count - 1) AS i;
INSERT INTO resource (id, organization_id, cloud_id, service_id, name, category, kind, type, status, environment, zone, tags,
    created_at_ms)
SELECT 'r' || lpad(n.i::text, 7, '0'), p.org, p.cloud, p.service, 'web-' || n.i, 'compute', 'compute/instance',
    'compute/instance/linux', CASE WHEN n.r % 20 = 0 THEN 'INACTIVE' ELSE 'ACTIVE' END,
    CASE n.r / 7 % 4 WHEN 0 THEN 'production' WHEN 1 THEN 'qa' WHEN 2 THEN 'dev' ELSE 'test' END, NULL,
    json_build_object('team', 't' || (n.r / 11 % 100), 'tier', CASE WHEN n.r / 13 % 2 = 0 THEN 'front' ELSE 'back' END,
        'owner', 'o' || (n.r / 17 % 1000), 'backup', CASE WHEN n.r / 19 % 2 = 0 THEN 'daily' ELSE 'weekly' END,
        'patch', 'd' || (n.r / 23 % 7), 'centre', 'c' || (n.r / 29 % 50), 'app', 'a' || (n.r / 31 % 5000), 'serial', 's' || n.i,
        CASE WHEN n.i / 2 % 2 = 0 THEN 'even' ELSE 'odd' END, '1', 'mark', CASE WHEN n.i % (:count / 20) = 0 THEN 'rare' ELSE 'usual' END)::text,
    1790000000000
FROM n JOIN place p ON p.number = n.place;
INSERT INTO resource_tag (organization_id, key, value, resource_id)
SELECT organization_id, '', name, id FROM resource
UNION ALL SELECT organization_id, t.key, t.value, resource.id FROM resource, json_each_text(resource.tags::json) t
ORDER BY 1, 2, 3, 4;
CREATE INDEX resource_tag_everywhere ON resource_tag (key, value, resource_id);
COMMIT;
VACUUM ANALYZE resource;
VACUUM ANALYZE resource_tag;
