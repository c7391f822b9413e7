-- Development only. The platform's tables that the telephone channel reads, with the platform's
-- column names and types; on a real platform they are there already and nothing here is sent.
CREATE SCHEMA IF NOT EXISTS sequent_backend;

CREATE TABLE sequent_backend.tenant (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  slug text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  labels jsonb,
  annotations jsonb,
  is_active boolean NOT NULL DEFAULT true,
  voting_channels jsonb,
  settings jsonb,
  test integer,
  CONSTRAINT tenant_pkey PRIMARY KEY (id),
  CONSTRAINT tenant_slug_key UNIQUE (slug)
);

CREATE TABLE sequent_backend.election_event (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  labels jsonb,
  annotations jsonb,
  tenant_id uuid NOT NULL REFERENCES sequent_backend.tenant (id),
  name text NOT NULL,
  description text,
  presentation jsonb,
  bulletin_board_reference jsonb,
  is_archived boolean NOT NULL DEFAULT false,
  voting_channels jsonb,
  status jsonb,
  user_boards text,
  encryption_protocol text NOT NULL DEFAULT 'RSA256',
  is_audit boolean DEFAULT false,
  audit_election_event_id uuid,
  public_key text,
  alias text,
  statistics jsonb,
  CONSTRAINT event_pkey PRIMARY KEY (id)
);

CREATE TABLE sequent_backend.election (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES sequent_backend.tenant (id),
  election_event_id uuid NOT NULL REFERENCES sequent_backend.election_event (id),
  created_at timestamptz DEFAULT now(),
  last_updated_at timestamptz DEFAULT now(),
  labels jsonb,
  annotations jsonb,
  name text NOT NULL,
  description text,
  presentation jsonb,
  status jsonb,
  eml text,
  num_allowed_revotes integer,
  is_consolidated_ballot_encoding boolean,
  spoil_ballot_option boolean,
  alias text,
  voting_channels jsonb,
  is_kiosk boolean,
  image_document_id text,
  statistics jsonb,
  receipts jsonb,
  permission_label text,
  keys_ceremony_id uuid,
  initialization_report_generated boolean,
  CONSTRAINT election_pkey PRIMARY KEY (id, tenant_id, election_event_id)
);

CREATE TABLE sequent_backend.area (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES sequent_backend.tenant (id),
  election_event_id uuid NOT NULL REFERENCES sequent_backend.election_event (id),
  created_at timestamptz DEFAULT now(),
  last_updated_at timestamptz DEFAULT now(),
  labels jsonb,
  annotations jsonb,
  name text,
  description text,
  type text,
  parent_id uuid,
  presentation jsonb,
  CONSTRAINT area_pkey PRIMARY KEY (id, tenant_id, election_event_id)
);

CREATE TABLE sequent_backend.ballot_publication (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES sequent_backend.tenant (id),
  election_event_id uuid NOT NULL REFERENCES sequent_backend.election_event (id),
  labels jsonb,
  annotations jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  created_by_user_id text,
  is_generated boolean NOT NULL DEFAULT false,
  election_ids uuid[],
  published_at timestamptz,
  election_id uuid,
  CONSTRAINT ballot_publication_pkey PRIMARY KEY (id, tenant_id, election_event_id)
);

CREATE TABLE sequent_backend.ballot_style (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES sequent_backend.tenant (id),
  election_event_id uuid NOT NULL REFERENCES sequent_backend.election_event (id),
  election_id uuid NOT NULL,
  area_id uuid,
  ballot_publication_id uuid NOT NULL,
  created_at timestamptz DEFAULT now(),
  last_updated_at timestamptz DEFAULT now(),
  deleted_at timestamptz,
  labels jsonb,
  annotations jsonb,
  ballot_eml text,
  ballot_signature bytea,
  status text,
  CONSTRAINT ballot_style_pkey PRIMARY KEY (id, tenant_id, election_event_id)
);

CREATE TABLE sequent_backend.cast_vote (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES sequent_backend.tenant (id),
  election_event_id uuid NOT NULL REFERENCES sequent_backend.election_event (id),
  election_id uuid,
  area_id uuid,
  created_at timestamptz DEFAULT now(),
  last_updated_at timestamptz DEFAULT now(),
  labels jsonb,
  annotations jsonb,
  content text,
  cast_ballot_signature bytea,
  voter_id_string text,
  ballot_id text,
  CONSTRAINT cast_vote_pkey PRIMARY KEY (id, tenant_id, election_event_id)
);

CREATE TABLE sequent_backend.document (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  tenant_id uuid,
  election_event_id uuid,
  name text,
  media_type text,
  size bigint,
  labels jsonb,
  annotations jsonb,
  created_at timestamptz DEFAULT now(),
  last_updated_at timestamptz DEFAULT now(),
  is_public boolean,
  CONSTRAINT election_document_pkey PRIMARY KEY (id)
);
