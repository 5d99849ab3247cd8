-- What SQLAlchemy has no words for: extensions, functions, triggers, and the log's first row.
-- `0001_initial.py` runs this file after the tables are made.

-- unaccent maps every Vietnamese letter to its plain one, composed (NFC) or not (NFD); pg_trgm finds titles by parts of
-- words while somebody is typing.
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

-- A text as search compares it: lower case, without accents. unaccent() is only STABLE by name, as its dictionary could be
-- exchanged; with the dictionary named it may be called IMMUTABLE, which an index needs. Texts that are NFC already, as all
-- stored ones are, are not composed again: that is half of what folding costs. Separators become spaces before the parser
-- sees them, or `15/2020/NĐ-CP` would be taken for a file name.
CREATE FUNCTION hub_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent(
        'public.unaccent'::regdictionary,
        translate(CASE WHEN value IS NFC NORMALIZED THEN value ELSE normalize(value, NFC) END, '/_.-–', '     ')
    ));

-- The words of a view for full-text search; the letters are weights: title before summary before body.
CREATE FUNCTION hub_words(title text, summary text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN setweight(to_tsvector('simple', hub_fold(title)), 'A')
        || setweight(to_tsvector('simple', hub_fold(summary)), 'B')
        || setweight(to_tsvector('simple', hub_fold(body)), 'D');

-- The title on a view's card as `suggest` compares it. A card never changes in its meaning, so this may be called IMMUTABLE.
-- The space in front makes the beginning of every word, the first too, look the same to `LIKE '% word%'`.
CREATE FUNCTION hub_title(card bytea) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ' ' || public.hub_fold(convert_from(card, 'UTF8')::json ->> 'title');

-- An agency and all agencies below it: what a key acts for, and what a filter by agency finds.
CREATE FUNCTION hub_family(root text) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (WITH RECURSIVE members(code) AS (
        SELECT root UNION SELECT a.code FROM public.agency a JOIN members m ON a.parent = m.code)
        SELECT array_agg(code) FROM members);

-- The guard of what may never change; the trigger's argument is the reason that whoever tries is told.
CREATE FUNCTION hub_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% may not be changed: %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE TRIGGER log_is_append_only BEFORE UPDATE OR DELETE ON log_entry
    FOR EACH STATEMENT EXECUTE FUNCTION hub_refuse('the publication log is append-only');
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION hub_refuse('the private trail is append-only');
-- A text that is gone is emptied, and nothing else ever changes in a published edition.
CREATE TRIGGER published_is_immutable BEFORE UPDATE OF content, number, lang, document_id ON edition
    FOR EACH ROW WHEN (OLD.state IN ('published', 'superseded') AND OLD.content IS DISTINCT FROM NEW.content
        AND NEW.content <> '{}'::jsonb)
    EXECUTE FUNCTION hub_refuse('a published edition is immutable');

-- The one row whose lock puts appends in order. The epoch names this log; the chain of hashes begins with it.
INSERT INTO log_head (id, epoch, seq, hash)
SELECT 1, epoch, 0, encode(sha256(uuid_send(epoch)), 'hex') FROM gen_random_uuid() AS epoch;
