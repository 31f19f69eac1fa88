-- Rights of the five roles, and row-level security on every table. Written by hand: drizzle-kit knows no FORCE.
-- app: a person's requests. worker: background work over everything. identity: doors before a person is known.
-- index: what the in-memory index reads. access: owner of the functions that say what a person may reach.
GRANT USAGE ON SCHEMA public TO innosynth_app, innosynth_worker, innosynth_identity, innosynth_index, innosynth_access;
--> statement-breakpoint
CREATE FUNCTION app_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.person', true), '')::uuid $$;
--> statement-breakpoint
CREATE FUNCTION app_organisation() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.organisation', true), '')::uuid $$;
--> statement-breakpoint
-- Both are asked as (SELECT ...) everywhere below: once a statement. Bare, they would be worked out again for every row.
-- Access lists that let the acting person look. Runs as innosynth_access, so that policies on lists and grants need not
-- ask each other in a circle.
CREATE FUNCTION app_readable() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$
    SELECT id FROM access_lists
      WHERE organisation_id = (SELECT app_organisation()) AND (owner_id = (SELECT app_person()) OR audience = 'organisation')
    UNION
    SELECT l.id FROM access_grants g JOIN access_lists l ON l.id = g.access_id
      WHERE g.person_id = (SELECT app_person()) AND l.organisation_id = (SELECT app_organisation())
  $$;
--> statement-breakpoint
-- Access lists that let the acting person change what stands under them.
CREATE FUNCTION app_editable() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$
    SELECT id FROM access_lists WHERE organisation_id = (SELECT app_organisation()) AND owner_id = (SELECT app_person())
    UNION
    SELECT l.id FROM access_grants g JOIN access_lists l ON l.id = g.access_id
      WHERE g.person_id = (SELECT app_person()) AND g.level = 'edit' AND l.organisation_id = (SELECT app_organisation())
  $$;
--> statement-breakpoint
GRANT CREATE ON SCHEMA public TO innosynth_access;
--> statement-breakpoint
ALTER FUNCTION app_readable() OWNER TO innosynth_access;
--> statement-breakpoint
ALTER FUNCTION app_editable() OWNER TO innosynth_access;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM innosynth_access;
--> statement-breakpoint
REVOKE ALL ON FUNCTION app_readable(), app_editable() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION app_readable(), app_editable() TO innosynth_app;
--> statement-breakpoint
GRANT SELECT ON access_lists, access_grants TO innosynth_access;
--> statement-breakpoint

GRANT SELECT, UPDATE ON organisations TO innosynth_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON organisations TO innosynth_identity;
--> statement-breakpoint
GRANT SELECT ON organisations TO innosynth_worker;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON people TO innosynth_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON people TO innosynth_identity;
--> statement-breakpoint
GRANT SELECT ON people TO innosynth_worker;
--> statement-breakpoint
GRANT SELECT (id, person_id, address, user_agent, expires_at, created_at, updated_at), DELETE ON sign_ins TO innosynth_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_ins, credentials, verifications, join_links, api_keys TO innosynth_identity;
--> statement-breakpoint
GRANT SELECT (person_id), INSERT, DELETE ON join_links TO innosynth_app;
--> statement-breakpoint
GRANT SELECT (id, person_id, name, prefix, scopes, expires_at, last_used_at, created_at), INSERT, DELETE ON api_keys TO innosynth_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON access_lists, access_grants, collections, documents TO innosynth_app, innosynth_worker;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON versions TO innosynth_app, innosynth_worker;
--> statement-breakpoint
GRANT SELECT ON pages, passages, passage_vectors TO innosynth_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON pages, passages, passage_vectors TO innosynth_worker;
--> statement-breakpoint
GRANT INSERT ON index_changes TO innosynth_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON index_changes TO innosynth_worker;
--> statement-breakpoint
GRANT SELECT ON index_changes TO innosynth_index;
--> statement-breakpoint
GRANT SELECT (id, no, title, current_version_id, deleted_at) ON documents TO innosynth_index;
--> statement-breakpoint
GRANT SELECT (id, document_id, version_id, ordinal, postings) ON passages TO innosynth_index;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON conversations, answers TO innosynth_app;
--> statement-breakpoint
GRANT SELECT, UPDATE, DELETE ON conversations, answers TO innosynth_worker;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON instance_settings TO innosynth_app, innosynth_worker;
--> statement-breakpoint
GRANT INSERT ON audit_events TO innosynth_app, innosynth_worker, innosynth_identity;
--> statement-breakpoint

ALTER TABLE organisations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE organisations FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE people FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE sign_ins ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE sign_ins FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE credentials ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE credentials FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE verifications ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE verifications FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE join_links ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE join_links FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE access_lists ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE access_lists FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE access_grants ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE access_grants FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE collections ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE collections FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE documents FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE versions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE versions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE pages ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE pages FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE passages ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE passages FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE passage_vectors ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE passage_vectors FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE index_changes ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE index_changes FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE answers ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE answers FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE instance_settings ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE instance_settings FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
--> statement-breakpoint

CREATE POLICY app ON organisations TO innosynth_app USING (id = (SELECT app_organisation())) WITH CHECK (id = (SELECT app_organisation()));
--> statement-breakpoint
CREATE POLICY identity ON organisations TO innosynth_identity USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY worker ON organisations FOR SELECT TO innosynth_worker USING (true);
--> statement-breakpoint
CREATE POLICY app ON people TO innosynth_app
  USING (organisation_id = (SELECT app_organisation())) WITH CHECK (organisation_id = (SELECT app_organisation()));
--> statement-breakpoint
CREATE POLICY identity ON people TO innosynth_identity USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY worker ON people FOR SELECT TO innosynth_worker USING (true);
--> statement-breakpoint
-- The people policy shows one organisation only, so these reach no further.
CREATE POLICY app ON sign_ins TO innosynth_app USING (EXISTS (SELECT 1 FROM people p WHERE p.id = person_id));
--> statement-breakpoint
CREATE POLICY identity ON sign_ins TO innosynth_identity USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY identity ON credentials TO innosynth_identity USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY identity ON verifications TO innosynth_identity USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY app ON join_links TO innosynth_app USING (EXISTS (SELECT 1 FROM people p WHERE p.id = person_id))
  WITH CHECK (EXISTS (SELECT 1 FROM people p WHERE p.id = person_id));
--> statement-breakpoint
CREATE POLICY identity ON join_links TO innosynth_identity USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY app ON api_keys TO innosynth_app USING (person_id = (SELECT app_person())) WITH CHECK (person_id = (SELECT app_person()));
--> statement-breakpoint
CREATE POLICY identity ON api_keys TO innosynth_identity USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY access ON access_lists FOR SELECT TO innosynth_access USING (true);
--> statement-breakpoint
CREATE POLICY app_select ON access_lists FOR SELECT TO innosynth_app
  USING (organisation_id = (SELECT app_organisation()) AND (owner_id = (SELECT app_person()) OR id IN (SELECT app_readable())));
--> statement-breakpoint
CREATE POLICY app_insert ON access_lists FOR INSERT TO innosynth_app
  WITH CHECK (organisation_id = (SELECT app_organisation()) AND owner_id = (SELECT app_person()));
--> statement-breakpoint
CREATE POLICY app_update ON access_lists FOR UPDATE TO innosynth_app
  USING (organisation_id = (SELECT app_organisation()) AND owner_id = (SELECT app_person())) WITH CHECK (organisation_id = (SELECT app_organisation()));
--> statement-breakpoint
CREATE POLICY app_delete ON access_lists FOR DELETE TO innosynth_app
  USING (organisation_id = (SELECT app_organisation()) AND owner_id = (SELECT app_person()));
--> statement-breakpoint
CREATE POLICY worker ON access_lists TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY access ON access_grants FOR SELECT TO innosynth_access USING (true);
--> statement-breakpoint
-- Who else is named is told to those who may look at all: the access panel of a document shows it.
CREATE POLICY app_select ON access_grants FOR SELECT TO innosynth_app USING (EXISTS (SELECT 1 FROM access_lists l WHERE l.id = access_id));
--> statement-breakpoint
CREATE POLICY app_insert ON access_grants FOR INSERT TO innosynth_app
  WITH CHECK (EXISTS (SELECT 1 FROM access_lists l WHERE l.id = access_id AND l.owner_id = (SELECT app_person()))
    AND EXISTS (SELECT 1 FROM people p WHERE p.id = person_id));
--> statement-breakpoint
CREATE POLICY app_update ON access_grants FOR UPDATE TO innosynth_app
  USING (EXISTS (SELECT 1 FROM access_lists l WHERE l.id = access_id AND l.owner_id = (SELECT app_person())));
--> statement-breakpoint
CREATE POLICY app_delete ON access_grants FOR DELETE TO innosynth_app
  USING (EXISTS (SELECT 1 FROM access_lists l WHERE l.id = access_id AND l.owner_id = (SELECT app_person())));
--> statement-breakpoint
CREATE POLICY worker ON access_grants TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY app_select ON collections FOR SELECT TO innosynth_app
  USING (organisation_id = (SELECT app_organisation()) AND (owner_id = (SELECT app_person()) OR access_id IN (SELECT app_readable())));
--> statement-breakpoint
CREATE POLICY app_insert ON collections FOR INSERT TO innosynth_app
  WITH CHECK (organisation_id = (SELECT app_organisation()) AND owner_id = (SELECT app_person()) AND access_id IN (SELECT app_editable()));
--> statement-breakpoint
CREATE POLICY app_update ON collections FOR UPDATE TO innosynth_app
  USING (organisation_id = (SELECT app_organisation()) AND (owner_id = (SELECT app_person()) OR access_id IN (SELECT app_editable())))
  WITH CHECK (organisation_id = (SELECT app_organisation()));
--> statement-breakpoint
CREATE POLICY app_delete ON collections FOR DELETE TO innosynth_app
  USING (organisation_id = (SELECT app_organisation()) AND (owner_id = (SELECT app_person()) OR access_id IN (SELECT app_editable())));
--> statement-breakpoint
CREATE POLICY worker ON collections TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY app_select ON documents FOR SELECT TO innosynth_app
  USING (organisation_id = (SELECT app_organisation()) AND (owner_id = (SELECT app_person()) OR access_id IN (SELECT app_readable())));
--> statement-breakpoint
CREATE POLICY app_insert ON documents FOR INSERT TO innosynth_app
  WITH CHECK (organisation_id = (SELECT app_organisation()) AND owner_id = (SELECT app_person()) AND access_id IN (SELECT app_editable()));
--> statement-breakpoint
CREATE POLICY app_update ON documents FOR UPDATE TO innosynth_app
  USING (organisation_id = (SELECT app_organisation()) AND (owner_id = (SELECT app_person()) OR access_id IN (SELECT app_editable())))
  WITH CHECK (organisation_id = (SELECT app_organisation()));
--> statement-breakpoint
CREATE POLICY app_delete ON documents FOR DELETE TO innosynth_app
  USING (organisation_id = (SELECT app_organisation()) AND (owner_id = (SELECT app_person()) OR access_id IN (SELECT app_editable())));
--> statement-breakpoint
CREATE POLICY worker ON documents TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY index ON documents FOR SELECT TO innosynth_index USING (true);
--> statement-breakpoint
-- The documents policy decides; what hangs on a document is seen with it.
CREATE POLICY app ON versions TO innosynth_app USING (EXISTS (SELECT 1 FROM documents d WHERE d.id = document_id))
  WITH CHECK (EXISTS (SELECT 1 FROM documents d WHERE d.id = document_id));
--> statement-breakpoint
CREATE POLICY worker ON versions TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY app ON pages FOR SELECT TO innosynth_app USING (EXISTS (SELECT 1 FROM versions v WHERE v.id = version_id));
--> statement-breakpoint
CREATE POLICY worker ON pages TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY app ON passages FOR SELECT TO innosynth_app USING (EXISTS (SELECT 1 FROM documents d WHERE d.id = document_id));
--> statement-breakpoint
CREATE POLICY worker ON passages TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY index ON passages FOR SELECT TO innosynth_index USING (true);
--> statement-breakpoint
CREATE POLICY app ON passage_vectors FOR SELECT TO innosynth_app USING (EXISTS (SELECT 1 FROM documents d WHERE d.id = document_id));
--> statement-breakpoint
CREATE POLICY worker ON passage_vectors TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY app ON index_changes FOR INSERT TO innosynth_app WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY worker ON index_changes TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY index ON index_changes FOR SELECT TO innosynth_index USING (true);
--> statement-breakpoint
CREATE POLICY app ON conversations TO innosynth_app USING (organisation_id = (SELECT app_organisation()) AND person_id = (SELECT app_person()))
  WITH CHECK (organisation_id = (SELECT app_organisation()) AND person_id = (SELECT app_person()));
--> statement-breakpoint
CREATE POLICY worker ON conversations TO innosynth_worker USING (true);
--> statement-breakpoint
CREATE POLICY app ON answers TO innosynth_app USING (person_id = (SELECT app_person()))
  WITH CHECK (person_id = (SELECT app_person()) AND EXISTS (SELECT 1 FROM conversations c WHERE c.id = conversation_id));
--> statement-breakpoint
CREATE POLICY worker ON answers TO innosynth_worker USING (true);
--> statement-breakpoint
CREATE POLICY app ON instance_settings TO innosynth_app USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY worker ON instance_settings TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY append ON audit_events FOR INSERT TO innosynth_app, innosynth_worker, innosynth_identity WITH CHECK (true);
--> statement-breakpoint
CREATE INDEX passage_vectors_hnsw ON passage_vectors USING hnsw (embedding vector_cosine_ops);
