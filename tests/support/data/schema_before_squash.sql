-- The schema as migrations 0001 to 0027 made it, with a row or more in every table: the last state before they were made one.
-- Made by pg_dump 18.6 (--no-owner --no-acl --no-comments --column-inserts) from a database of that code; the two lines for
-- psql alone (\restrict) are left out. The province of Sông Mây, its people and its documents are invented.
--
-- PostgreSQL database dump
--

-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: pg_trgm; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

--
-- Name: unaccent; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: agency; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agency (
    code character varying(64) NOT NULL,
    name character varying NOT NULL,
    name_en character varying,
    level character varying NOT NULL,
    parent character varying(64),
    place character varying(16),
    valid_from date,
    valid_to date,
    sort_key character varying NOT NULL
);

--
-- Name: hub_family(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_family(root text) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (WITH RECURSIVE members(code) AS (SELECT hub_family.root AS root UNION SELECT a.code FROM (public.agency a JOIN members m ON (((a.parent)::text = m.code)))) SELECT array_agg(members.code) AS array_agg FROM members);

--
-- Name: hub_fold(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, translate(CASE WHEN (value IS NFC NORMALIZED) THEN value ELSE NORMALIZE(value, NFC) END, '/_.-–'::text, '     '::text)));

--
-- Name: hub_refuse(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        BEGIN RAISE EXCEPTION '% may not be changed: %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$;

--
-- Name: hub_title(bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_title(card bytea) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (' '::text || public.hub_fold(((convert_from(card, 'UTF8'::name))::json ->> 'title'::text)));

--
-- Name: hub_words(text, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_words(title text, summary text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ((setweight(to_tsvector('simple'::regconfig, public.hub_fold(title)), 'A'::"char") || setweight(to_tsvector('simple'::regconfig, public.hub_fold(summary)), 'B'::"char")) || setweight(to_tsvector('simple'::regconfig, public.hub_fold(body)), 'D'::"char"));

--
-- Name: agency_rule; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agency_rule (
    agency character varying(64) NOT NULL,
    four_eyes character varying(16) NOT NULL
);

--
-- Name: agency_successor; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agency_successor (
    code character varying NOT NULL,
    successor character varying NOT NULL
);

--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

--
-- Name: api_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_key (
    id character varying(32) NOT NULL,
    secret_sha256 character varying(64) NOT NULL,
    label character varying NOT NULL,
    agency character varying(64) NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    rotated_from character varying(32)
);

--
-- Name: audit_entry; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_entry (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor character varying(128) NOT NULL,
    label character varying NOT NULL,
    agency character varying(64) NOT NULL,
    verb character varying(24) NOT NULL,
    document_id uuid,
    lang character varying(8),
    edition integer,
    version integer,
    details jsonb NOT NULL
);

--
-- Name: audit_entry_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.audit_entry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: citable; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.citable (
    document_id uuid NOT NULL,
    number character varying,
    type character varying NOT NULL,
    title character varying NOT NULL,
    issuers text[] NOT NULL,
    issued_on date NOT NULL,
    lookup text[] NOT NULL,
    refs text[] NOT NULL
);

--
-- Name: document; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.document (
    id uuid NOT NULL,
    kind character varying(16) NOT NULL,
    owner character varying(64) NOT NULL,
    state character varying(16) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL
);

--
-- Name: edition; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.edition (
    id bigint NOT NULL,
    document_id uuid NOT NULL,
    lang character varying(8) NOT NULL,
    number integer NOT NULL,
    state character varying(16) NOT NULL,
    content jsonb NOT NULL,
    content_sha256 character varying(64) NOT NULL,
    update_type character varying(8) NOT NULL,
    change_note character varying,
    written_by character varying(128) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    published_at timestamp with time zone,
    correction_of integer,
    scheduled_for timestamp with time zone,
    approved_by character varying(128)
);

--
-- Name: edition_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.edition ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.edition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: file_blob; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.file_blob (
    sha256 character varying(64) NOT NULL,
    size bigint NOT NULL,
    held_until timestamp with time zone
);

--
-- Name: file_size; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.file_size (
    file_id uuid NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    sha256 character varying(64) NOT NULL,
    media_type character varying(100) NOT NULL,
    size bigint NOT NULL
);

--
-- Name: follower; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.follower (
    name character varying(64) NOT NULL,
    seq bigint NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: idempotency_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_key (
    principal character varying(128) NOT NULL,
    key character varying(128) NOT NULL,
    request_sha256 character varying(64) NOT NULL,
    status integer,
    body bytea,
    version integer,
    made_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: import_run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.import_run (
    id bigint NOT NULL,
    file_sha256 character varying(64) NOT NULL,
    file_name character varying NOT NULL,
    format character varying(16) NOT NULL,
    publish boolean NOT NULL,
    agency character varying(64) NOT NULL,
    "position" bigint NOT NULL,
    created integer NOT NULL,
    changed integer NOT NULL,
    unchanged integer NOT NULL,
    rejected integer NOT NULL,
    published integer NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    joined integer DEFAULT 0 NOT NULL
);

--
-- Name: import_run_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.import_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.import_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: kept_original; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.kept_original (
    id bigint NOT NULL,
    sha256 character varying(64) NOT NULL,
    media_type character varying(100) NOT NULL,
    size bigint NOT NULL,
    source character varying(64) NOT NULL,
    url character varying(2000),
    document_id uuid,
    kept_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: kept_original_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.kept_original ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.kept_original_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: log_entry; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.log_entry (
    seq bigint NOT NULL,
    event character varying(32) NOT NULL,
    at timestamp with time zone NOT NULL,
    kind character varying(16) NOT NULL,
    document_id uuid NOT NULL,
    lang character varying(8) NOT NULL,
    edition integer NOT NULL,
    view_sha256 character varying(64) NOT NULL,
    hash character varying(64) NOT NULL,
    due timestamp with time zone
);

--
-- Name: log_head; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.log_head (
    id integer NOT NULL,
    epoch uuid NOT NULL,
    seq bigint NOT NULL,
    hash character varying(64) NOT NULL,
    CONSTRAINT one_row CHECK ((id = 1))
);

--
-- Name: log_head_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.log_head_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: log_head_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.log_head_id_seq OWNED BY public.log_head.id;

--
-- Name: made_file; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.made_file (
    name character varying(80) NOT NULL,
    sha256 character varying(64) NOT NULL,
    media_type character varying(100) NOT NULL,
    size bigint NOT NULL,
    rows integer NOT NULL,
    epoch uuid NOT NULL,
    seq bigint NOT NULL,
    hash character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL
);

--
-- Name: persisted_query; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.persisted_query (
    sha256 character varying(64) NOT NULL,
    text character varying NOT NULL,
    names character varying(400) NOT NULL,
    registered_at timestamp with time zone,
    used_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: place; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.place (
    code character varying(16) NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    name character varying NOT NULL,
    level character varying NOT NULL,
    parent character varying(16),
    sort_key character varying NOT NULL
);

--
-- Name: place_successor; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.place_successor (
    code character varying(16) NOT NULL,
    valid_from date NOT NULL,
    successor character varying(16) NOT NULL,
    successor_from date NOT NULL,
    whole boolean NOT NULL
);

--
-- Name: press_burst; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.press_burst (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    subject character varying NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    peak_on date NOT NULL,
    began_at timestamp with time zone NOT NULL,
    over boolean NOT NULL,
    observed integer NOT NULL,
    expected double precision NOT NULL,
    score double precision NOT NULL,
    outlets integer NOT NULL,
    phrases text[] NOT NULL,
    topics text[] NOT NULL,
    places text[] NOT NULL,
    found_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: press_burst_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.press_burst ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.press_burst_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: press_item; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.press_item (
    id bigint NOT NULL,
    key character varying(32) NOT NULL,
    source character varying(64),
    outlet character varying(120) NOT NULL,
    title character varying NOT NULL,
    link character varying,
    at timestamp with time zone NOT NULL,
    time_kind character varying(12) NOT NULL,
    collected_at timestamp with time zone,
    topics text[] NOT NULL,
    places text[] NOT NULL,
    tone smallint,
    lexicon character varying(16) NOT NULL,
    taken_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: press_item_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.press_item ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.press_item_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: provenance; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.provenance (
    source character varying(64) NOT NULL,
    source_id character varying(500) NOT NULL,
    lang character varying(8) NOT NULL,
    document_id uuid NOT NULL,
    content_sha256 character varying(64) NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    leads boolean DEFAULT true NOT NULL,
    url character varying(2000),
    fetched_at timestamp with time zone,
    sha256 character varying(64),
    claims jsonb,
    conflicts jsonb
);

--
-- Name: published_citation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.published_citation (
    document_id uuid NOT NULL,
    lang character varying(8) NOT NULL,
    place integer NOT NULL,
    seq bigint NOT NULL,
    kind character varying(8) NOT NULL,
    field character varying(40) NOT NULL,
    ref character varying,
    begins integer NOT NULL,
    ends integer NOT NULL,
    text character varying NOT NULL,
    type character varying,
    number character varying,
    number_key character varying,
    serial character varying,
    year integer,
    name character varying,
    issuer character varying,
    dates date[] NOT NULL,
    parts jsonb NOT NULL,
    attached character varying,
    amends integer,
    lookup text[] NOT NULL,
    reading double precision NOT NULL,
    outcome character varying(12) NOT NULL,
    confidence double precision NOT NULL,
    why character varying NOT NULL,
    target_id uuid,
    target_refs text[] NOT NULL,
    choices uuid[] NOT NULL
);

--
-- Name: published_file; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.published_file (
    file_id uuid NOT NULL,
    document_id uuid NOT NULL,
    lang character varying(8) NOT NULL
);

--
-- Name: published_relation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.published_relation (
    document_id uuid NOT NULL,
    lang character varying(8) NOT NULL,
    type character varying(16) NOT NULL,
    target_id uuid NOT NULL,
    note character varying
);

--
-- Name: published_view; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.published_view (
    id bigint NOT NULL,
    document_id uuid NOT NULL,
    edition_id bigint NOT NULL,
    kind character varying(16) NOT NULL,
    lang character varying(8) NOT NULL,
    state character varying(16) NOT NULL,
    seq_from bigint NOT NULL,
    seq_to bigint,
    schema_version integer NOT NULL,
    card bytea,
    "full" bytea,
    sha256 character varying(64) NOT NULL,
    redirect_to uuid,
    agency character varying(64) NOT NULL,
    issuers text[] NOT NULL,
    topics text[] NOT NULL,
    places text[] NOT NULL,
    doc_type character varying,
    number_key character varying,
    title_key character varying NOT NULL,
    issued_on date NOT NULL,
    effective_on date,
    expires_on date,
    opens_on date,
    closes_on date,
    high_impact boolean NOT NULL,
    valid_until timestamp with time zone,
    published_at timestamp with time zone NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    body character varying,
    words tsvector,
    edition integer NOT NULL,
    update_type character varying(8) NOT NULL,
    change_note character varying,
    correction_of integer,
    next_due timestamp with time zone
);

--
-- Name: published_view_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.published_view ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.published_view_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: rate_bucket; Type: TABLE; Schema: public; Owner: -
--

CREATE UNLOGGED TABLE public.rate_bucket (
    name character varying(200) NOT NULL,
    full_at timestamp with time zone NOT NULL,
    granted integer NOT NULL
)
WITH (fillfactor='50');

--
-- Name: search_check; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.search_check (
    id integer NOT NULL,
    checked_at timestamp with time zone DEFAULT now() NOT NULL,
    missing integer NOT NULL,
    stale integer NOT NULL,
    extra integer NOT NULL,
    healed integer NOT NULL,
    CONSTRAINT one_row CHECK ((id = 1))
);

--
-- Name: search_check_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.search_check_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: search_check_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.search_check_id_seq OWNED BY public.search_check.id;

--
-- Name: search_passage; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.search_passage (
    document_id uuid NOT NULL,
    lang character varying(8) NOT NULL,
    part integer NOT NULL,
    ref character varying,
    label character varying,
    heading character varying NOT NULL,
    text character varying NOT NULL,
    words tsvector
);

--
-- Name: search_term; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.search_term (
    term character varying NOT NULL,
    passages double precision NOT NULL
);

--
-- Name: search_word; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.search_word (
    term character varying(120) NOT NULL,
    means character varying(200) NOT NULL,
    both_ways boolean NOT NULL,
    removed boolean NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: source; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.source (
    code character varying(64) NOT NULL,
    name character varying(200) NOT NULL,
    type character varying(16) NOT NULL,
    kind character varying(16) NOT NULL,
    agency character varying(64) NOT NULL,
    lang character varying(8) NOT NULL,
    trust character varying(8) NOT NULL,
    schedule character varying(100),
    config jsonb NOT NULL,
    mapping jsonb NOT NULL,
    state character varying(8) NOT NULL,
    made_by character varying(128) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    next_at timestamp with time zone,
    overdue_at timestamp with time zone,
    failures integer NOT NULL,
    last_run_at timestamp with time zone,
    last_success_at timestamp with time zone,
    last_error character varying
);

--
-- Name: source_item; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.source_item (
    id bigint NOT NULL,
    source character varying(64) NOT NULL,
    external_id character varying(500) NOT NULL,
    url character varying(2000),
    hints jsonb NOT NULL,
    state character varying(12) NOT NULL,
    outcome character varying(12),
    reason jsonb,
    record jsonb,
    etag character varying,
    last_modified character varying,
    sha256 character varying(64),
    document_id uuid,
    original_id bigint,
    attempts integer NOT NULL,
    next_at timestamp with time zone,
    seen_run bigint,
    found_at timestamp with time zone DEFAULT now() NOT NULL,
    checked_at timestamp with time zone
);

--
-- Name: source_item_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.source_item ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.source_item_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: source_page; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.source_page (
    source character varying(64) NOT NULL,
    url character varying(2000) NOT NULL,
    etag character varying,
    last_modified character varying
);

--
-- Name: source_run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.source_run (
    id bigint NOT NULL,
    source character varying(64) NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    found boolean NOT NULL,
    "position" bigint NOT NULL,
    file_sha256 character varying(64),
    counts jsonb NOT NULL,
    error character varying
);

--
-- Name: source_run_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.source_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.source_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: spokesperson; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.spokesperson (
    code character varying(64) NOT NULL,
    agency character varying NOT NULL,
    name character varying NOT NULL,
    title character varying NOT NULL,
    phone character varying,
    email character varying,
    valid_from date,
    valid_to date,
    sort_key character varying NOT NULL
);

--
-- Name: stored_file; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.stored_file (
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    sha256 character varying(64) NOT NULL,
    name character varying(180) NOT NULL,
    media_type character varying(100) NOT NULL,
    size bigint NOT NULL,
    width integer,
    height integer,
    used boolean DEFAULT false NOT NULL,
    uploaded_by character varying(128) NOT NULL,
    uploaded_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: text_mark; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.text_mark (
    document_id uuid NOT NULL,
    lang character varying(8) NOT NULL,
    kind character varying(16) NOT NULL,
    type character varying(80),
    number character varying(120),
    year integer,
    issuers text[] NOT NULL,
    issued_on date,
    title character varying(300) NOT NULL,
    figures character varying(200) NOT NULL,
    shingles integer NOT NULL,
    sketch integer[] NOT NULL,
    numerals integer NOT NULL,
    numerals_sketch integer[] NOT NULL,
    lows integer[] NOT NULL
);

--
-- Name: topic; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.topic (
    code character varying(64) NOT NULL,
    name character varying NOT NULL,
    name_en character varying NOT NULL,
    parent character varying,
    sort_key character varying NOT NULL
);

--
-- Name: web_host; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.web_host (
    host character varying(300) NOT NULL,
    free_at timestamp with time zone,
    robots character varying,
    robots_status integer,
    robots_at timestamp with time zone
);

--
-- Name: webhook_endpoint; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_endpoint (
    id uuid NOT NULL,
    agency character varying(64) NOT NULL,
    made_by character varying(128) NOT NULL,
    label character varying NOT NULL,
    url character varying NOT NULL,
    events text[] NOT NULL,
    filter jsonb NOT NULL,
    format character varying(16) NOT NULL,
    view character varying(8) NOT NULL,
    state character varying(16) NOT NULL,
    reason character varying,
    secret bytea NOT NULL,
    old_secret bytea,
    old_until timestamp with time zone,
    "position" bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    stopped_at timestamp with time zone
);

--
-- Name: webhook_message; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_message (
    endpoint_id uuid NOT NULL,
    seq bigint NOT NULL,
    document_id uuid NOT NULL,
    kind character varying(16) NOT NULL,
    lang character varying(8) NOT NULL,
    event character varying(32) NOT NULL,
    state character varying(16) NOT NULL,
    attempts integer NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    first_at timestamp with time zone,
    next_at timestamp with time zone DEFAULT now() NOT NULL,
    settled_at timestamp with time zone,
    status integer,
    error character varying,
    body bytea,
    body_sha256 character varying(64),
    erased boolean NOT NULL
);

--
-- Name: webhook_receipt; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_receipt (
    id bigint NOT NULL,
    endpoint_id uuid NOT NULL,
    seq bigint,
    document_id uuid,
    message_id character varying(80) NOT NULL,
    attempt integer NOT NULL,
    at timestamp with time zone NOT NULL,
    url character varying NOT NULL,
    headers jsonb NOT NULL,
    body_sha256 character varying(64) NOT NULL,
    body_bytes integer NOT NULL,
    status integer,
    error character varying,
    seconds double precision,
    excerpt character varying
);

--
-- Name: webhook_receipt_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.webhook_receipt ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.webhook_receipt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: websub_intent; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.websub_intent (
    key character varying(64) NOT NULL,
    mode character varying(16) NOT NULL,
    callback character varying NOT NULL,
    host character varying(255) NOT NULL,
    topic character varying NOT NULL,
    lease_seconds integer NOT NULL,
    secret bytea,
    denied character varying,
    attempts integer NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    next_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: websub_subscription; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.websub_subscription (
    key character varying(64) NOT NULL,
    callback character varying NOT NULL,
    host character varying(255) NOT NULL,
    topic character varying NOT NULL,
    kind character varying(16),
    secret bytea,
    expires_at timestamp with time zone NOT NULL,
    wanted_seq bigint NOT NULL,
    sent_seq bigint NOT NULL,
    sent_etag character varying NOT NULL,
    failures integer NOT NULL,
    next_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: log_head id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_head ALTER COLUMN id SET DEFAULT nextval('public.log_head_id_seq'::regclass);

--
-- Name: search_check id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_check ALTER COLUMN id SET DEFAULT nextval('public.search_check_id_seq'::regclass);

--
-- Data for Name: agency; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.agency (code, name, name_en, level, parent, place, valid_from, valid_to, sort_key) VALUES ('ubnd-song-may', 'Ủy ban nhân dân tỉnh Sông Mây', 'People''s Committee of Sông Mây', 'province', NULL, 'x7', NULL, NULL, '4756! 12002f! 2f240c2f! 140c2f! 46252f24! 45362f23! 2e0c56 4a560012002f002f240c2f00140c2f0046282f240045362f23002e0c56');
INSERT INTO public.agency (code, name, name_en, level, parent, place, valid_from, valid_to, sort_key) VALUES ('so-nuoc-song-may', 'Sở Nước tỉnh Sông Mây', NULL, 'province', 'ubnd-song-may', 'x7', '2011-05-02', '2025-03-09', '453c! 2f4d3c13! 46252f24! 45362f23! 2e0c56 453f002f4d3e130046282f240045362f23002e0c56');
INSERT INTO public.agency (code, name, name_en, level, parent, place, valid_from, valid_to, sort_key) VALUES ('so-nuoc-va-rung-song-may', 'Sở Nước và Rừng tỉnh Sông Mây', 'Department of Water and Forests', 'province', 'ubnd-song-may', 'x7', '2025-03-09', NULL, '453c! 2f4d3c13! 5300! 444d2f23! 46252f24! 45362f23! 2e0c56 453f002f4d3e1300530100444e2f230046282f240045362f23002e0c56');

--
-- Data for Name: agency_rule; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.agency_rule (agency, four_eyes) VALUES ('so-nuoc-va-rung-song-may', 'always');

--
-- Data for Name: agency_successor; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.agency_successor (code, successor) VALUES ('so-nuoc-song-may', 'so-nuoc-va-rung-song-may');

--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version (version_num) VALUES ('0027');

--
-- Data for Name: api_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.api_key (id, secret_sha256, label, agency, scopes, created_at, expires_at, revoked_at, last_used_at, rotated_from) VALUES ('3f19c2ab77d0', '8f260a0b09492f0865d2387ee9805f861d6e1cc9be492de9a08a8b044eac1d87', 'Văn phòng UBND', 'ubnd-song-may', '{publish,write}', '2025-05-02 06:00:00+00', '2027-05-02 06:00:00+00', '2026-02-02 08:00:00+00', '2026-02-01 07:00:00+00', NULL);
INSERT INTO public.api_key (id, secret_sha256, label, agency, scopes, created_at, expires_at, revoked_at, last_used_at, rotated_from) VALUES ('8d05e7c41b6a', 'b4ba9e6253495b72e6b2cb276547fc39a32597759eadc1ab55fb63fbc2c96805', 'Văn phòng UBND', 'ubnd-song-may', '{read:working,write}', '2026-02-02 08:00:01+00', NULL, NULL, NULL, '3f19c2ab77d0');

--
-- Data for Name: audit_entry; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_entry (id, at, actor, label, agency, verb, document_id, lang, edition, version, details) OVERRIDING SYSTEM VALUE VALUES (1, '2026-11-29 02:19:00.986146+00', 'operator', 'hub agency four-eyes', 'so-nuoc-va-rung-song-may', 'four-eyes', NULL, NULL, NULL, NULL, '{"rule": "always"}');
INSERT INTO public.audit_entry (id, at, actor, label, agency, verb, document_id, lang, edition, version, details) OVERRIDING SYSTEM VALUE VALUES (2, '2026-01-11 23:58:00+00', 'key:3f19c2ab77d0', 'Văn phòng UBND', 'so-nuoc-va-rung-song-may', 'create', '01900000-0000-7000-8000-000000000031', 'vi', 1, 2, '{"note": "Bản dự thảo lần 3"}');

--
-- Data for Name: citable; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.citable (document_id, number, type, title, issuers, issued_on, lookup, refs) VALUES ('01900000-0000-7000-8000-000000000017', '71/2025/QĐ-UBND', 'Quyết định', 'Quyết định về hành lang bảo vệ sông Mây', '{"Ủy ban nhân dân tỉnh Sông Mây"}', '2025-05-19', '{d:quyetdinh:2025-05-19,n:71.2025.qdubnd,s:71,s:71.2025}', '{dieu-1,dieu-2}');
INSERT INTO public.citable (document_id, number, type, title, issuers, issued_on, lookup, refs) VALUES ('01900000-0000-7000-8000-000000000023', '9/KH-UBND', 'Kế hoạch', 'Kế hoạch trồng tràm ven sông Mây', '{"Ủy ban nhân dân tỉnh Sông Mây"}', '2025-07-08', '{d:kehoach:2025-07-08,n:9.khubnd,s:9,s:9.2025}', '{muc-1}');

--
-- Data for Name: document; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.document (id, kind, owner, state, created_at, version) VALUES ('01900000-0000-7000-8000-000000000017', 'policy', 'ubnd-song-may', 'live', '2025-05-18 19:11:30+00', 1);
INSERT INTO public.document (id, kind, owner, state, created_at, version) VALUES ('01900000-0000-7000-8000-000000000023', 'policy', 'ubnd-song-may', 'live', '2025-07-07 18:30:00+00', 1);
INSERT INTO public.document (id, kind, owner, state, created_at, version) VALUES ('01900000-0000-7000-8000-000000000059', 'statement', 'ubnd-song-may', 'live', '2025-08-13 02:15:00+00', 1);
INSERT INTO public.document (id, kind, owner, state, created_at, version) VALUES ('01900000-0000-7000-8000-000000000031', 'draft', 'so-nuoc-va-rung-song-may', 'live', '2026-01-10 16:59:00+00', 1);
INSERT INTO public.document (id, kind, owner, state, created_at, version) VALUES ('01900000-0000-7000-8000-000000000047', 'bulletin', 'ubnd-song-may', 'live', '2026-03-17 21:05:06+00', 1);
INSERT INTO public.document (id, kind, owner, state, created_at, version) VALUES ('01900000-0000-7000-8000-000000000061', 'policy', 'so-nuoc-song-may', 'withdrawn', '2025-05-18 19:10:00+00', 1);

--
-- Data for Name: edition; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.edition (id, document_id, lang, number, state, content, content_sha256, update_type, change_note, written_by, created_at, changed_at, published_at, correction_of, scheduled_for, approved_by) OVERRIDING SYSTEM VALUE VALUES (1, '01900000-0000-7000-8000-000000000061', 'vi', 1, 'published', '{"type": "Quyết định", "dates": [{"on": "2019-10-11", "note": null, "role": "issued", "source": "Văn bản gốc"}], "links": [], "nodes": [], "title": "Quy định cũ về bến thuyền", "number": "5/2019/QĐ-UBND", "origin": null, "places": [], "signer": null, "topics": [], "issuers": [{"code": "ubnd-song-may", "name": "UBND tỉnh Sông Mây"}], "summary": "Giữ bờ sông thông thoáng, trồng lại rừng tràm.", "relations": [], "attachments": [], "high_impact": false, "legal_force": null, "signed_original": null}', 'a59ebed32263ccaf6a209158b1c179dea85317c0bd2500f5231ac72e69c141a4', 'major', NULL, 'key:3f19c2ab77d0', '2025-05-18 19:10:00+00', '2025-05-20 00:10:00+00', '2025-05-20 02:10:00+00', NULL, NULL, NULL);
INSERT INTO public.edition (id, document_id, lang, number, state, content, content_sha256, update_type, change_note, written_by, created_at, changed_at, published_at, correction_of, scheduled_for, approved_by) OVERRIDING SYSTEM VALUE VALUES (3, '01900000-0000-7000-8000-000000000017', 'en', 1, 'published', '{"type": "Quyết định", "dates": [{"on": "2025-05-19", "note": null, "role": "issued", "source": "Văn bản gốc"}, {"on": "2025-06-02", "note": null, "role": "effective", "source": "Điều khoản thi hành"}], "links": [], "nodes": [{"ref": "dieu-1", "text": "Hành lang rộng 35 mét mỗi bờ.", "type": "article", "label": "Điều 1", "parent": null, "heading": "Phạm vi"}, {"ref": "dieu-2", "text": "Sở Nước và Rừng cắm mốc trước mùa lũ.", "type": "article", "label": "Điều 2", "parent": null, "heading": "Thi hành"}], "title": "Decision on the protected banks of the Mây river", "number": "71/2025/QĐ-UBND", "origin": null, "places": ["x72"], "signer": null, "topics": ["nguon-nuoc"], "issuers": [{"code": "ubnd-song-may", "name": "UBND tỉnh Sông Mây"}], "summary": "Open banks, new melaleuca woods.", "relations": [], "attachments": [{"url": "/files/01900000-0000-7000-8000-000000000107/so-do-hanh-lang.png", "name": "so-do-hanh-lang.png", "size": 8191, "sha256": "9eb953c25c6c17b25f3fee6d86219a4a014d44dc3dbcde10f6e4069546dbbde6", "media_type": "image/png"}], "high_impact": false, "legal_force": null, "signed_original": null}', 'b33b34fbc351037dc0e2295c5dd5df774f766c74a3fdd2e8a7f3273ffa015b72', 'major', NULL, 'key:3f19c2ab77d0', '2025-05-20 00:40:00+00', '2025-05-21 05:40:00+00', '2025-05-21 07:40:00+00', NULL, NULL, NULL);
INSERT INTO public.edition (id, document_id, lang, number, state, content, content_sha256, update_type, change_note, written_by, created_at, changed_at, published_at, correction_of, scheduled_for, approved_by) OVERRIDING SYSTEM VALUE VALUES (6, '01900000-0000-7000-8000-000000000059', 'vi', 1, 'published', '{"form": "press_conference", "text": null, "links": [], "title": "Trả lời báo chí về mức nước hồ", "origin": null, "places": [], "topics": [], "answers": [{"answer": "Chưa, mức nước còn thấp hơn ngưỡng 4 mét.", "asked_by": null, "question": "Hồ có xả lũ không?"}], "said_at": "2025-08-14T14:50:00+07:00", "summary": null, "asked_at": "2025-08-13T08:20:00+07:00", "occasion": "Họp báo quý II", "relations": [], "spokesperson": "pn-song-may"}', '9ef98354c981c3868c79fee3fd31fba62735fde458f52d4187f3e4357b1f3dcc', 'major', NULL, 'key:3f19c2ab77d0', '2025-08-13 02:15:00+00', '2025-08-14 07:15:00+00', '2025-08-14 09:15:00+00', NULL, NULL, NULL);
INSERT INTO public.edition (id, document_id, lang, number, state, content, content_sha256, update_type, change_note, written_by, created_at, changed_at, published_at, correction_of, scheduled_for, approved_by) OVERRIDING SYSTEM VALUE VALUES (4, '01900000-0000-7000-8000-000000000017', 'vi', 2, 'published', '{"type": "Quyết định", "dates": [{"on": "2025-05-19", "note": null, "role": "issued", "source": "Văn bản gốc"}, {"on": "2025-06-02", "note": null, "role": "effective", "source": "Điều khoản thi hành"}], "links": [], "nodes": [{"ref": "dieu-1", "text": "Hành lang rộng 35 mét mỗi bờ.", "type": "article", "label": "Điều 1", "parent": null, "heading": "Phạm vi"}, {"ref": "dieu-2", "text": "Sở Nước và Rừng cắm mốc trước mùa lũ.", "type": "article", "label": "Điều 2", "parent": null, "heading": "Thi hành"}], "title": "Quyết định về hành lang bảo vệ sông Mây", "number": "71/2025/QĐ-UBND", "origin": null, "places": ["x72"], "signer": null, "topics": ["nguon-nuoc"], "issuers": [{"code": "ubnd-song-may", "name": "UBND tỉnh Sông Mây"}], "summary": "Giữ hai bờ sông thông thoáng, trồng lại rừng tràm.", "relations": [], "attachments": [{"url": "/files/01900000-0000-7000-8000-000000000107/so-do-hanh-lang.png", "name": "so-do-hanh-lang.png", "size": 8191, "sha256": "9eb953c25c6c17b25f3fee6d86219a4a014d44dc3dbcde10f6e4069546dbbde6", "media_type": "image/png"}], "high_impact": false, "legal_force": null, "signed_original": null}', 'b541dc6cb9e234f82a151adaa4328d1b74757ec89a15cf6a90489aaaae0132d0', 'minor', 'Sửa lỗi gõ ở tóm tắt.', 'key:3f19c2ab77d0', '2025-05-25 02:00:07+00', '2025-05-26 07:00:07+00', '2025-05-26 09:00:07+00', NULL, NULL, NULL);
INSERT INTO public.edition (id, document_id, lang, number, state, content, content_sha256, update_type, change_note, written_by, created_at, changed_at, published_at, correction_of, scheduled_for, approved_by) OVERRIDING SYSTEM VALUE VALUES (2, '01900000-0000-7000-8000-000000000017', 'vi', 1, 'superseded', '{"type": "Quyết định", "dates": [{"on": "2025-05-19", "note": null, "role": "issued", "source": "Văn bản gốc"}, {"on": "2025-06-02", "note": null, "role": "effective", "source": "Điều khoản thi hành"}], "links": [], "nodes": [{"ref": "dieu-1", "text": "Hành lang rộng 35 mét mỗi bờ.", "type": "article", "label": "Điều 1", "parent": null, "heading": "Phạm vi"}, {"ref": "dieu-2", "text": "Sở Nước và Rừng cắm mốc trước mùa lũ.", "type": "article", "label": "Điều 2", "parent": null, "heading": "Thi hành"}], "title": "Quyết định về hành lang bảo vệ sông Mây", "number": "71/2025/QĐ-UBND", "origin": null, "places": ["x72"], "signer": null, "topics": ["nguon-nuoc"], "issuers": [{"code": "ubnd-song-may", "name": "UBND tỉnh Sông Mây"}], "summary": "Giữ bờ sông thông thoáng, trồng lại rừng tràm.", "relations": [], "attachments": [{"url": "/files/01900000-0000-7000-8000-000000000107/so-do-hanh-lang.png", "name": "so-do-hanh-lang.png", "size": 8191, "sha256": "9eb953c25c6c17b25f3fee6d86219a4a014d44dc3dbcde10f6e4069546dbbde6", "media_type": "image/png"}], "high_impact": false, "legal_force": null, "signed_original": null}', 'f949b525234137a73830925665625ca1e8466bec08d8290bd0bc85105ab94168', 'major', NULL, 'key:3f19c2ab77d0', '2025-05-18 19:11:30+00', '2025-05-20 00:11:30+00', '2025-05-20 02:11:30+00', NULL, NULL, NULL);
INSERT INTO public.edition (id, document_id, lang, number, state, content, content_sha256, update_type, change_note, written_by, created_at, changed_at, published_at, correction_of, scheduled_for, approved_by) OVERRIDING SYSTEM VALUE VALUES (5, '01900000-0000-7000-8000-000000000023', 'vi', 1, 'published', '{"type": "Kế hoạch", "dates": [{"on": "2025-07-08", "note": null, "role": "issued", "source": "Văn bản gốc"}], "links": [], "nodes": [{"ref": "muc-1", "text": "Căn cứ Điều 2 Quyết định số 71/2025/QĐ-UBND của UBND tỉnh Sông Mây.", "type": "section", "label": "I.", "parent": null, "heading": "Căn cứ"}], "title": "Kế hoạch trồng tràm ven sông Mây", "number": "9/KH-UBND", "origin": null, "places": [], "signer": null, "topics": ["moi-truong"], "issuers": [{"code": "ubnd-song-may", "name": "UBND tỉnh Sông Mây"}], "summary": "Trồng 12 héc-ta trong hai năm.", "relations": [{"id": "01900000-0000-7000-8000-000000000017", "note": "Điều 2", "type": "implements"}], "attachments": [], "high_impact": false, "legal_force": null, "signed_original": null}', '76279d753a300b1899d7da43273bfde34418178628615c0472536232189bec28', 'major', NULL, 'key:3f19c2ab77d0', '2025-07-07 18:30:00+00', '2025-07-08 23:30:00+00', '2025-07-09 01:30:00+00', NULL, NULL, NULL);
INSERT INTO public.edition (id, document_id, lang, number, state, content, content_sha256, update_type, change_note, written_by, created_at, changed_at, published_at, correction_of, scheduled_for, approved_by) OVERRIDING SYSTEM VALUE VALUES (7, '01900000-0000-7000-8000-000000000031', 'vi', 1, 'published', '{"type": "Quyết định", "links": [], "nodes": [], "title": "Dự thảo Quyết định về giờ mở cống ngăn mặn", "origin": null, "places": [], "topics": [], "summary": null, "relations": [], "drafted_on": null, "attachments": [], "high_impact": true, "consultation": {"url": null, "contact": "Phòng Thủy lợi", "opens_on": "2026-01-12", "closes_on": "2026-02-27"}, "draft_version": 3, "drafting_agency": "so-nuoc-va-rung-song-may", "explanatory_note": "Mặn vào sâu hơn mọi năm."}', '20247e1ccd6cd1431f5b159bd503eb5bb9976abeffa20d8d4249b996d7886472', 'major', NULL, 'key:3f19c2ab77d0', '2026-01-10 16:59:00+00', '2026-01-11 21:59:00+00', '2026-01-11 23:59:00+00', NULL, NULL, NULL);
INSERT INTO public.edition (id, document_id, lang, number, state, content, content_sha256, update_type, change_note, written_by, created_at, changed_at, published_at, correction_of, scheduled_for, approved_by) OVERRIDING SYSTEM VALUE VALUES (8, '01900000-0000-7000-8000-000000000047', 'vi', 1, 'published', '{"body": "<p>Đi cầu Trúc Giang thay thế.</p>", "lead": "Phà nghỉ hai buổi chiều để thay cáp.", "image": null, "links": [], "title": "Tạm ngừng phà Bến Trúc", "origin": null, "places": [], "topics": [], "summary": null, "channels": ["zalo"], "priority": "normal", "relations": [], "valid_until": "2026-03-21T11:00:00+07:00"}', 'ebbb284d5e804942bf5247d6606b26c3d7477a5ec8ed781da7d33455034e8765', 'major', NULL, 'key:3f19c2ab77d0', '2026-03-17 21:05:06+00', '2026-03-19 02:05:06+00', '2026-03-19 04:05:06+00', NULL, NULL, NULL);
INSERT INTO public.edition (id, document_id, lang, number, state, content, content_sha256, update_type, change_note, written_by, created_at, changed_at, published_at, correction_of, scheduled_for, approved_by) OVERRIDING SYSTEM VALUE VALUES (9, '01900000-0000-7000-8000-000000000023', 'vi', 2, 'drafting', '{"type": "Kế hoạch", "dates": [{"on": "2025-07-08", "note": null, "role": "issued", "source": "Văn bản gốc"}], "links": [], "nodes": [{"ref": "muc-1", "text": "Căn cứ Điều 2 Quyết định số 71/2025/QĐ-UBND của UBND tỉnh Sông Mây.", "type": "section", "label": "I.", "parent": null, "heading": "Căn cứ"}], "title": "Kế hoạch trồng tràm ven sông Mây", "number": "9/KH-UBND", "origin": null, "places": [], "signer": null, "topics": ["moi-truong"], "issuers": [{"code": "ubnd-song-may", "name": "UBND tỉnh Sông Mây"}], "summary": "Trồng 14 héc-ta trong hai năm.", "relations": [{"id": "01900000-0000-7000-8000-000000000017", "note": "Điều 2", "type": "implements"}], "attachments": [], "high_impact": false, "legal_force": null, "signed_original": null}', '95b9b6e39f8cfb5912f45956a774cc49b0cf49be3c9c3447612cc32e4c3f5313', 'major', NULL, 'key:8d05e7c41b6a', '2026-02-01 18:00:00+00', '2026-02-03 02:00:00+00', NULL, NULL, NULL, NULL);

--
-- Data for Name: file_blob; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.file_blob (sha256, size, held_until) VALUES ('9eb953c25c6c17b25f3fee6d86219a4a014d44dc3dbcde10f6e4069546dbbde6', 8191, NULL);
INSERT INTO public.file_blob (sha256, size, held_until) VALUES ('4cbe3574d5f4dc5533e755b690b35b48aaa46f6527252c9dbd53e3613817cc78', 2713, NULL);
INSERT INTO public.file_blob (sha256, size, held_until) VALUES ('e51a788ab969e507f0c51002b8ddbcc9dcc46251a12bd88022072b49254fbc34', 5023, NULL);
INSERT INTO public.file_blob (sha256, size, held_until) VALUES ('58e39448217edd8ef7bb565a388b83b17ee1fc4ad14dca11a00985fd7fcf3b3d', 3307, NULL);
INSERT INTO public.file_blob (sha256, size, held_until) VALUES ('54936dcfe253231cb530407b67e66ed37b091124164c4b1fdff435cec1577c82', 997, '2025-09-30 01:02:03+00');

--
-- Data for Name: file_size; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.file_size (file_id, width, height, sha256, media_type, size) VALUES ('01900000-0000-7000-8000-000000000107', 320, 221, '4cbe3574d5f4dc5533e755b690b35b48aaa46f6527252c9dbd53e3613817cc78', 'image/webp', 2713);

--
-- Data for Name: follower; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.follower (name, seq, moved_at) VALUES ('search', 8, '2026-03-19 04:05:08+00');
INSERT INTO public.follower (name, seq, moved_at) VALUES ('citations', 9, '2026-03-19 04:05:09+00');

--
-- Data for Name: idempotency_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_key (principal, key, request_sha256, status, body, version, made_at) VALUES ('key:3f19c2ab77d0', 'gui-lan-dau', '1f58b9145b24d108d7ac38887338b3ea3229833b9c1e418250343f907bfd1047', 201, '\x7b226964223a2278227d', 3, '2026-01-11 23:58:01+00');

--
-- Data for Name: import_run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.import_run (id, file_sha256, file_name, format, publish, agency, "position", created, changed, unchanged, rejected, published, started_at, finished_at, joined) OVERRIDING SYSTEM VALUE VALUES (1, '6a7ae4160b26c40fc272281b300c2e9afda00c0c2b414fa35e37ddbdf89c2db9', 'nhap-thang-5.jsonl', 'jsonl', true, 'ubnd-song-may', 53, 29, 11, 7, 4, 41, '2025-05-20 02:00:00+00', '2025-05-20 02:09:00+00', 2);

--
-- Data for Name: kept_original; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.kept_original (id, sha256, media_type, size, source, url, document_id, kept_at) OVERRIDING SYSTEM VALUE VALUES (1, 'e51a788ab969e507f0c51002b8ddbcc9dcc46251a12bd88022072b49254fbc34', 'text/html', 5023, 'cong-song-may', 'https://song-may.example/van-ban/9', '01900000-0000-7000-8000-000000000023', '2025-07-08 22:00:00+00');

--
-- Data for Name: log_entry; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.log_entry (seq, event, at, kind, document_id, lang, edition, view_sha256, hash, due) VALUES (1, 'published', '2025-05-20 02:10:00+00', 'policy', '01900000-0000-7000-8000-000000000061', 'vi', 1, 'c10bfc1b7bbdd59d96034c7b351686e2d2d12fbde7be617005b50214b9168ff7', 'a2857533b20274da1c051210f8dc24d73ecbdd2c713d847e09815d8f3e25fac5', NULL);
INSERT INTO public.log_entry (seq, event, at, kind, document_id, lang, edition, view_sha256, hash, due) VALUES (2, 'published', '2025-05-20 02:11:30+00', 'policy', '01900000-0000-7000-8000-000000000017', 'vi', 1, 'd54312938abc82580c74f9dc9f4142d1320f7870c3e37c8137eefe50c820dc79', '9054420a8cfed3bcfcd714ee2eef1f6923dbc76c450ee0130702a90cb7fbf28e', NULL);
INSERT INTO public.log_entry (seq, event, at, kind, document_id, lang, edition, view_sha256, hash, due) VALUES (3, 'published', '2025-05-21 07:40:00+00', 'policy', '01900000-0000-7000-8000-000000000017', 'en', 1, '4edcddb987855c191bbb301ace699116b83423a8ee3f2b96916c5d55c6fae13f', '5120207289393fd254edbb039488f56dfaa026e003b074e00e06fc597bb450f3', NULL);
INSERT INTO public.log_entry (seq, event, at, kind, document_id, lang, edition, view_sha256, hash, due) VALUES (4, 'published', '2025-05-26 09:00:07+00', 'policy', '01900000-0000-7000-8000-000000000017', 'vi', 2, '1104a83afcdb3d1745350ff0908978728c792a3e7b67cc82474804dde45d3c83', '4a32c495eefb6de18f6ab14a01896dff43ccf923bcb9cf3b64b0f4fef9ba7320', NULL);
INSERT INTO public.log_entry (seq, event, at, kind, document_id, lang, edition, view_sha256, hash, due) VALUES (5, 'published', '2025-07-09 01:30:00+00', 'policy', '01900000-0000-7000-8000-000000000023', 'vi', 1, 'bfa9129bae496a439afd76d5ab00a750d58249468c632099031275da486fd855', '9fd20a560a1bab2234cc1ed8364b2e8dbb90d59ccb222e652448d4b6164d9600', NULL);
INSERT INTO public.log_entry (seq, event, at, kind, document_id, lang, edition, view_sha256, hash, due) VALUES (6, 'published', '2025-08-14 09:15:00+00', 'statement', '01900000-0000-7000-8000-000000000059', 'vi', 1, '7308191b0195a8b487a431b80abfb1ac23e0c6e050a8650a8f6362a9e514ec97', 'ccb2a052c94f1691d10d8b039312981e96cbf45cf26fe35afc0335109922b677', NULL);
INSERT INTO public.log_entry (seq, event, at, kind, document_id, lang, edition, view_sha256, hash, due) VALUES (7, 'published', '2026-01-11 23:59:00+00', 'draft', '01900000-0000-7000-8000-000000000031', 'vi', 1, '5ab65b8db917a3efa624599948d847537e963f279bbe3b5355cb91c777465c8a', 'c1e6966022afb84fbde936f5500c8adfa00100d5b7c3d12ff7b1edb3286502b0', NULL);
INSERT INTO public.log_entry (seq, event, at, kind, document_id, lang, edition, view_sha256, hash, due) VALUES (8, 'published', '2026-03-19 04:05:06+00', 'bulletin', '01900000-0000-7000-8000-000000000047', 'vi', 1, '4b5307d849065ced3bb3642dff074f3b6e9fada128ba7e99857c34e38d977802', '9f5c925caafecbcce645414fe145c0cae9d8ea6c757aa427b2f3044037e6b094', NULL);
INSERT INTO public.log_entry (seq, event, at, kind, document_id, lang, edition, view_sha256, hash, due) VALUES (9, 'withdrawn', '2026-03-19 05:00:00+00', 'policy', '01900000-0000-7000-8000-000000000061', 'vi', 1, 'd19d18f23210ce01737b2dd9e4ca2c3144c8bc7bfed447ce2a2a6584f8a58d9f', '7502b130c7f58c9672175c1fcaf4c84f53da128a6be32520b120a891925cd31b', NULL);

--
-- Data for Name: log_head; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.log_head (id, epoch, seq, hash) VALUES (1, '69ba41d8-90ba-452e-91f9-b24999b49c60', 9, '7502b130c7f58c9672175c1fcaf4c84f53da128a6be32520b120a891925cd31b');

--
-- Data for Name: made_file; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.made_file (name, sha256, media_type, size, rows, epoch, seq, hash, made_at) VALUES ('policies.csv', '58e39448217edd8ef7bb565a388b83b17ee1fc4ad14dca11a00985fd7fcf3b3d', 'text/csv', 3307, 3, '69ba41d8-90ba-452e-91f9-b24999b49c60', 6, 'ccb2a052c94f1691d10d8b039312981e96cbf45cf26fe35afc0335109922b677', '2026-03-20 18:30:00+00');

--
-- Data for Name: persisted_query; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.persisted_query (sha256, text, names, registered_at, used_at) VALUES ('f4f27bef1f4b2330afe08720be76b8df49926571ad936a3f6978f0bb5f313cbe', 'query Moi { policies(first: 3) { nodes { title } } }', 'Moi', '2025-11-04 05:06:07+00', '2026-03-03 03:33:33+00');
INSERT INTO public.persisted_query (sha256, text, names, registered_at, used_at) VALUES ('1d4698592b720e15d2209477c8f58e1025557305d5cf8318f70bae13edaea662', '{ topics { code } }', '', NULL, '2026-03-04 04:44:44+00');

--
-- Data for Name: place; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.place (code, valid_from, valid_to, name, level, parent, sort_key) VALUES ('x7', '-infinity', NULL, 'Tỉnh Sông Mây', 'province', NULL, '46252f24! 45362f23! 2e0c56 46282f240045362f23002e0c56');
INSERT INTO public.place (code, valid_from, valid_to, name, level, parent, sort_key) VALUES ('x71', '-infinity', '2025-04-01', 'Xã Bến Trúc', 'ward', 'x7', '5500! 121c2f! 46444713 550400121e2f0046444913');
INSERT INTO public.place (code, valid_from, valid_to, name, level, parent, sort_key) VALUES ('x72', '2025-04-01', NULL, 'Phường Trúc Giang', 'ward', 'x7', '42244d3c2f23! 46444713! 2325002f23 42244d3d2f230046444913002325002f23');

--
-- Data for Name: place_successor; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.place_successor (code, valid_from, successor, successor_from, whole) VALUES ('x71', '-infinity', 'x72', '2025-04-01', false);

--
-- Data for Name: press_burst; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.press_burst (id, kind, subject, first_on, last_on, peak_on, began_at, over, observed, expected, score, outlets, phrases, topics, places, found_at) OVERRIDING SYSTEM VALUE VALUES (1, 'topic', 'nguon-nuoc', '2026-02-10', '2026-02-13', '2026-02-11', '2026-02-10 00:15:00+00', true, 37, 6.25, 4.5, 5, '{"xâm nhập mặn","nước ngọt"}', '{nguon-nuoc}', '{x72}', '2026-02-14 01:30:00+00');

--
-- Data for Name: press_item; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.press_item (id, key, source, outlet, title, link, at, time_kind, collected_at, topics, places, tone, lexicon, taken_at) OVERRIDING SYSTEM VALUE VALUES (1, 'a1b2c3d4e5f60718', 'bao-song-may', 'Báo Sông Mây', 'Mặn xâm nhập sớm, dân lo giữ nước ngọt', 'https://bao.example/man-som', '2026-02-10 00:15:00+00', 'published', '2026-02-10 00:45:00+00', '{nguon-nuoc}', '{x72}', -1, '2025-11', '2026-02-10 01:00:00+00');

--
-- Data for Name: provenance; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.provenance (source, source_id, lang, document_id, content_sha256, seen_at, leads, url, fetched_at, sha256, claims, conflicts) VALUES ('cong-song-may', 'van-ban-9', 'vi', '01900000-0000-7000-8000-000000000023', 'ec65ef8f59166a69ff16d1728e2a0868796dd8bd2c6f00977656b1c38203267c', '2025-07-08 22:00:02+00', true, 'https://song-may.example/van-ban/9', '2025-07-08 21:59:58+00', 'e51a788ab969e507f0c51002b8ddbcc9dcc46251a12bd88022072b49254fbc34', '{"title": "Kế hoạch trồng tràm ven sông Mây", "number": "9/KH-UBND"}', '[{"held": "2025-07-08", "field": "issued", "claimed": "2025-07-07"}]');

--
-- Data for Name: published_citation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.published_citation (document_id, lang, place, seq, kind, field, ref, begins, ends, text, type, number, number_key, serial, year, name, issuer, dates, parts, attached, amends, lookup, reading, outcome, confidence, why, target_id, target_refs, choices) VALUES ('01900000-0000-7000-8000-000000000023', 'vi', 1, 5, 'number', 'text', 'muc-1', 7, 43, 'Điều 2 Quyết định số 71/2025/QĐ-UBND', 'Quyết định', '71/2025/QĐ-UBND', '71.2025.qdubnd', '71', 2025, NULL, 'UBND tỉnh Sông Mây', '{}', '[{"to": null, "ref": "dieu-2", "below": null}]', NULL, NULL, '{n:71.2025.qdubnd}', 0.8, 'matched', 0.8, 'Number and year agree.', '01900000-0000-7000-8000-000000000017', '{dieu-2}', '{}');

--
-- Data for Name: published_file; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.published_file (file_id, document_id, lang) VALUES ('01900000-0000-7000-8000-000000000107', '01900000-0000-7000-8000-000000000017', 'en');
INSERT INTO public.published_file (file_id, document_id, lang) VALUES ('01900000-0000-7000-8000-000000000107', '01900000-0000-7000-8000-000000000017', 'vi');

--
-- Data for Name: published_relation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.published_relation (document_id, lang, type, target_id, note) VALUES ('01900000-0000-7000-8000-000000000023', 'vi', 'implements', '01900000-0000-7000-8000-000000000017', 'Điều 2');

--
-- Data for Name: published_view; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.published_view (id, document_id, edition_id, kind, lang, state, seq_from, seq_to, schema_version, card, "full", sha256, redirect_to, agency, issuers, topics, places, doc_type, number_key, title_key, issued_on, effective_on, expires_on, opens_on, closes_on, high_impact, valid_until, published_at, modified_at, body, words, edition, update_type, change_note, correction_of, next_due) OVERRIDING SYSTEM VALUE VALUES (3, '01900000-0000-7000-8000-000000000017', 3, 'policy', 'en', 'live', 3, NULL, 1, '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303137222c226b696e64223a22706f6c696379222c226c616e67223a22656e222c227469746c65223a224465636973696f6e206f6e207468652070726f7465637465642062616e6b73206f6620746865204dc3a279207269766572222c2273756d6d617279223a224f70656e2062616e6b732c206e6577206d656c616c6575636120776f6f64732e222c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a2250656f706c65277320436f6d6d6974746565206f662053c3b46e67204dc3a279227d2c22746f70696373223a5b7b22636f6465223a226e67756f6e2d6e756f63222c226e616d65223a225761746572207265736f7572636573227d5d2c22706c61636573223a5b7b22636f6465223a22783732222c226e616d65223a225068c6b0e1bb9d6e67205472c3ba63204769616e67227d5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30352d32305430393a31313a33302b30373a3030222c226d6f6469666965645f6174223a22323032352d30352d32315431343a34303a30302b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303137222c226e756d626572223a2237312f323032352f51c4902d55424e44222c2274797065223a22517579e1babf7420c491e1bb8b6e68222c2269737375657273223a5b7b226e616d65223a2250656f706c65277320436f6d6d6974746565206f662053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323032352d30352d3139222c226566666563746976655f6f6e223a22323032352d30362d3032222c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a226e6f745f796574222c22686967685f696d70616374223a66616c73657d', '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303137222c226b696e64223a22706f6c696379222c226c616e67223a22656e222c227469746c65223a224465636973696f6e206f6e207468652070726f7465637465642062616e6b73206f6620746865204dc3a279207269766572222c2273756d6d617279223a224f70656e2062616e6b732c206e6577206d656c616c6575636120776f6f64732e222c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a2250656f706c65277320436f6d6d6974746565206f662053c3b46e67204dc3a279227d2c22746f70696373223a5b7b22636f6465223a226e67756f6e2d6e756f63222c226e616d65223a225761746572207265736f7572636573227d5d2c22706c61636573223a5b7b22636f6465223a22783732222c226e616d65223a225068c6b0e1bb9d6e67205472c3ba63204769616e67227d5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30352d32305430393a31313a33302b30373a3030222c226d6f6469666965645f6174223a22323032352d30352d32315431343a34303a30302b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303137222c226368616e67655f6e6f7465223a6e756c6c2c227769746864726177616c223a6e756c6c2c22636f7272656374696f6e5f6f66223a6e756c6c2c2272656c6174696f6e73223a5b5d2c226c696e6b73223a5b5d2c226f726967696e223a6e756c6c2c226e756d626572223a2237312f323032352f51c4902d55424e44222c2274797065223a22517579e1babf7420c491e1bb8b6e68222c2269737375657273223a5b7b226e616d65223a2250656f706c65277320436f6d6d6974746565206f662053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323032352d30352d3139222c226566666563746976655f6f6e223a22323032352d30362d3032222c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a226e6f745f796574222c22686967685f696d70616374223a66616c73652c226461746573223a5b7b22726f6c65223a22697373756564222c226f6e223a22323032352d30352d3139222c22736f75726365223a2256c4836e2062e1baa36e2067e1bb9163222c226e6f7465223a6e756c6c7d2c7b22726f6c65223a22656666656374697665222c226f6e223a22323032352d30362d3032222c22736f75726365223a22c49069e1bb8175206b686fe1baa36e207468692068c3a06e68222c226e6f7465223a6e756c6c7d5d2c227369676e6572223a6e756c6c2c226e6f646573223a5b7b22726566223a22646965752d31222c22706172656e74223a6e756c6c2c2274797065223a2261727469636c65222c226c6162656c223a22c49069e1bb81752031222c2268656164696e67223a225068e1baa16d207669222c2274657874223a2248c3a06e68206c616e672072e1bb996e67203335206dc3a974206de1bb97692062e1bb9d2e227d2c7b22726566223a22646965752d32222c22706172656e74223a6e756c6c2c2274797065223a2261727469636c65222c226c6162656c223a22c49069e1bb81752032222c2268656164696e67223a225468692068c3a06e68222c2274657874223a2253e1bb9f204ec6b0e1bb9b632076c3a02052e1bbab6e672063e1baaf6d206de1bb9163207472c6b0e1bb9b63206dc3b961206cc5a92e227d5d2c226174746163686d656e7473223a5b7b226e616d65223a22736f2d646f2d68616e682d6c616e672e706e67222c226d656469615f74797065223a22696d6167652f706e67222c2275726c223a222f66696c65732f30313930303030302d303030302d373030302d383030302d3030303030303030303130372f736f2d646f2d68616e682d6c616e672e706e67222c2273697a65223a383139312c22736861323536223a2239656239353363323563366331376232356633666565366438363231396134613031346434346463336462636465313066366534303639353436646262646536227d5d2c227369676e65645f6f726967696e616c223a6e756c6c7d', '4edcddb987855c191bbb301ace699116b83423a8ee3f2b96916c5d55c6fae13f', NULL, 'ubnd-song-may', '{ubnd-song-may,"UBND tỉnh Sông Mây"}', '{nguon-nuoc}', '{x72}', 'quyet dinh', '71.2025.qdubnd', '141613254525302f! 302f! 462416! 424430461613461614! 12002f2c45! 3022! 462416! 2e0c56! 4425531644 141613254525302f00302f00462416004244304616134616140012002f2c4500302200462416002e0c56004425531644', '2025-05-19', '2025-06-02', NULL, NULL, NULL, false, NULL, '2025-05-20 02:11:30+00', '2025-05-21 07:40:00+00', 'Điều 1
Phạm vi
Hành lang rộng 35 mét mỗi bờ.
Điều 2
Thi hành
Sở Nước và Rừng cắm mốc trước mùa lũ.', '''1'':20 ''2'':31 ''2025'':11A ''35'':26 ''71'':10A ''banks'':5A,15B ''bo'':29 ''cam'':38 ''decision'':1A ''dieu'':19,30 ''hanh'':23,33 ''lang'':24 ''lu'':42 ''may'':8A ''melaleuca'':17B ''met'':27 ''moc'':39 ''moi'':28 ''mua'':41 ''new'':16B ''nuoc'':35 ''of'':6A ''on'':2A ''open'':14B ''pham'':21 ''protected'':4A ''qd'':12A ''river'':9A ''rong'':25 ''rung'':37 ''so'':34 ''the'':3A,7A ''thi'':32 ''truoc'':40 ''ubnd'':13A ''va'':36 ''vi'':22 ''woods'':18B', 1, 'major', NULL, NULL, '2025-06-01 17:00:00+00');
INSERT INTO public.published_view (id, document_id, edition_id, kind, lang, state, seq_from, seq_to, schema_version, card, "full", sha256, redirect_to, agency, issuers, topics, places, doc_type, number_key, title_key, issued_on, effective_on, expires_on, opens_on, closes_on, high_impact, valid_until, published_at, modified_at, body, words, edition, update_type, change_note, correction_of, next_due) OVERRIDING SYSTEM VALUE VALUES (2, '01900000-0000-7000-8000-000000000017', 2, 'policy', 'vi', 'live', 2, 4, 1, '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303137222c226b696e64223a22706f6c696379222c226c616e67223a227669222c227469746c65223a22517579e1babf7420c491e1bb8b6e682076e1bb812068c3a06e68206c616e672062e1baa36f2076e1bb872073c3b46e67204dc3a279222c2273756d6d617279223a224769e1bbaf2062e1bb9d2073c3b46e67207468c3b46e672074686fc3a16e672c207472e1bb936e67206ce1baa1692072e1bbab6e67207472c3a06d2e222c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b7b22636f6465223a226e67756f6e2d6e756f63222c226e616d65223a224e6775e1bb936e206ec6b0e1bb9b63227d5d2c22706c61636573223a5b7b22636f6465223a22783732222c226e616d65223a225068c6b0e1bb9d6e67205472c3ba63204769616e67227d5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30352d32305430393a31313a33302b30373a3030222c226d6f6469666965645f6174223a22323032352d30352d32305430393a31313a33302b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303137222c226e756d626572223a2237312f323032352f51c4902d55424e44222c2274797065223a22517579e1babf7420c491e1bb8b6e68222c2269737375657273223a5b7b226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323032352d30352d3139222c226566666563746976655f6f6e223a22323032352d30362d3032222c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a226e6f745f796574222c22686967685f696d70616374223a66616c73657d', '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303137222c226b696e64223a22706f6c696379222c226c616e67223a227669222c227469746c65223a22517579e1babf7420c491e1bb8b6e682076e1bb812068c3a06e68206c616e672062e1baa36f2076e1bb872073c3b46e67204dc3a279222c2273756d6d617279223a224769e1bbaf2062e1bb9d2073c3b46e67207468c3b46e672074686fc3a16e672c207472e1bb936e67206ce1baa1692072e1bbab6e67207472c3a06d2e222c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b7b22636f6465223a226e67756f6e2d6e756f63222c226e616d65223a224e6775e1bb936e206ec6b0e1bb9b63227d5d2c22706c61636573223a5b7b22636f6465223a22783732222c226e616d65223a225068c6b0e1bb9d6e67205472c3ba63204769616e67227d5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30352d32305430393a31313a33302b30373a3030222c226d6f6469666965645f6174223a22323032352d30352d32305430393a31313a33302b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303137222c226368616e67655f6e6f7465223a6e756c6c2c227769746864726177616c223a6e756c6c2c22636f7272656374696f6e5f6f66223a6e756c6c2c2272656c6174696f6e73223a5b5d2c226c696e6b73223a5b5d2c226f726967696e223a6e756c6c2c226e756d626572223a2237312f323032352f51c4902d55424e44222c2274797065223a22517579e1babf7420c491e1bb8b6e68222c2269737375657273223a5b7b226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323032352d30352d3139222c226566666563746976655f6f6e223a22323032352d30362d3032222c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a226e6f745f796574222c22686967685f696d70616374223a66616c73652c226461746573223a5b7b22726f6c65223a22697373756564222c226f6e223a22323032352d30352d3139222c22736f75726365223a2256c4836e2062e1baa36e2067e1bb9163222c226e6f7465223a6e756c6c7d2c7b22726f6c65223a22656666656374697665222c226f6e223a22323032352d30362d3032222c22736f75726365223a22c49069e1bb8175206b686fe1baa36e207468692068c3a06e68222c226e6f7465223a6e756c6c7d5d2c227369676e6572223a6e756c6c2c226e6f646573223a5b7b22726566223a22646965752d31222c22706172656e74223a6e756c6c2c2274797065223a2261727469636c65222c226c6162656c223a22c49069e1bb81752031222c2268656164696e67223a225068e1baa16d207669222c2274657874223a2248c3a06e68206c616e672072e1bb996e67203335206dc3a974206de1bb97692062e1bb9d2e227d2c7b22726566223a22646965752d32222c22706172656e74223a6e756c6c2c2274797065223a2261727469636c65222c226c6162656c223a22c49069e1bb81752032222c2268656164696e67223a225468692068c3a06e68222c2274657874223a2253e1bb9f204ec6b0e1bb9b632076c3a02052e1bbab6e672063e1baaf6d206de1bb9163207472c6b0e1bb9b63206dc3b961206cc5a92e227d5d2c226174746163686d656e7473223a5b7b226e616d65223a22736f2d646f2d68616e682d6c616e672e706e67222c226d656469615f74797065223a22696d6167652f706e67222c2275726c223a222f66696c65732f30313930303030302d303030302d373030302d383030302d3030303030303030303130372f736f2d646f2d68616e682d6c616e672e706e67222c2273697a65223a383139312c22736861323536223a2239656239353363323563366331376232356633666565366438363231396134613031346434346463336462636465313066366534303639353436646262646536227d5d2c227369676e65645f6f726967696e616c223a6e756c6c7d', 'd54312938abc82580c74f9dc9f4142d1320f7870c3e37c8137eefe50c820dc79', NULL, 'ubnd-song-may', '{ubnd-song-may,"UBND tỉnh Sông Mây"}', '{nguon-nuoc}', '{x72}', 'quyet dinh', '71.2025.qdubnd', '4347561c46! 15252f24! 531c! 24002f24! 2d002f23! 120030! 531c! 45362f23! 2e0c56 4347561e4600152a2f2400531d0024012f24002d002f23001203300053210045362f23002e0c56', '2025-05-19', '2025-06-02', NULL, NULL, NULL, false, NULL, '2025-05-20 02:11:30+00', '2025-05-20 02:11:30+00', NULL, NULL, 1, 'major', NULL, NULL, NULL);
INSERT INTO public.published_view (id, document_id, edition_id, kind, lang, state, seq_from, seq_to, schema_version, card, "full", sha256, redirect_to, agency, issuers, topics, places, doc_type, number_key, title_key, issued_on, effective_on, expires_on, opens_on, closes_on, high_impact, valid_until, published_at, modified_at, body, words, edition, update_type, change_note, correction_of, next_due) OVERRIDING SYSTEM VALUE VALUES (4, '01900000-0000-7000-8000-000000000017', 4, 'policy', 'vi', 'live', 4, NULL, 1, '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303137222c226b696e64223a22706f6c696379222c226c616e67223a227669222c227469746c65223a22517579e1babf7420c491e1bb8b6e682076e1bb812068c3a06e68206c616e672062e1baa36f2076e1bb872073c3b46e67204dc3a279222c2273756d6d617279223a224769e1bbaf206861692062e1bb9d2073c3b46e67207468c3b46e672074686fc3a16e672c207472e1bb936e67206ce1baa1692072e1bbab6e67207472c3a06d2e222c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b7b22636f6465223a226e67756f6e2d6e756f63222c226e616d65223a224e6775e1bb936e206ec6b0e1bb9b63227d5d2c22706c61636573223a5b7b22636f6465223a22783732222c226e616d65223a225068c6b0e1bb9d6e67205472c3ba63204769616e67227d5d2c227374617465223a226c697665222c2265646974696f6e223a322c227570646174655f74797065223a226d696e6f72222c227075626c69736865645f6174223a22323032352d30352d32305430393a31313a33302b30373a3030222c226d6f6469666965645f6174223a22323032352d30352d32365431363a30303a30372b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303137222c226e756d626572223a2237312f323032352f51c4902d55424e44222c2274797065223a22517579e1babf7420c491e1bb8b6e68222c2269737375657273223a5b7b226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323032352d30352d3139222c226566666563746976655f6f6e223a22323032352d30362d3032222c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a226e6f745f796574222c22686967685f696d70616374223a66616c73657d', '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303137222c226b696e64223a22706f6c696379222c226c616e67223a227669222c227469746c65223a22517579e1babf7420c491e1bb8b6e682076e1bb812068c3a06e68206c616e672062e1baa36f2076e1bb872073c3b46e67204dc3a279222c2273756d6d617279223a224769e1bbaf206861692062e1bb9d2073c3b46e67207468c3b46e672074686fc3a16e672c207472e1bb936e67206ce1baa1692072e1bbab6e67207472c3a06d2e222c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b7b22636f6465223a226e67756f6e2d6e756f63222c226e616d65223a224e6775e1bb936e206ec6b0e1bb9b63227d5d2c22706c61636573223a5b7b22636f6465223a22783732222c226e616d65223a225068c6b0e1bb9d6e67205472c3ba63204769616e67227d5d2c227374617465223a226c697665222c2265646974696f6e223a322c227570646174655f74797065223a226d696e6f72222c227075626c69736865645f6174223a22323032352d30352d32305430393a31313a33302b30373a3030222c226d6f6469666965645f6174223a22323032352d30352d32365431363a30303a30372b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303137222c226368616e67655f6e6f7465223a2253e1bbad61206ce1bb97692067c3b520e1bb9f2074c3b36d2074e1baaf742e222c227769746864726177616c223a6e756c6c2c22636f7272656374696f6e5f6f66223a6e756c6c2c2272656c6174696f6e73223a5b5d2c226c696e6b73223a5b5d2c226f726967696e223a6e756c6c2c226e756d626572223a2237312f323032352f51c4902d55424e44222c2274797065223a22517579e1babf7420c491e1bb8b6e68222c2269737375657273223a5b7b226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323032352d30352d3139222c226566666563746976655f6f6e223a22323032352d30362d3032222c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a226e6f745f796574222c22686967685f696d70616374223a66616c73652c226461746573223a5b7b22726f6c65223a22697373756564222c226f6e223a22323032352d30352d3139222c22736f75726365223a2256c4836e2062e1baa36e2067e1bb9163222c226e6f7465223a6e756c6c7d2c7b22726f6c65223a22656666656374697665222c226f6e223a22323032352d30362d3032222c22736f75726365223a22c49069e1bb8175206b686fe1baa36e207468692068c3a06e68222c226e6f7465223a6e756c6c7d5d2c227369676e6572223a6e756c6c2c226e6f646573223a5b7b22726566223a22646965752d31222c22706172656e74223a6e756c6c2c2274797065223a2261727469636c65222c226c6162656c223a22c49069e1bb81752031222c2268656164696e67223a225068e1baa16d207669222c2274657874223a2248c3a06e68206c616e672072e1bb996e67203335206dc3a974206de1bb97692062e1bb9d2e227d2c7b22726566223a22646965752d32222c22706172656e74223a6e756c6c2c2274797065223a2261727469636c65222c226c6162656c223a22c49069e1bb81752032222c2268656164696e67223a225468692068c3a06e68222c2274657874223a2253e1bb9f204ec6b0e1bb9b632076c3a02052e1bbab6e672063e1baaf6d206de1bb9163207472c6b0e1bb9b63206dc3b961206cc5a92e227d5d2c226174746163686d656e7473223a5b7b226e616d65223a22736f2d646f2d68616e682d6c616e672e706e67222c226d656469615f74797065223a22696d6167652f706e67222c2275726c223a222f66696c65732f30313930303030302d303030302d373030302d383030302d3030303030303030303130372f736f2d646f2d68616e682d6c616e672e706e67222c2273697a65223a383139312c22736861323536223a2239656239353363323563366331376232356633666565366438363231396134613031346434346463336462636465313066366534303639353436646262646536227d5d2c227369676e65645f6f726967696e616c223a6e756c6c7d', '1104a83afcdb3d1745350ff0908978728c792a3e7b67cc82474804dde45d3c83', NULL, 'ubnd-song-may', '{ubnd-song-may,"UBND tỉnh Sông Mây"}', '{nguon-nuoc}', '{x72}', 'quyet dinh', '71.2025.qdubnd', '4347561c46! 15252f24! 531c! 24002f24! 2d002f23! 120030! 531c! 45362f23! 2e0c56 4347561e4600152a2f2400531d0024012f24002d002f23001203300053210045362f23002e0c56', '2025-05-19', '2025-06-02', NULL, NULL, NULL, false, NULL, '2025-05-20 02:11:30+00', '2025-05-26 09:00:07+00', 'Điều 1
Phạm vi
Hành lang rộng 35 mét mỗi bờ.
Điều 2
Thi hành
Sở Nước và Rừng cắm mốc trước mùa lũ.', '''1'':25 ''2'':36 ''2025'':11A ''35'':31 ''71'':10A ''bao'':6A ''bo'':16B,34 ''cam'':43 ''dieu'':24,35 ''dinh'':2A ''giu'':14B ''hai'':15B ''hanh'':4A,28,38 ''lai'':21B ''lang'':5A,29 ''lu'':47 ''may'':9A ''met'':32 ''moc'':44 ''moi'':33 ''mua'':46 ''nuoc'':40 ''pham'':26 ''qd'':12A ''quyet'':1A ''rong'':30 ''rung'':22B,42 ''so'':39 ''song'':8A,17B ''thi'':37 ''thoang'':19B ''thong'':18B ''tram'':23B ''trong'':20B ''truoc'':45 ''ubnd'':13A ''va'':41 ''ve'':3A,7A ''vi'':27', 2, 'minor', 'Sửa lỗi gõ ở tóm tắt.', NULL, '2025-06-01 17:00:00+00');
INSERT INTO public.published_view (id, document_id, edition_id, kind, lang, state, seq_from, seq_to, schema_version, card, "full", sha256, redirect_to, agency, issuers, topics, places, doc_type, number_key, title_key, issued_on, effective_on, expires_on, opens_on, closes_on, high_impact, valid_until, published_at, modified_at, body, words, edition, update_type, change_note, correction_of, next_due) OVERRIDING SYSTEM VALUE VALUES (5, '01900000-0000-7000-8000-000000000023', 5, 'policy', 'vi', 'live', 5, NULL, 1, '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303233222c226b696e64223a22706f6c696379222c226c616e67223a227669222c227469746c65223a224be1babf20686fe1baa16368207472e1bb936e67207472c3a06d2076656e2073c3b46e67204dc3a279222c2273756d6d617279223a225472e1bb936e672031322068c3a9632d74612074726f6e6720686169206ec4836d2e222c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b7b22636f6465223a226d6f692d7472756f6e67222c226e616d65223a224dc3b469207472c6b0e1bb9d6e67227d5d2c22706c61636573223a5b5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30372d30395430383a33303a30302b30373a3030222c226d6f6469666965645f6174223a22323032352d30372d30395430383a33303a30302b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303233222c226e756d626572223a22392f4b482d55424e44222c2274797065223a224be1babf20686fe1baa16368222c2269737375657273223a5b7b226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323032352d30372d3038222c226566666563746976655f6f6e223a6e756c6c2c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a22756e6b6e6f776e222c22686967685f696d70616374223a66616c73657d', '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303233222c226b696e64223a22706f6c696379222c226c616e67223a227669222c227469746c65223a224be1babf20686fe1baa16368207472e1bb936e67207472c3a06d2076656e2073c3b46e67204dc3a279222c2273756d6d617279223a225472e1bb936e672031322068c3a9632d74612074726f6e6720686169206ec4836d2e222c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b7b22636f6465223a226d6f692d7472756f6e67222c226e616d65223a224dc3b469207472c6b0e1bb9d6e67227d5d2c22706c61636573223a5b5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30372d30395430383a33303a30302b30373a3030222c226d6f6469666965645f6174223a22323032352d30372d30395430383a33303a30302b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303233222c226368616e67655f6e6f7465223a6e756c6c2c227769746864726177616c223a6e756c6c2c22636f7272656374696f6e5f6f66223a6e756c6c2c2272656c6174696f6e73223a5b7b2274797065223a22696d706c656d656e7473222c226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303137222c226e6f7465223a22c49069e1bb81752032227d5d2c226c696e6b73223a5b5d2c226f726967696e223a6e756c6c2c226e756d626572223a22392f4b482d55424e44222c2274797065223a224be1babf20686fe1baa16368222c2269737375657273223a5b7b226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323032352d30372d3038222c226566666563746976655f6f6e223a6e756c6c2c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a22756e6b6e6f776e222c22686967685f696d70616374223a66616c73652c226461746573223a5b7b22726f6c65223a22697373756564222c226f6e223a22323032352d30372d3038222c22736f75726365223a2256c4836e2062e1baa36e2067e1bb9163222c226e6f7465223a6e756c6c7d5d2c227369676e6572223a6e756c6c2c226e6f646573223a5b7b22726566223a226d75632d31222c22706172656e74223a6e756c6c2c2274797065223a2273656374696f6e222c226c6162656c223a22492e222c2268656164696e67223a2243c4836e2063e1bba9222c2274657874223a2243c4836e2063e1bba920c49069e1bb8175203220517579e1babf7420c491e1bb8b6e682073e1bb912037312f323032352f51c4902d55424e442063e1bba7612055424e442074e1bb896e682053c3b46e67204dc3a2792e227d5d2c226174746163686d656e7473223a5b5d2c227369676e65645f6f726967696e616c223a6e756c6c7d', 'bfa9129bae496a439afd76d5ab00a750d58249468c632099031275da486fd855', NULL, 'ubnd-song-may', '{ubnd-song-may,"UBND tỉnh Sông Mây"}', '{moi-truong}', '{}', 'ke hoach', '9.khubnd', '2c1c! 2430001324! 4644362f23! 4644002e! 53162f! 45362f23! 2e0c56 2c1e002430051324004644372f23004644012e0053162f0045362f23002e0c56', '2025-07-08', NULL, NULL, NULL, NULL, false, NULL, '2025-07-09 01:30:00+00', '2025-07-09 01:30:00+00', 'I.
Căn cứ
Căn cứ Điều 2 Quyết định số 71/2025/QĐ-UBND của UBND tỉnh Sông Mây.', '''12'':12B ''2'':24 ''2025'':29 ''71'':28 ''9'':8A ''can'':19,21 ''cu'':20,22 ''cua'':32 ''dieu'':23 ''dinh'':26 ''hai'':16B ''hec'':13B ''hoach'':2A ''i'':18 ''ke'':1A ''kh'':9A ''may'':7A,36 ''nam'':17B ''qd'':30 ''quyet'':25 ''so'':27 ''song'':6A,35 ''ta'':14B ''tinh'':34 ''tram'':4A ''trong'':3A,11B,15B ''ubnd'':10A,31,33 ''ven'':5A', 1, 'major', NULL, NULL, NULL);
INSERT INTO public.published_view (id, document_id, edition_id, kind, lang, state, seq_from, seq_to, schema_version, card, "full", sha256, redirect_to, agency, issuers, topics, places, doc_type, number_key, title_key, issued_on, effective_on, expires_on, opens_on, closes_on, high_impact, valid_until, published_at, modified_at, body, words, edition, update_type, change_note, correction_of, next_due) OVERRIDING SYSTEM VALUE VALUES (6, '01900000-0000-7000-8000-000000000059', 6, 'statement', 'vi', 'live', 6, NULL, 1, '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303539222c226b696e64223a2273746174656d656e74222c226c616e67223a227669222c227469746c65223a225472e1baa3206ce1bb9d692062c3a16f206368c3ad2076e1bb81206de1bba963206ec6b0e1bb9b632068e1bb93222c2273756d6d617279223a6e756c6c2c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b5d2c22706c61636573223a5b5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30382d31345431363a31353a30302b30373a3030222c226d6f6469666965645f6174223a22323032352d30382d31345431363a31353a30302b30373a3030222c2270617468223a222f6170692f76312f73746174656d656e74732f30313930303030302d303030302d373030302d383030302d303030303030303030303539222c2273706f6b6573706572736f6e223a7b22636f6465223a22706e2d736f6e672d6d6179222c226e616d65223a225472e1baa76e205468e1bb8b205468c3ad2044e1bba5222c227469746c65223a224e67c6b0e1bb9d69207068c3a174206e67c3b46e2074e1bb896e682053c3b46e67204dc3a279222c2270686f6e65223a22303239392e3030302e30303731222c22656d61696c223a226e67756f692d706861742d6e676f6e40736f6e672d6d61792e6578616d706c65227d2c22666f726d223a2270726573735f636f6e666572656e6365222c226f63636173696f6e223a2248e1bb8d702062c3a16f207175c3bd204949222c2261736b65645f6174223a22323032352d30382d31335430383a32303a30302b30373a3030222c22736169645f6174223a22323032352d30382d31345431343a35303a30302b30373a3030222c226973737565645f6f6e223a22323032352d30382d3134227d', '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303539222c226b696e64223a2273746174656d656e74222c226c616e67223a227669222c227469746c65223a225472e1baa3206ce1bb9d692062c3a16f206368c3ad2076e1bb81206de1bba963206ec6b0e1bb9b632068e1bb93222c2273756d6d617279223a6e756c6c2c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b5d2c22706c61636573223a5b5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30382d31345431363a31353a30302b30373a3030222c226d6f6469666965645f6174223a22323032352d30382d31345431363a31353a30302b30373a3030222c2270617468223a222f6170692f76312f73746174656d656e74732f30313930303030302d303030302d373030302d383030302d303030303030303030303539222c226368616e67655f6e6f7465223a6e756c6c2c227769746864726177616c223a6e756c6c2c22636f7272656374696f6e5f6f66223a6e756c6c2c2272656c6174696f6e73223a5b5d2c226c696e6b73223a5b5d2c226f726967696e223a6e756c6c2c2273706f6b6573706572736f6e223a7b22636f6465223a22706e2d736f6e672d6d6179222c226e616d65223a225472e1baa76e205468e1bb8b205468c3ad2044e1bba5222c227469746c65223a224e67c6b0e1bb9d69207068c3a174206e67c3b46e2074e1bb896e682053c3b46e67204dc3a279222c2270686f6e65223a22303239392e3030302e30303731222c22656d61696c223a226e67756f692d706861742d6e676f6e40736f6e672d6d61792e6578616d706c65227d2c22666f726d223a2270726573735f636f6e666572656e6365222c226f63636173696f6e223a2248e1bb8d702062c3a16f207175c3bd204949222c2261736b65645f6174223a22323032352d30382d31335430383a32303a30302b30373a3030222c22736169645f6174223a22323032352d30382d31345431343a35303a30302b30373a3030222c226973737565645f6f6e223a22323032352d30382d3134222c2274657874223a6e756c6c2c22616e7377657273223a5b7b227175657374696f6e223a2248e1bb932063c3b32078e1baa3206cc5a9206b68c3b46e673f222c2261736b65645f6279223a6e756c6c2c22616e73776572223a224368c6b0612c206de1bba963206ec6b0e1bb9b632063c3b26e207468e1baa5702068c6a16e206e67c6b0e1bba16e672034206dc3a9742e227d5d7d', '7308191b0195a8b487a431b80abfb1ac23e0c6e050a8650a8f6362a9e514ec97', NULL, 'ubnd-song-may', '{}', '{}', '{}', NULL, NULL, '464400! 2d3c25! 120030! 132425! 531c! 2e4d13! 2f4d3c13! 2436 464403002d3d25001202300013242700531d002e4f13002f4d3e13002437', '2025-08-14', NULL, NULL, NULL, NULL, false, NULL, '2025-08-14 09:15:00+00', '2025-08-14 09:15:00+00', 'Họp báo quý II
Hồ có xả lũ không?
Chưa, mức nước còn thấp hơn ngưỡng 4 mét.', '''4'':25 ''bao'':3A,10 ''chi'':4A ''chua'':18 ''co'':14 ''con'':21 ''ho'':8A,13 ''hon'':23 ''hop'':9 ''ii'':12 ''khong'':17 ''loi'':2A ''lu'':16 ''met'':26 ''muc'':6A,19 ''nguong'':24 ''nuoc'':7A,20 ''quy'':11 ''thap'':22 ''tra'':1A ''ve'':5A ''xa'':15', 1, 'major', NULL, NULL, NULL);
INSERT INTO public.published_view (id, document_id, edition_id, kind, lang, state, seq_from, seq_to, schema_version, card, "full", sha256, redirect_to, agency, issuers, topics, places, doc_type, number_key, title_key, issued_on, effective_on, expires_on, opens_on, closes_on, high_impact, valid_until, published_at, modified_at, body, words, edition, update_type, change_note, correction_of, next_due) OVERRIDING SYSTEM VALUE VALUES (7, '01900000-0000-7000-8000-000000000031', 7, 'draft', 'vi', 'live', 7, NULL, 1, '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303331222c226b696e64223a226472616674222c226c616e67223a227669222c227469746c65223a2244e1bbb1207468e1baa36f20517579e1babf7420c491e1bb8b6e682076e1bb81206769e1bb9d206de1bb9f2063e1bb916e67206e67c4836e206de1bab76e222c2273756d6d617279223a6e756c6c2c226167656e6379223a7b22636f6465223a22736f2d6e756f632d76612d72756e672d736f6e672d6d6179222c226e616d65223a2253e1bb9f204ec6b0e1bb9b632076c3a02052e1bbab6e672074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b5d2c22706c61636573223a5b5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032362d30312d31325430363a35393a30302b30373a3030222c226d6f6469666965645f6174223a22323032362d30312d31325430363a35393a30302b30373a3030222c2270617468223a222f6170692f76312f6472616674732f30313930303030302d303030302d373030302d383030302d303030303030303030303331222c2274797065223a22517579e1babf7420c491e1bb8b6e68222c226472616674696e675f6167656e6379223a7b22636f6465223a22736f2d6e756f632d76612d72756e672d736f6e672d6d6179222c226e616d65223a2253e1bb9f204ec6b0e1bb9b632076c3a02052e1bbab6e672074e1bb896e682053c3b46e67204dc3a279227d2c2264726166745f76657273696f6e223a332c22636f6e73756c746174696f6e223a7b226f70656e735f6f6e223a22323032362d30312d3132222c22636c6f7365735f6f6e223a22323032362d30322d3237222c22636f6e74616374223a225068c3b26e67205468e1bba779206ce1bba369222c2275726c223a6e756c6c7d2c22686967685f696d70616374223a747275652c226973737565645f6f6e223a22323032362d30312d3132227d', '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303331222c226b696e64223a226472616674222c226c616e67223a227669222c227469746c65223a2244e1bbb1207468e1baa36f20517579e1babf7420c491e1bb8b6e682076e1bb81206769e1bb9d206de1bb9f2063e1bb916e67206e67c4836e206de1bab76e222c2273756d6d617279223a6e756c6c2c226167656e6379223a7b22636f6465223a22736f2d6e756f632d76612d72756e672d736f6e672d6d6179222c226e616d65223a2253e1bb9f204ec6b0e1bb9b632076c3a02052e1bbab6e672074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b5d2c22706c61636573223a5b5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032362d30312d31325430363a35393a30302b30373a3030222c226d6f6469666965645f6174223a22323032362d30312d31325430363a35393a30302b30373a3030222c2270617468223a222f6170692f76312f6472616674732f30313930303030302d303030302d373030302d383030302d303030303030303030303331222c226368616e67655f6e6f7465223a6e756c6c2c227769746864726177616c223a6e756c6c2c22636f7272656374696f6e5f6f66223a6e756c6c2c2272656c6174696f6e73223a5b5d2c226c696e6b73223a5b5d2c226f726967696e223a6e756c6c2c2274797065223a22517579e1babf7420c491e1bb8b6e68222c226472616674696e675f6167656e6379223a7b22636f6465223a22736f2d6e756f632d76612d72756e672d736f6e672d6d6179222c226e616d65223a2253e1bb9f204ec6b0e1bb9b632076c3a02052e1bbab6e672074e1bb896e682053c3b46e67204dc3a279227d2c2264726166745f76657273696f6e223a332c22636f6e73756c746174696f6e223a7b226f70656e735f6f6e223a22323032362d30312d3132222c22636c6f7365735f6f6e223a22323032362d30322d3237222c22636f6e74616374223a225068c3b26e67205468e1bba779206ce1bba369222c2275726c223a6e756c6c7d2c22686967685f696d70616374223a747275652c226973737565645f6f6e223a22323032362d30312d3132222c226578706c616e61746f72795f6e6f7465223a224de1bab76e2076c3a06f2073c3a2752068c6a16e206de1bb8d69206ec4836d2e222c226e6f646573223a5b5d2c226174746163686d656e7473223a5b5d7d', '5ab65b8db917a3efa624599948d847537e963f279bbe3b5355cb91c777465c8a', NULL, 'so-nuoc-va-rung-song-may', '{so-nuoc-va-rung-song-may}', '{}', '{}', 'quyet dinh', NULL, '144d! 46240030! 4347561c46! 15252f24! 531c! 23253c! 2e3c! 13362f23! 2f23062f! 2e062f 14520046240330004347561e4600152a2f2400531d0023253d002e3f0013382f23002f23062f002e0b2f', '2026-01-12', NULL, NULL, '2026-01-12', '2026-02-27', true, NULL, '2026-01-11 23:59:00+00', '2026-01-11 23:59:00+00', 'Mặn vào sâu hơn mọi năm.', '''cong'':8A ''dinh'':4A ''du'':1A ''gio'':6A ''hon'':14 ''man'':10A,11 ''mo'':7A ''moi'':15 ''nam'':16 ''ngan'':9A ''quyet'':3A ''sau'':13 ''thao'':2A ''vao'':12 ''ve'':5A', 1, 'major', NULL, NULL, '2026-02-27 17:00:00+00');
INSERT INTO public.published_view (id, document_id, edition_id, kind, lang, state, seq_from, seq_to, schema_version, card, "full", sha256, redirect_to, agency, issuers, topics, places, doc_type, number_key, title_key, issued_on, effective_on, expires_on, opens_on, closes_on, high_impact, valid_until, published_at, modified_at, body, words, edition, update_type, change_note, correction_of, next_due) OVERRIDING SYSTEM VALUE VALUES (8, '01900000-0000-7000-8000-000000000047', 8, 'bulletin', 'vi', 'live', 8, NULL, 1, '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303437222c226b696e64223a2262756c6c6574696e222c226c616e67223a227669222c227469746c65223a2254e1baa16d206e67e1bbab6e67207068c3a02042e1babf6e205472c3ba63222c2273756d6d617279223a6e756c6c2c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b5d2c22706c61636573223a5b5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032362d30332d31395431313a30353a30362b30373a3030222c226d6f6469666965645f6174223a22323032362d30332d31395431313a30353a30362b30373a3030222c2270617468223a222f6170692f76312f62756c6c6574696e732f30313930303030302d303030302d373030302d383030302d303030303030303030303437222c226c656164223a225068c3a0206e6768e1bb8920686169206275e1bb956920636869e1bb817520c491e1bb8320746861792063c3a1702e222c22696d616765223a6e756c6c2c227072696f72697479223a226e6f726d616c222c226368616e6e656c73223a5b227a616c6f225d2c2276616c69645f756e74696c223a22323032362d30332d32315431313a30303a30302b30373a3030222c226973737565645f6f6e223a22323032362d30332d3139227d', '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303437222c226b696e64223a2262756c6c6574696e222c226c616e67223a227669222c227469746c65223a2254e1baa16d206e67e1bbab6e67207068c3a02042e1babf6e205472c3ba63222c2273756d6d617279223a6e756c6c2c226167656e6379223a7b22636f6465223a2275626e642d736f6e672d6d6179222c226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b5d2c22706c61636573223a5b5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032362d30332d31395431313a30353a30362b30373a3030222c226d6f6469666965645f6174223a22323032362d30332d31395431313a30353a30362b30373a3030222c2270617468223a222f6170692f76312f62756c6c6574696e732f30313930303030302d303030302d373030302d383030302d303030303030303030303437222c226368616e67655f6e6f7465223a6e756c6c2c227769746864726177616c223a6e756c6c2c22636f7272656374696f6e5f6f66223a6e756c6c2c2272656c6174696f6e73223a5b5d2c226c696e6b73223a5b5d2c226f726967696e223a6e756c6c2c226c656164223a225068c3a0206e6768e1bb8920686169206275e1bb956920636869e1bb817520c491e1bb8320746861792063c3a1702e222c22696d616765223a6e756c6c2c227072696f72697479223a226e6f726d616c222c226368616e6e656c73223a5b227a616c6f225d2c2276616c69645f756e74696c223a22323032362d30332d32315431313a30303a30302b30373a3030222c226973737565645f6f6e223a22323032362d30332d3139222c22626f6479223a223c703ec490692063e1baa775205472c3ba63204769616e672074686179207468e1babf2e3c2f703e227d', '4b5307d849065ced3bb3642dff074f3b6e9fada128ba7e99857c34e38d977802', NULL, 'ubnd-song-may', '{}', '{}', '{}', NULL, NULL, '46002e! 2f234d2f23! 422400! 121c2f! 46444713 46052e002f234e2f230042240100121e2f0046444913', '2026-03-19', NULL, NULL, NULL, NULL, false, '2026-03-21 04:00:00+00', '2026-03-19 04:05:06+00', '2026-03-19 04:05:06+00', 'Phà nghỉ hai buổi chiều để thay cáp.
Đi cầu Trúc Giang thay thế.', '''ben'':4A ''buoi'':9 ''cap'':13 ''cau'':15 ''chieu'':10 ''de'':11 ''di'':14 ''giang'':17 ''hai'':8 ''nghi'':7 ''ngung'':2A ''pha'':3A,6 ''tam'':1A ''thay'':12,18 ''the'':19 ''truc'':5A,16', 1, 'major', NULL, NULL, '2026-03-21 04:00:00+00');
INSERT INTO public.published_view (id, document_id, edition_id, kind, lang, state, seq_from, seq_to, schema_version, card, "full", sha256, redirect_to, agency, issuers, topics, places, doc_type, number_key, title_key, issued_on, effective_on, expires_on, opens_on, closes_on, high_impact, valid_until, published_at, modified_at, body, words, edition, update_type, change_note, correction_of, next_due) OVERRIDING SYSTEM VALUE VALUES (1, '01900000-0000-7000-8000-000000000061', 1, 'policy', 'vi', 'live', 1, 9, 1, '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303631222c226b696e64223a22706f6c696379222c226c616e67223a227669222c227469746c65223a2251757920c491e1bb8b6e682063c5a92076e1bb812062e1babf6e2074687579e1bb816e222c2273756d6d617279223a224769e1bbaf2062e1bb9d2073c3b46e67207468c3b46e672074686fc3a16e672c207472e1bb936e67206ce1baa1692072e1bbab6e67207472c3a06d2e222c226167656e6379223a7b22636f6465223a22736f2d6e756f632d736f6e672d6d6179222c226e616d65223a2253e1bb9f204ec6b0e1bb9b632074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b5d2c22706c61636573223a5b5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30352d32305430393a31303a30302b30373a3030222c226d6f6469666965645f6174223a22323032352d30352d32305430393a31303a30302b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303631222c226e756d626572223a22352f323031392f51c4902d55424e44222c2274797065223a22517579e1babf7420c491e1bb8b6e68222c2269737375657273223a5b7b226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323031392d31302d3131222c226566666563746976655f6f6e223a6e756c6c2c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a22756e6b6e6f776e222c22686967685f696d70616374223a66616c73657d', '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303631222c226b696e64223a22706f6c696379222c226c616e67223a227669222c227469746c65223a2251757920c491e1bb8b6e682063c5a92076e1bb812062e1babf6e2074687579e1bb816e222c2273756d6d617279223a224769e1bbaf2062e1bb9d2073c3b46e67207468c3b46e672074686fc3a16e672c207472e1bb936e67206ce1baa1692072e1bbab6e67207472c3a06d2e222c226167656e6379223a7b22636f6465223a22736f2d6e756f632d736f6e672d6d6179222c226e616d65223a2253e1bb9f204ec6b0e1bb9b632074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b5d2c22706c61636573223a5b5d2c227374617465223a226c697665222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30352d32305430393a31303a30302b30373a3030222c226d6f6469666965645f6174223a22323032352d30352d32305430393a31303a30302b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303631222c226368616e67655f6e6f7465223a6e756c6c2c227769746864726177616c223a6e756c6c2c22636f7272656374696f6e5f6f66223a6e756c6c2c2272656c6174696f6e73223a5b5d2c226c696e6b73223a5b5d2c226f726967696e223a6e756c6c2c226e756d626572223a22352f323031392f51c4902d55424e44222c2274797065223a22517579e1babf7420c491e1bb8b6e68222c2269737375657273223a5b7b226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323031392d31302d3131222c226566666563746976655f6f6e223a6e756c6c2c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a22756e6b6e6f776e222c22686967685f696d70616374223a66616c73652c226461746573223a5b7b22726f6c65223a22697373756564222c226f6e223a22323031392d31302d3131222c22736f75726365223a2256c4836e2062e1baa36e2067e1bb9163222c226e6f7465223a6e756c6c7d5d2c227369676e6572223a6e756c6c2c226e6f646573223a5b5d2c226174746163686d656e7473223a5b5d2c227369676e65645f6f726967696e616c223a6e756c6c7d', 'c10bfc1b7bbdd59d96034c7b351686e2d2d12fbde7be617005b50214b9168ff7', NULL, 'so-nuoc-song-may', '{ubnd-song-may,"UBND tỉnh Sông Mây"}', '{}', '{}', 'quyet dinh', '5.2019.qdubnd', '434756! 15252f24! 1347! 531c! 121c2f! 462447561c2f 43475600152a2f2400134b00531d00121e2f00462447561d2f', '2019-10-11', NULL, NULL, NULL, NULL, false, NULL, '2025-05-20 02:10:00+00', '2025-05-20 02:10:00+00', NULL, NULL, 1, 'major', NULL, NULL, NULL);
INSERT INTO public.published_view (id, document_id, edition_id, kind, lang, state, seq_from, seq_to, schema_version, card, "full", sha256, redirect_to, agency, issuers, topics, places, doc_type, number_key, title_key, issued_on, effective_on, expires_on, opens_on, closes_on, high_impact, valid_until, published_at, modified_at, body, words, edition, update_type, change_note, correction_of, next_due) OVERRIDING SYSTEM VALUE VALUES (9, '01900000-0000-7000-8000-000000000061', 1, 'policy', 'vi', 'withdrawn', 9, NULL, 1, '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303631222c226b696e64223a22706f6c696379222c226c616e67223a227669222c227469746c65223a2251757920c491e1bb8b6e682063c5a92076e1bb812062e1babf6e2074687579e1bb816e222c2273756d6d617279223a224769e1bbaf2062e1bb9d2073c3b46e67207468c3b46e672074686fc3a16e672c207472e1bb936e67206ce1baa1692072e1bbab6e67207472c3a06d2e222c226167656e6379223a7b22636f6465223a22736f2d6e756f632d736f6e672d6d6179222c226e616d65223a2253e1bb9f204ec6b0e1bb9b632074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b5d2c22706c61636573223a5b5d2c227374617465223a2277697468647261776e222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30352d32305430393a31303a30302b30373a3030222c226d6f6469666965645f6174223a22323032352d30352d32305430393a31303a30302b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303631222c226e756d626572223a22352f323031392f51c4902d55424e44222c2274797065223a22517579e1babf7420c491e1bb8b6e68222c2269737375657273223a5b7b226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323031392d31302d3131222c226566666563746976655f6f6e223a6e756c6c2c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a22756e6b6e6f776e222c22686967685f696d70616374223a66616c73657d', '\x7b226964223a2230313930303030302d303030302d373030302d383030302d303030303030303030303631222c226b696e64223a22706f6c696379222c226c616e67223a227669222c227469746c65223a2251757920c491e1bb8b6e682063c5a92076e1bb812062e1babf6e2074687579e1bb816e222c2273756d6d617279223a224769e1bbaf2062e1bb9d2073c3b46e67207468c3b46e672074686fc3a16e672c207472e1bb936e67206ce1baa1692072e1bbab6e67207472c3a06d2e222c226167656e6379223a7b22636f6465223a22736f2d6e756f632d736f6e672d6d6179222c226e616d65223a2253e1bb9f204ec6b0e1bb9b632074e1bb896e682053c3b46e67204dc3a279227d2c22746f70696373223a5b5d2c22706c61636573223a5b5d2c227374617465223a2277697468647261776e222c2265646974696f6e223a312c227570646174655f74797065223a226d616a6f72222c227075626c69736865645f6174223a22323032352d30352d32305430393a31303a30302b30373a3030222c226d6f6469666965645f6174223a22323032352d30352d32305430393a31303a30302b30373a3030222c2270617468223a222f6170692f76312f706f6c69636965732f30313930303030302d303030302d373030302d383030302d303030303030303030303631222c226368616e67655f6e6f7465223a6e756c6c2c227769746864726177616c223a7b22726561736f6e223a22c490c3a32063c3b320717579e1babf7420c491e1bb8b6e68206de1bb9b692074686179207468e1babf2e222c226174223a22323032362d30332d31395431323a30303a30302b30373a3030227d2c22636f7272656374696f6e5f6f66223a6e756c6c2c2272656c6174696f6e73223a5b5d2c226c696e6b73223a5b5d2c226f726967696e223a6e756c6c2c226e756d626572223a22352f323031392f51c4902d55424e44222c2274797065223a22517579e1babf7420c491e1bb8b6e68222c2269737375657273223a5b7b226e616d65223a22e1bba6792062616e206e68c3a26e2064c3a26e2074e1bb896e682053c3b46e67204dc3a279222c22636f6465223a2275626e642d736f6e672d6d6179227d5d2c226973737565645f6f6e223a22323031392d31302d3131222c226566666563746976655f6f6e223a6e756c6c2c22657870697265735f6f6e223a6e756c6c2c226c6567616c5f666f726365223a22756e6b6e6f776e222c22686967685f696d70616374223a66616c73652c226461746573223a5b7b22726f6c65223a22697373756564222c226f6e223a22323031392d31302d3131222c22736f75726365223a2256c4836e2062e1baa36e2067e1bb9163222c226e6f7465223a6e756c6c7d5d2c227369676e6572223a6e756c6c2c226e6f646573223a5b5d2c226174746163686d656e7473223a5b5d2c227369676e65645f6f726967696e616c223a6e756c6c7d', 'd19d18f23210ce01737b2dd9e4ca2c3144c8bc7bfed447ce2a2a6584f8a58d9f', NULL, 'so-nuoc-song-may', '{ubnd-song-may,"UBND tỉnh Sông Mây"}', '{}', '{}', 'quyet dinh', '5.2019.qdubnd', '434756! 15252f24! 1347! 531c! 121c2f! 462447561c2f 43475600152a2f2400134b00531d00121e2f00462447561d2f', '2019-10-11', NULL, NULL, NULL, NULL, false, NULL, '2025-05-20 02:10:00+00', '2025-05-20 02:10:00+00', '', '''2019'':8A ''5'':7A ''ben'':5A ''bo'':12B ''cu'':3A ''dinh'':2A ''giu'':11B ''lai'':17B ''qd'':9A ''quy'':1A ''rung'':18B ''song'':13B ''thoang'':15B ''thong'':14B ''thuyen'':6A ''tram'':19B ''trong'':16B ''ubnd'':10A ''ve'':4A', 1, 'major', NULL, NULL, NULL);

--
-- Data for Name: rate_bucket; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rate_bucket (name, full_at, granted) VALUES ('key:3f19c2ab77d0:read', '2026-02-01 07:00:09+00', 19);

--
-- Data for Name: search_check; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.search_check (id, checked_at, missing, stale, extra, healed) VALUES (1, '2026-03-20 19:00:00+00', 1, 2, 0, 13);

--
-- Data for Name: search_passage; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.search_passage (document_id, lang, part, ref, label, heading, text, words) VALUES ('01900000-0000-7000-8000-000000000017', 'en', 1, NULL, NULL, '', 'Open banks, new melaleuca woods.', '''banks'':2 ''melaleuca'':4 ''new'':3 ''open'':1 ''woods'':5');
INSERT INTO public.search_passage (document_id, lang, part, ref, label, heading, text, words) VALUES ('01900000-0000-7000-8000-000000000017', 'en', 2, 'dieu-1', 'Điều 1', 'Phạm vi', 'Hành lang rộng 35 mét mỗi bờ.', '''35'':6 ''bo'':9 ''hanh'':3 ''lang'':4 ''met'':7 ''moi'':8 ''pham'':1A ''rong'':5 ''vi'':2A');
INSERT INTO public.search_passage (document_id, lang, part, ref, label, heading, text, words) VALUES ('01900000-0000-7000-8000-000000000017', 'en', 3, 'dieu-2', 'Điều 2', 'Thi hành', 'Sở Nước và Rừng cắm mốc trước mùa lũ.', '''cam'':7 ''hanh'':2A ''lu'':11 ''moc'':8 ''mua'':10 ''nuoc'':4 ''rung'':6 ''so'':3 ''thi'':1A ''truoc'':9 ''va'':5');
INSERT INTO public.search_passage (document_id, lang, part, ref, label, heading, text, words) VALUES ('01900000-0000-7000-8000-000000000017', 'vi', 1, NULL, NULL, '', 'Giữ hai bờ sông thông thoáng, trồng lại rừng tràm.', '''bo'':3 ''giu'':1 ''hai'':2 ''lai'':8 ''rung'':9 ''song'':4 ''thoang'':6 ''thong'':5 ''tram'':10 ''trong'':7');
INSERT INTO public.search_passage (document_id, lang, part, ref, label, heading, text, words) VALUES ('01900000-0000-7000-8000-000000000017', 'vi', 2, 'dieu-1', 'Điều 1', 'Phạm vi', 'Hành lang rộng 35 mét mỗi bờ.', '''35'':6 ''bo'':9 ''hanh'':3 ''lang'':4 ''met'':7 ''moi'':8 ''pham'':1A ''rong'':5 ''vi'':2A');
INSERT INTO public.search_passage (document_id, lang, part, ref, label, heading, text, words) VALUES ('01900000-0000-7000-8000-000000000017', 'vi', 3, 'dieu-2', 'Điều 2', 'Thi hành', 'Sở Nước và Rừng cắm mốc trước mùa lũ.', '''cam'':7 ''hanh'':2A ''lu'':11 ''moc'':8 ''mua'':10 ''nuoc'':4 ''rung'':6 ''so'':3 ''thi'':1A ''truoc'':9 ''va'':5');
INSERT INTO public.search_passage (document_id, lang, part, ref, label, heading, text, words) VALUES ('01900000-0000-7000-8000-000000000023', 'vi', 1, NULL, NULL, '', 'Trồng 12 héc-ta trong hai năm.', '''12'':2 ''hai'':6 ''hec'':3 ''nam'':7 ''ta'':4 ''trong'':1,5');
INSERT INTO public.search_passage (document_id, lang, part, ref, label, heading, text, words) VALUES ('01900000-0000-7000-8000-000000000023', 'vi', 2, 'muc-1', 'I.', 'Căn cứ', 'Căn cứ Điều 2 Quyết định số 71/2025/QĐ-UBND của UBND tỉnh Sông Mây.', '''2'':6 ''2025'':11 ''71'':10 ''can'':1A,3 ''cu'':2A,4 ''cua'':14 ''dieu'':5 ''dinh'':8 ''may'':18 ''qd'':12 ''quyet'':7 ''so'':9 ''song'':17 ''tinh'':16 ''ubnd'':13,15');
INSERT INTO public.search_passage (document_id, lang, part, ref, label, heading, text, words) VALUES ('01900000-0000-7000-8000-000000000059', 'vi', 1, NULL, NULL, '', 'Họp báo quý II
Hồ có xả lũ không?
Chưa, mức nước còn thấp hơn ngưỡng 4 mét.', '''4'':17 ''bao'':2 ''chua'':10 ''co'':6 ''con'':13 ''ho'':5 ''hon'':15 ''hop'':1 ''ii'':4 ''khong'':9 ''lu'':8 ''met'':18 ''muc'':11 ''nguong'':16 ''nuoc'':12 ''quy'':3 ''thap'':14 ''xa'':7');
INSERT INTO public.search_passage (document_id, lang, part, ref, label, heading, text, words) VALUES ('01900000-0000-7000-8000-000000000031', 'vi', 1, NULL, NULL, '', 'Mặn vào sâu hơn mọi năm.
Mặn vào sâu hơn mọi năm.', '''hon'':4,10 ''man'':1,7 ''moi'':5,11 ''nam'':6,12 ''sau'':3,9 ''vao'':2,8');
INSERT INTO public.search_passage (document_id, lang, part, ref, label, heading, text, words) VALUES ('01900000-0000-7000-8000-000000000047', 'vi', 1, NULL, NULL, '', 'Phà nghỉ hai buổi chiều để thay cáp.
Đi cầu Trúc Giang thay thế.', '''buoi'':4 ''cap'':8 ''cau'':10 ''chieu'':5 ''de'':6 ''di'':9 ''giang'':12 ''hai'':3 ''nghi'':2 ''pha'':1 ''thay'':7,13 ''the'':14 ''truc'':11');

--
-- Data for Name: search_term; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.search_term (term, passages) VALUES ('bờ', 3);
INSERT INTO public.search_term (term, passages) VALUES ('met', 3);
INSERT INTO public.search_term (term, passages) VALUES ('hanh', 4);
INSERT INTO public.search_term (term, passages) VALUES ('hanh̀', 4);
INSERT INTO public.search_term (term, passages) VALUES ('bo', 3);
INSERT INTO public.search_term (term, passages) VALUES ('lũ', 3);
INSERT INTO public.search_term (term, passages) VALUES ('lu', 3);
INSERT INTO public.search_term (term, passages) VALUES ('hai', 3);
INSERT INTO public.search_term (term, passages) VALUES (' context', 8.272727272727273);
INSERT INTO public.search_term (term, passages) VALUES (' body', 10.363636363636363);
INSERT INTO public.search_term (term, passages) VALUES (' total', 11);
INSERT INTO public.search_term (term, passages) VALUES (' position', 9);

--
-- Data for Name: search_word; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.search_word (term, means, both_ways, removed, changed_at) VALUES ('đò', 'phà', true, false, '2025-10-06 06:16:26+00');

--
-- Data for Name: source; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.source (code, name, type, kind, agency, lang, trust, schedule, config, mapping, state, made_by, created_at, next_at, overdue_at, failures, last_run_at, last_success_at, last_error) VALUES ('cong-song-may', 'Cổng thông tin tỉnh Sông Mây', 'list', 'policy', 'ubnd-song-may', 'vi', 'review', '15 */6 * * *', '{"url": "https://song-may.example/van-ban", "items": "li.van-ban a"}', '{"title": "h1"}', 'active', 'key:3f19c2ab77d0', '2025-06-30 08:08:08+00', '2026-03-21 00:15:00+00', '2026-03-23 00:15:00+00', 2, '2026-03-20 18:15:00+00', '2026-03-20 06:15:00+00', 'Máy chủ trả lời 502.');

--
-- Data for Name: source_item; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.source_item (id, source, external_id, url, hints, state, outcome, reason, record, etag, last_modified, sha256, document_id, original_id, attempts, next_at, seen_run, found_at, checked_at) OVERRIDING SYSTEM VALUE VALUES (1, 'cong-song-may', 'van-ban-9', 'https://song-may.example/van-ban/9', '{"title": "Kế hoạch trồng tràm"}', 'done', 'created', NULL, NULL, '"v9"', NULL, 'e51a788ab969e507f0c51002b8ddbcc9dcc46251a12bd88022072b49254fbc34', '01900000-0000-7000-8000-000000000023', 1, 1, NULL, 1, '2025-07-08 21:50:00+00', '2026-03-20 06:16:00+00');
INSERT INTO public.source_item (id, source, external_id, url, hints, state, outcome, reason, record, etag, last_modified, sha256, document_id, original_id, attempts, next_at, seen_run, found_at, checked_at) OVERRIDING SYSTEM VALUE VALUES (2, 'cong-song-may', 'van-ban-13', 'https://song-may.example/van-ban/13', '{}', 'quarantined', NULL, '{"code": "no_number", "detail": "Không thấy số hiệu."}', '{"title": "Không số"}', NULL, NULL, NULL, NULL, NULL, 3, NULL, 1, '2026-03-20 06:15:30+00', '2026-03-20 06:16:30+00');

--
-- Data for Name: source_page; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.source_page (source, url, etag, last_modified) VALUES ('cong-song-may', 'https://song-may.example/van-ban', 'W/"k7"', 'Fri, 20 Mar 2026 05:00:00 GMT');

--
-- Data for Name: source_run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.source_run (id, source, started_at, finished_at, found, "position", file_sha256, counts, error) OVERRIDING SYSTEM VALUE VALUES (1, 'cong-song-may', '2026-03-20 06:15:00+00', '2026-03-20 06:17:00+00', true, 0, NULL, '{"seen": 21, "created": 1, "unchanged": 20}', NULL);
INSERT INTO public.source_run (id, source, started_at, finished_at, found, "position", file_sha256, counts, error) OVERRIDING SYSTEM VALUE VALUES (2, 'cong-song-may', '2026-03-20 18:15:00+00', NULL, false, 0, NULL, '{}', NULL);

--
-- Data for Name: spokesperson; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.spokesperson (code, agency, name, title, phone, email, valid_from, valid_to, sort_key) VALUES ('pn-song-may', 'ubnd-song-may', 'Trần Thị Thí Dụ', 'Người phát ngôn tỉnh Sông Mây', '0299.000.0071', 'nguoi-phat-ngon@song-may.example', '2024-06-03', NULL, '46440c2f! 462425! 462425! 1447 46440d2f0046242a0046242700144c');

--
-- Data for Name: stored_file; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.stored_file (id, document_id, sha256, name, media_type, size, width, height, used, uploaded_by, uploaded_at) VALUES ('01900000-0000-7000-8000-000000000107', '01900000-0000-7000-8000-000000000017', '9eb953c25c6c17b25f3fee6d86219a4a014d44dc3dbcde10f6e4069546dbbde6', 'so-do-hanh-lang.png', 'image/png', 8191, 1103, 761, true, 'key:3f19c2ab77d0', '2025-05-18 03:04:05+00');

--
-- Data for Name: text_mark; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.text_mark (document_id, lang, kind, type, number, year, issuers, issued_on, title, figures, shingles, sketch, numerals, numerals_sketch, lows) VALUES ('01900000-0000-7000-8000-000000000061', 'vi', 'policy', 'quyet dinh', '5.qdubnd', 2019, '{c:ubnd-song-may,"n:uy ban nhan dan tinh song may"}', '2019-10-11', 'quy dinh cu ve ben thuyen', '', 0, '{}', 0, '{}', '{}');
INSERT INTO public.text_mark (document_id, lang, kind, type, number, year, issuers, issued_on, title, figures, shingles, sketch, numerals, numerals_sketch, lows) VALUES ('01900000-0000-7000-8000-000000000017', 'en', 'policy', 'quyet dinh', '71.qdubnd', 2025, '{c:ubnd-song-may,"n:uy ban nhan dan tinh song may"}', '2025-05-19', 'decision on the protected banks of the may river', '', 21, '{-1951137203,-1765896094,-1533809745,-1114324031,-1093088173,-889196698,-775936423,-476884173,-53718904,-44137957,-29180234,396312294,468591570,571864331,605751702,674263589,900849190,997128008,1064858146,1089643106,1883563164}', 3, '{-430181976,-200853075,1047804058}', '{-174929901,-613958711,-1716215304,-1982848421,-436429367,853559612,-1238764309,-263917042,1760137063,878173666,-372240839,693078072,-1982720946,1643877007,-243370619,34335220,-1993269626,-2140840389,1807197314,-2120471923,-280773471,-1138568205,-780330189,1585309226}');
INSERT INTO public.text_mark (document_id, lang, kind, type, number, year, issuers, issued_on, title, figures, shingles, sketch, numerals, numerals_sketch, lows) VALUES ('01900000-0000-7000-8000-000000000017', 'vi', 'policy', 'quyet dinh', '71.qdubnd', 2025, '{c:ubnd-song-may,"n:uy ban nhan dan tinh song may"}', '2025-05-19', 'quyet dinh ve hanh lang bao ve song may', '', 21, '{-1951137203,-1765896094,-1533809745,-1114324031,-1093088173,-889196698,-775936423,-476884173,-53718904,-44137957,-29180234,396312294,468591570,571864331,605751702,674263589,900849190,997128008,1064858146,1089643106,1883563164}', 3, '{-430181976,-200853075,1047804058}', '{-450040034,-1118321127,-2063482989,-1090519338,-1186362082,-1351596037,-1567068822,1347148263,-1976300062,1722862654,1679730526,1859375399,-1097727399,-897412936,75962008,-985890101,-528500912,-1322770282,-186591686,-181191847,602326955,1432029118,-1861524021,-539796110}');
INSERT INTO public.text_mark (document_id, lang, kind, type, number, year, issuers, issued_on, title, figures, shingles, sketch, numerals, numerals_sketch, lows) VALUES ('01900000-0000-7000-8000-000000000059', 'vi', 'statement', NULL, NULL, NULL, '{}', NULL, 'tra loi bao chi ve muc nuoc ho', '', 15, '{-1661911540,-1631746513,-1620659388,-1430347802,-1137321813,-1082433377,-950942586,-931265814,-574361015,-179017629,394346842,402527411,941935538,1753918427,2067798339}', 1, '{279428710}', '{-750108699,840888230,-1800162788,-593032256,-109811373,8542169,1780922507,183814089,718097261,1259546044,883401959,504520587}');
INSERT INTO public.text_mark (document_id, lang, kind, type, number, year, issuers, issued_on, title, figures, shingles, sketch, numerals, numerals_sketch, lows) VALUES ('01900000-0000-7000-8000-000000000031', 'vi', 'draft', 'quyet dinh', NULL, NULL, '{c:so-nuoc-va-rung-song-may}', NULL, 'du thao quyet dinh ve gio mo cong ngan man', 'v3', 3, '{-645055447,-403896324,2012498032}', 0, '{}', '{-64906784,-1675221744,1497733152}');
INSERT INTO public.text_mark (document_id, lang, kind, type, number, year, issuers, issued_on, title, figures, shingles, sketch, numerals, numerals_sketch, lows) VALUES ('01900000-0000-7000-8000-000000000047', 'vi', 'bulletin', NULL, NULL, NULL, '{}', NULL, 'tam ngung pha ben truc', '', 11, '{-2131794516,-1414282827,-1161926584,-1046382115,-642990196,-627783217,-379373922,-219526915,507311524,887709610,1419824216}', 0, '{}', '{-704987943,-66861093,1848284528,-1161446738,2086329863,751945951,666054454,1583520696,-545678705,-1152022665,1106171611}');
INSERT INTO public.text_mark (document_id, lang, kind, type, number, year, issuers, issued_on, title, figures, shingles, sketch, numerals, numerals_sketch, lows) VALUES ('01900000-0000-7000-8000-000000000023', 'vi', 'policy', 'ke hoach', '9.khubnd', 2025, '{c:ubnd-song-may,"n:uy ban nhan dan tinh song may"}', '2025-07-08', 'ke hoach trong tram ven song may', '', 16, '{-1725166171,-1253854191,-1250725254,-903918282,-668052923,-238672577,90882632,95463803,410683953,641349012,748617869,1060777569,1200757598,1742420609,1898732481,2000370651}', 3, '{-1617077895,-200853075,629838536}', '{988699581,-1528130095,-700285552,1845632735,-1022862359,-796010058,1605407695,-470827314,445925363,1124434270,-205684073,-1338243844,124969751,1449654124,-892811039,952537100,1339162530,1998710783,-376729013,184656839,-1984241290,410744001,-120657096,561767611}');

--
-- Data for Name: topic; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.topic (code, name, name_en, parent, sort_key) VALUES ('moi-truong', 'Môi trường', 'Environment', NULL, '2e3625! 46444d3c2f23 2e36250046444d3d2f23');
INSERT INTO public.topic (code, name, name_en, parent, sort_key) VALUES ('nguon-nuoc', 'Nguồn nước', 'Water resources', 'moi-truong', '2f2347362f! 2f4d3c13 2f2347372f002f4d3e13');

--
-- Data for Name: web_host; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.web_host (host, free_at, robots, robots_status, robots_at) VALUES ('https://song-may.example', '2026-03-20 20:00:02+00', 'User-agent: *
Disallow: /noi-bo/
', 200, '2026-03-20 12:00:00+00');

--
-- Data for Name: webhook_endpoint; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.webhook_endpoint (id, agency, made_by, label, url, events, filter, format, view, state, reason, secret, old_secret, old_until, "position", created_at, stopped_at) VALUES ('01900000-0000-7000-8000-000000000211', 'ubnd-song-may', 'key:3f19c2ab77d0', 'Bảng tin điện tử', 'https://bang-tin.example/nhan', '{published,corrected}', '{"kind": ["policy"]}', 'standard', 'card', 'active', NULL, '\x7365616c65642d31', '\x7365616c65642d30', '2026-04-01 00:00:00+00', 8, '2025-09-09 09:09:09+00', NULL);

--
-- Data for Name: webhook_message; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.webhook_message (endpoint_id, seq, document_id, kind, lang, event, state, attempts, made_at, first_at, next_at, settled_at, status, error, body, body_sha256, erased) VALUES ('01900000-0000-7000-8000-000000000211', 6, '01900000-0000-7000-8000-000000000023', 'policy', 'vi', 'published', 'delivered', 2, '2025-07-09 01:30:01+00', '2025-07-09 01:30:02+00', '2025-07-09 01:31:02+00', '2025-07-09 01:31:03+00', 204, NULL, '\x7b22736571223a367d', '08944bd7477d98dad9d02789b852cecb201b57c6733eab889df53f04d5c7af0f', false);

--
-- Data for Name: webhook_receipt; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.webhook_receipt (id, endpoint_id, seq, document_id, message_id, attempt, at, url, headers, body_sha256, body_bytes, status, error, seconds, excerpt) OVERRIDING SYSTEM VALUE VALUES (1, '01900000-0000-7000-8000-000000000211', 6, '01900000-0000-7000-8000-000000000023', 'msg_6_211', 2, '2025-07-09 01:31:02+00', 'https://bang-tin.example/nhan', '{"webhook-id": "msg_6_211"}', '08944bd7477d98dad9d02789b852cecb201b57c6733eab889df53f04d5c7af0f', 9, 204, NULL, 0.375, '');

--
-- Data for Name: websub_intent; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.websub_intent (key, mode, callback, host, topic, lease_seconds, secret, denied, attempts, asked_at, next_at) VALUES ('282bcbc3f0a34a8a4ac6f00c276fcf66cf3757a3332e83d92208e5079af46922', 'subscribe', 'https://doc-tin.example/ve', 'doc-tin.example', 'https://hub.example/feeds/policies.atom', 864000, '\x7365616c65642d32', NULL, 1, '2026-03-18 10:00:00+00', '2026-03-18 10:05:00+00');

--
-- Data for Name: websub_subscription; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.websub_subscription (key, callback, host, topic, kind, secret, expires_at, wanted_seq, sent_seq, sent_etag, failures, next_at) VALUES ('a8fa7fd60893411a49907b5545ccf9c47ed8073cc38e2ac3b79c4f6156cd7755', 'https://doc-tin.example/cu', 'doc-tin.example', 'https://hub.example/feeds/all.atom', 'policy', NULL, '2026-04-07 10:00:00+00', 9, 7, '"e7"', 1, '2026-03-19 11:00:00+00');

--
-- Name: audit_entry_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.audit_entry_id_seq', 2, true);

--
-- Name: edition_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.edition_id_seq', 9, true);

--
-- Name: import_run_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.import_run_id_seq', 1, true);

--
-- Name: kept_original_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.kept_original_id_seq', 1, true);

--
-- Name: log_head_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.log_head_id_seq', 1, false);

--
-- Name: press_burst_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.press_burst_id_seq', 1, true);

--
-- Name: press_item_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.press_item_id_seq', 1, true);

--
-- Name: published_view_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.published_view_id_seq', 9, true);

--
-- Name: search_check_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.search_check_id_seq', 1, false);

--
-- Name: source_item_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.source_item_id_seq', 2, true);

--
-- Name: source_run_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.source_run_id_seq', 2, true);

--
-- Name: webhook_receipt_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.webhook_receipt_id_seq', 1, true);

--
-- Name: agency agency_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agency
    ADD CONSTRAINT agency_pkey PRIMARY KEY (code);

--
-- Name: agency_rule agency_rule_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agency_rule
    ADD CONSTRAINT agency_rule_pkey PRIMARY KEY (agency);

--
-- Name: agency_successor agency_successor_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agency_successor
    ADD CONSTRAINT agency_successor_pkey PRIMARY KEY (code, successor);

--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

--
-- Name: api_key api_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);

--
-- Name: audit_entry audit_entry_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (id);

--
-- Name: citable citable_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.citable
    ADD CONSTRAINT citable_pkey PRIMARY KEY (document_id);

--
-- Name: document document_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (id);

--
-- Name: edition edition_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edition
    ADD CONSTRAINT edition_pkey PRIMARY KEY (id);

--
-- Name: file_blob file_blob_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.file_blob
    ADD CONSTRAINT file_blob_pkey PRIMARY KEY (sha256);

--
-- Name: file_size file_size_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.file_size
    ADD CONSTRAINT file_size_pkey PRIMARY KEY (file_id, width);

--
-- Name: follower follower_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.follower
    ADD CONSTRAINT follower_pkey PRIMARY KEY (name);

--
-- Name: idempotency_key idempotency_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (principal, key);

--
-- Name: import_run import_run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.import_run
    ADD CONSTRAINT import_run_pkey PRIMARY KEY (id);

--
-- Name: kept_original kept_original_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kept_original
    ADD CONSTRAINT kept_original_pkey PRIMARY KEY (id);

--
-- Name: log_entry log_entry_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_entry
    ADD CONSTRAINT log_entry_pkey PRIMARY KEY (seq);

--
-- Name: log_head log_head_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_head
    ADD CONSTRAINT log_head_pkey PRIMARY KEY (id);

--
-- Name: made_file made_file_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.made_file
    ADD CONSTRAINT made_file_pkey PRIMARY KEY (name);

--
-- Name: persisted_query persisted_query_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.persisted_query
    ADD CONSTRAINT persisted_query_pkey PRIMARY KEY (sha256);

--
-- Name: place place_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place
    ADD CONSTRAINT place_pkey PRIMARY KEY (code, valid_from);

--
-- Name: place_successor place_successor_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place_successor
    ADD CONSTRAINT place_successor_pkey PRIMARY KEY (code, valid_from, successor, successor_from);

--
-- Name: press_burst press_burst_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.press_burst
    ADD CONSTRAINT press_burst_pkey PRIMARY KEY (id);

--
-- Name: press_item press_item_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.press_item
    ADD CONSTRAINT press_item_key_key UNIQUE (key);

--
-- Name: press_item press_item_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.press_item
    ADD CONSTRAINT press_item_pkey PRIMARY KEY (id);

--
-- Name: provenance provenance_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.provenance
    ADD CONSTRAINT provenance_pkey PRIMARY KEY (source, source_id, lang);

--
-- Name: published_citation published_citation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_citation
    ADD CONSTRAINT published_citation_pkey PRIMARY KEY (document_id, lang, place);

--
-- Name: published_file published_file_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_file
    ADD CONSTRAINT published_file_pkey PRIMARY KEY (file_id, document_id, lang);

--
-- Name: published_relation published_relation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_relation
    ADD CONSTRAINT published_relation_pkey PRIMARY KEY (document_id, lang, type, target_id);

--
-- Name: published_view published_view_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_view
    ADD CONSTRAINT published_view_pkey PRIMARY KEY (id);

--
-- Name: rate_bucket rate_bucket_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rate_bucket
    ADD CONSTRAINT rate_bucket_pkey PRIMARY KEY (name);

--
-- Name: search_check search_check_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_check
    ADD CONSTRAINT search_check_pkey PRIMARY KEY (id);

--
-- Name: search_passage search_passage_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_passage
    ADD CONSTRAINT search_passage_pkey PRIMARY KEY (document_id, lang, part);

--
-- Name: search_term search_term_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_term
    ADD CONSTRAINT search_term_pkey PRIMARY KEY (term);

--
-- Name: search_word search_word_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_word
    ADD CONSTRAINT search_word_pkey PRIMARY KEY (term, means);

--
-- Name: source_item source_item_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_item
    ADD CONSTRAINT source_item_pkey PRIMARY KEY (id);

--
-- Name: source_page source_page_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_page
    ADD CONSTRAINT source_page_pkey PRIMARY KEY (source, url);

--
-- Name: source source_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_pkey PRIMARY KEY (code);

--
-- Name: source_run source_run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_run
    ADD CONSTRAINT source_run_pkey PRIMARY KEY (id);

--
-- Name: spokesperson spokesperson_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.spokesperson
    ADD CONSTRAINT spokesperson_pkey PRIMARY KEY (code);

--
-- Name: stored_file stored_file_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stored_file
    ADD CONSTRAINT stored_file_pkey PRIMARY KEY (id);

--
-- Name: text_mark text_mark_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.text_mark
    ADD CONSTRAINT text_mark_pkey PRIMARY KEY (document_id, lang);

--
-- Name: topic topic_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.topic
    ADD CONSTRAINT topic_pkey PRIMARY KEY (code);

--
-- Name: web_host web_host_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.web_host
    ADD CONSTRAINT web_host_pkey PRIMARY KEY (host);

--
-- Name: webhook_endpoint webhook_endpoint_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_pkey PRIMARY KEY (id);

--
-- Name: webhook_message webhook_message_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_message
    ADD CONSTRAINT webhook_message_pkey PRIMARY KEY (endpoint_id, seq);

--
-- Name: webhook_receipt webhook_receipt_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_receipt
    ADD CONSTRAINT webhook_receipt_pkey PRIMARY KEY (id);

--
-- Name: websub_intent websub_intent_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.websub_intent
    ADD CONSTRAINT websub_intent_pkey PRIMARY KEY (key);

--
-- Name: websub_subscription websub_subscription_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.websub_subscription
    ADD CONSTRAINT websub_subscription_pkey PRIMARY KEY (key);

--
-- Name: ix_api_key_agency; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_api_key_agency ON public.api_key USING btree (agency);

--
-- Name: ix_audit_entry_agency; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_entry_agency ON public.audit_entry USING btree (agency, id);

--
-- Name: ix_audit_entry_document; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_entry_document ON public.audit_entry USING btree (document_id, id);

--
-- Name: ix_citable_lookup; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_citable_lookup ON public.citable USING gin (lookup);

--
-- Name: ix_document_owner; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_document_owner ON public.document USING btree (owner);

--
-- Name: ix_edition_scheduled_for; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_edition_scheduled_for ON public.edition USING btree (scheduled_for) WHERE ((state)::text = 'scheduled'::text);

--
-- Name: ix_file_size_sha256; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_file_size_sha256 ON public.file_size USING btree (sha256);

--
-- Name: ix_idempotency_key_made_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_idempotency_key_made_at ON public.idempotency_key USING btree (made_at);

--
-- Name: ix_kept_original_document_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_kept_original_document_id ON public.kept_original USING btree (document_id);

--
-- Name: ix_kept_original_sha256; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_kept_original_sha256 ON public.kept_original USING btree (sha256);

--
-- Name: ix_log_entry_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_log_entry_at ON public.log_entry USING btree (at, seq);

--
-- Name: ix_log_entry_document_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_log_entry_document_id ON public.log_entry USING btree (document_id);

--
-- Name: ix_made_file_sha256; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_made_file_sha256 ON public.made_file USING btree (sha256);

--
-- Name: ix_persisted_query_used_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_persisted_query_used_at ON public.persisted_query USING btree (used_at, sha256) WHERE (registered_at IS NULL);

--
-- Name: ix_press_burst_first_on; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_press_burst_first_on ON public.press_burst USING btree (first_on, id);

--
-- Name: ix_press_burst_places; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_press_burst_places ON public.press_burst USING gin (places);

--
-- Name: ix_press_burst_topics; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_press_burst_topics ON public.press_burst USING gin (topics);

--
-- Name: ix_press_item_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_press_item_at ON public.press_item USING btree (at, id);

--
-- Name: ix_press_item_places; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_press_item_places ON public.press_item USING gin (places);

--
-- Name: ix_press_item_source; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_press_item_source ON public.press_item USING btree (source);

--
-- Name: ix_press_item_topics; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_press_item_topics ON public.press_item USING gin (topics);

--
-- Name: ix_provenance_conflicts; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_provenance_conflicts ON public.provenance USING btree (document_id) WHERE (conflicts IS NOT NULL);

--
-- Name: ix_provenance_document_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_provenance_document_id ON public.provenance USING btree (document_id);

--
-- Name: ix_published_citation_choices; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_citation_choices ON public.published_citation USING gin (choices);

--
-- Name: ix_published_citation_lookup; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_citation_lookup ON public.published_citation USING gin (lookup);

--
-- Name: ix_published_citation_target; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_citation_target ON public.published_citation USING btree (target_id, document_id);

--
-- Name: ix_published_file_document_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_file_document_id ON public.published_file USING btree (document_id);

--
-- Name: ix_published_relation_target_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_relation_target_id ON public.published_relation USING btree (target_id);

--
-- Name: ix_published_view_agency; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_agency ON public.published_view USING btree (agency, modified_at) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_changed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_changed ON public.published_view USING btree (kind, seq_from) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_ended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_ended ON public.published_view USING btree (kind, seq_to) WHERE ((seq_to IS NOT NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_history; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_history ON public.published_view USING btree (document_id, lang, seq_from);

--
-- Name: ix_published_view_issued; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_issued ON public.published_view USING btree (kind, issued_on, document_id) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_issuers; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_issuers ON public.published_view USING gin (issuers) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_modified; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_modified ON public.published_view USING btree (kind, modified_at, document_id) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_next_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_next_due ON public.published_view USING btree (next_due) WHERE (seq_to IS NULL);

--
-- Name: ix_published_view_number; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_number ON public.published_view USING btree (number_key) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_number_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_number_open ON public.published_view USING btree (number_key) WHERE (seq_to IS NULL);

--
-- Name: ix_published_view_places; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_places ON public.published_view USING gin (places) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_published; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_published ON public.published_view USING btree (kind, published_at, document_id) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_suggest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_suggest ON public.published_view USING gin (public.hub_title(card) public.gin_trgm_ops) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_taken_away; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_taken_away ON public.published_view USING btree (kind, seq_from) WHERE ((seq_to IS NULL) AND ((state)::text <> 'live'::text));

--
-- Name: ix_published_view_then; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_then ON public.published_view USING btree (kind, published_at, document_id, seq_from);

--
-- Name: ix_published_view_title; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_title ON public.published_view USING btree (kind, title_key, document_id) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_topics; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_topics ON public.published_view USING gin (topics) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_published_view_words; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_published_view_words ON public.published_view USING gin (words) WHERE ((seq_to IS NULL) AND ((state)::text = 'live'::text));

--
-- Name: ix_search_passage_words; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_search_passage_words ON public.search_passage USING gin ((ARRAY[document_id]), words) WITH (gin_pending_list_limit='512');

--
-- Name: ix_source_agency; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_source_agency ON public.source USING btree (agency);

--
-- Name: ix_source_item_document; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_source_item_document ON public.source_item USING btree (document_id);

--
-- Name: ix_source_item_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_source_item_due ON public.source_item USING btree (source, next_at) WHERE ((state)::text = 'waiting'::text);

--
-- Name: ix_source_item_set_aside; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_source_item_set_aside ON public.source_item USING btree (source, id) WHERE ((state)::text = 'quarantined'::text);

--
-- Name: ix_source_next_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_source_next_at ON public.source USING btree (next_at);

--
-- Name: ix_source_run_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ix_source_run_open ON public.source_run USING btree (source) WHERE (finished_at IS NULL);

--
-- Name: ix_source_run_source; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_source_run_source ON public.source_run USING btree (source, id);

--
-- Name: ix_spokesperson_agency; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_spokesperson_agency ON public.spokesperson USING btree (agency);

--
-- Name: ix_stored_file_sha256; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_stored_file_sha256 ON public.stored_file USING btree (sha256);

--
-- Name: ix_stored_file_unused; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_stored_file_unused ON public.stored_file USING btree (uploaded_at) WHERE (NOT used);

--
-- Name: ix_text_mark_lows; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_text_mark_lows ON public.text_mark USING gin (lows) WITH (fastupdate=off);

--
-- Name: ix_text_mark_number; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_text_mark_number ON public.text_mark USING btree (number, kind, lang, year);

--
-- Name: ix_webhook_endpoint_agency; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_webhook_endpoint_agency ON public.webhook_endpoint USING btree (agency);

--
-- Name: ix_webhook_message_document_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_webhook_message_document_id ON public.webhook_message USING btree (document_id);

--
-- Name: ix_webhook_message_parked; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_webhook_message_parked ON public.webhook_message USING btree (endpoint_id, seq) WHERE ((state)::text = 'parked'::text);

--
-- Name: ix_webhook_message_settled_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_webhook_message_settled_at ON public.webhook_message USING btree (settled_at) WHERE (settled_at IS NOT NULL);

--
-- Name: ix_webhook_message_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_webhook_message_waiting ON public.webhook_message USING btree (endpoint_id, seq) WHERE ((state)::text = 'waiting'::text);

--
-- Name: ix_webhook_receipt_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_webhook_receipt_at ON public.webhook_receipt USING btree (at);

--
-- Name: ix_webhook_receipt_document_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_webhook_receipt_document_id ON public.webhook_receipt USING btree (document_id);

--
-- Name: ix_webhook_receipt_endpoint; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_webhook_receipt_endpoint ON public.webhook_receipt USING btree (endpoint_id, id);

--
-- Name: ix_webhook_receipt_message; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_webhook_receipt_message ON public.webhook_receipt USING btree (endpoint_id, seq);

--
-- Name: ix_websub_intent_host; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_websub_intent_host ON public.websub_intent USING btree (host);

--
-- Name: ix_websub_intent_next_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_websub_intent_next_at ON public.websub_intent USING btree (next_at);

--
-- Name: ix_websub_subscription_host; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_websub_subscription_host ON public.websub_subscription USING btree (host);

--
-- Name: ix_websub_subscription_kind; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_websub_subscription_kind ON public.websub_subscription USING btree (kind, expires_at);

--
-- Name: uq_edition_live; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_edition_live ON public.edition USING btree (document_id, lang) WHERE ((state)::text = 'published'::text);

--
-- Name: uq_edition_number; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_edition_number ON public.edition USING btree (document_id, lang, number);

--
-- Name: uq_edition_working; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_edition_working ON public.edition USING btree (document_id, lang) WHERE ((state)::text = ANY ((ARRAY['approved'::character varying, 'drafting'::character varying, 'in_review'::character varying, 'scheduled'::character varying])::text[]));

--
-- Name: uq_import_run_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_import_run_open ON public.import_run USING btree (file_sha256, format, publish, agency) WHERE (finished_at IS NULL);

--
-- Name: uq_published_view_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_published_view_open ON public.published_view USING btree (document_id, lang) WHERE (seq_to IS NULL);

--
-- Name: uq_source_item; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_source_item ON public.source_item USING btree (source, external_id);

--
-- Name: uq_stored_file; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_stored_file ON public.stored_file USING btree (document_id, sha256, name);

--
-- Name: audit_entry audit_is_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_is_append_only BEFORE DELETE OR UPDATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.hub_refuse('the private trail is append-only');

--
-- Name: log_entry log_is_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER log_is_append_only BEFORE DELETE OR UPDATE ON public.log_entry FOR EACH STATEMENT EXECUTE FUNCTION public.hub_refuse('the publication log is append-only');

--
-- Name: edition published_is_immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER published_is_immutable BEFORE UPDATE OF content, number, lang, document_id ON public.edition FOR EACH ROW WHEN ((((old.state)::text = ANY ((ARRAY['published'::character varying, 'superseded'::character varying])::text[])) AND (old.content IS DISTINCT FROM new.content) AND (new.content <> '{}'::jsonb))) EXECUTE FUNCTION public.hub_refuse('a published edition is immutable');

--
-- Name: agency agency_parent_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agency
    ADD CONSTRAINT agency_parent_fkey FOREIGN KEY (parent) REFERENCES public.agency(code);

--
-- Name: agency_rule agency_rule_agency_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agency_rule
    ADD CONSTRAINT agency_rule_agency_fkey FOREIGN KEY (agency) REFERENCES public.agency(code);

--
-- Name: agency_successor agency_successor_code_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agency_successor
    ADD CONSTRAINT agency_successor_code_fkey FOREIGN KEY (code) REFERENCES public.agency(code) ON DELETE CASCADE;

--
-- Name: agency_successor agency_successor_successor_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agency_successor
    ADD CONSTRAINT agency_successor_successor_fkey FOREIGN KEY (successor) REFERENCES public.agency(code) ON DELETE CASCADE;

--
-- Name: api_key api_key_agency_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_agency_fkey FOREIGN KEY (agency) REFERENCES public.agency(code);

--
-- Name: document document_owner_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_owner_fkey FOREIGN KEY (owner) REFERENCES public.agency(code);

--
-- Name: edition edition_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edition
    ADD CONSTRAINT edition_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);

--
-- Name: file_size file_size_file_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.file_size
    ADD CONSTRAINT file_size_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.stored_file(id) ON DELETE CASCADE;

--
-- Name: file_size file_size_sha256_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.file_size
    ADD CONSTRAINT file_size_sha256_fkey FOREIGN KEY (sha256) REFERENCES public.file_blob(sha256);

--
-- Name: kept_original kept_original_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kept_original
    ADD CONSTRAINT kept_original_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);

--
-- Name: kept_original kept_original_sha256_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kept_original
    ADD CONSTRAINT kept_original_sha256_fkey FOREIGN KEY (sha256) REFERENCES public.file_blob(sha256);

--
-- Name: log_entry log_entry_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.log_entry
    ADD CONSTRAINT log_entry_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);

--
-- Name: made_file made_file_sha256_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.made_file
    ADD CONSTRAINT made_file_sha256_fkey FOREIGN KEY (sha256) REFERENCES public.file_blob(sha256);

--
-- Name: place_successor place_successor_code_valid_from_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place_successor
    ADD CONSTRAINT place_successor_code_valid_from_fkey FOREIGN KEY (code, valid_from) REFERENCES public.place(code, valid_from) ON DELETE CASCADE;

--
-- Name: place_successor place_successor_successor_successor_from_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place_successor
    ADD CONSTRAINT place_successor_successor_successor_from_fkey FOREIGN KEY (successor, successor_from) REFERENCES public.place(code, valid_from) ON DELETE CASCADE;

--
-- Name: provenance provenance_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.provenance
    ADD CONSTRAINT provenance_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);

--
-- Name: published_file published_file_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_file
    ADD CONSTRAINT published_file_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);

--
-- Name: published_file published_file_file_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_file
    ADD CONSTRAINT published_file_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.stored_file(id);

--
-- Name: published_relation published_relation_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_relation
    ADD CONSTRAINT published_relation_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);

--
-- Name: published_relation published_relation_target_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_relation
    ADD CONSTRAINT published_relation_target_id_fkey FOREIGN KEY (target_id) REFERENCES public.document(id);

--
-- Name: published_view published_view_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_view
    ADD CONSTRAINT published_view_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);

--
-- Name: published_view published_view_edition_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_view
    ADD CONSTRAINT published_view_edition_id_fkey FOREIGN KEY (edition_id) REFERENCES public.edition(id);

--
-- Name: search_passage search_passage_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_passage
    ADD CONSTRAINT search_passage_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);

--
-- Name: source source_agency_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_agency_fkey FOREIGN KEY (agency) REFERENCES public.agency(code);

--
-- Name: source_item source_item_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_item
    ADD CONSTRAINT source_item_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);

--
-- Name: source_item source_item_source_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_item
    ADD CONSTRAINT source_item_source_fkey FOREIGN KEY (source) REFERENCES public.source(code);

--
-- Name: source_page source_page_source_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_page
    ADD CONSTRAINT source_page_source_fkey FOREIGN KEY (source) REFERENCES public.source(code);

--
-- Name: source_run source_run_source_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_run
    ADD CONSTRAINT source_run_source_fkey FOREIGN KEY (source) REFERENCES public.source(code);

--
-- Name: spokesperson spokesperson_agency_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.spokesperson
    ADD CONSTRAINT spokesperson_agency_fkey FOREIGN KEY (agency) REFERENCES public.agency(code);

--
-- Name: stored_file stored_file_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stored_file
    ADD CONSTRAINT stored_file_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);

--
-- Name: stored_file stored_file_sha256_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stored_file
    ADD CONSTRAINT stored_file_sha256_fkey FOREIGN KEY (sha256) REFERENCES public.file_blob(sha256);

--
-- Name: text_mark text_mark_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.text_mark
    ADD CONSTRAINT text_mark_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);

--
-- Name: topic topic_parent_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.topic
    ADD CONSTRAINT topic_parent_fkey FOREIGN KEY (parent) REFERENCES public.topic(code);

--
-- Name: webhook_endpoint webhook_endpoint_agency_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_agency_fkey FOREIGN KEY (agency) REFERENCES public.agency(code);

--
-- Name: webhook_message webhook_message_endpoint_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_message
    ADD CONSTRAINT webhook_message_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES public.webhook_endpoint(id) ON DELETE CASCADE;

--
-- Name: webhook_receipt webhook_receipt_endpoint_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_receipt
    ADD CONSTRAINT webhook_receipt_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES public.webhook_endpoint(id) ON DELETE CASCADE;

--
-- PostgreSQL database dump complete
--

