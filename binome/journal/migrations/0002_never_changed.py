"""PostgreSQL itself refuses to change or remove a fact; sealing one is the only change allowed, once."""

from django.db import migrations

GUARD = """
CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL
       AND (OLD.id, OLD.workspace_id, OLD.kind, OLD.about, OLD.actor, OLD.at)
           IS NOT DISTINCT FROM (NEW.id, NEW.workspace_id, NEW.kind, NEW.about, NEW.actor, NEW.at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the journal is never changed (entry %)', OLD.id;
END $$;
CREATE TRIGGER journal_never_changed BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
"""
UNGUARD = "DROP TRIGGER journal_never_changed ON journal_entry; DROP FUNCTION journal_refuse_change();"


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
