GRANT SELECT, INSERT, DELETE ON heartbeats TO innosynth_worker;
--> statement-breakpoint
GRANT SELECT ON heartbeats, appliance_facts TO innosynth_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON appliance_facts TO innosynth_worker;
--> statement-breakpoint
GRANT SELECT, INSERT ON erasures TO innosynth_worker;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON erasures TO innosynth_access;
--> statement-breakpoint
ALTER TABLE heartbeats ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE heartbeats FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE appliance_facts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE appliance_facts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE erasures FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- Facts of the whole installation, without customer data; the verb that shows them asks for the right to see the status.
CREATE POLICY app ON heartbeats FOR SELECT TO innosynth_app USING (true);
--> statement-breakpoint
CREATE POLICY worker ON heartbeats TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY app ON appliance_facts FOR SELECT TO innosynth_app USING (true);
--> statement-breakpoint
CREATE POLICY worker ON appliance_facts TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY worker ON erasures TO innosynth_worker USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY access ON erasures TO innosynth_access USING (true) WITH CHECK (true);
--> statement-breakpoint
-- Whoever deletes a document for good leaves its number behind, whatever path the deletion took.
CREATE FUNCTION app_remember_erasure() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
  AS $$
  BEGIN
    INSERT INTO erasures (document_id, organisation_id) VALUES (OLD.id, OLD.organisation_id)
      ON CONFLICT (document_id) DO UPDATE SET at = now();
    RETURN OLD;
  END $$;
--> statement-breakpoint
GRANT CREATE ON SCHEMA public TO innosynth_access;
--> statement-breakpoint
ALTER FUNCTION app_remember_erasure() OWNER TO innosynth_access;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM innosynth_access;
--> statement-breakpoint
REVOKE ALL ON FUNCTION app_remember_erasure() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION app_remember_erasure() TO innosynth_app, innosynth_worker;
--> statement-breakpoint
CREATE TRIGGER remember_erasure AFTER DELETE ON documents FOR EACH ROW EXECUTE FUNCTION app_remember_erasure();
