-- +goose Up

-- The truth: one site's log. Everything below "projections" can be rebuilt from it.

CREATE TABLE log (
    one         BIGINT PRIMARY KEY CHECK (one = 1),
    site        TEXT NOT NULL,
    epoch       BIGINT NOT NULL,
    number      BIGINT NOT NULL, -- of the site, part of every number it issues
    vkey        TEXT NOT NULL,
    size        BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL  -- of the last entry, microseconds
);

CREATE TABLE entry (
    seq         BIGINT PRIMARY KEY,
    kind        TEXT NOT NULL,
    person      BIGINT,
    pseq        BIGINT,
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    body        BYTEA NOT NULL,
    salt        BYTEA NOT NULL,
    slot        BYTEA NOT NULL,
    sig         BYTEA NOT NULL,
    CONSTRAINT entry_one_per_link UNIQUE (person, pseq)
);

CREATE TABLE tile (
    level BIGINT NOT NULL,
    idx   BIGINT NOT NULL,
    data  BYTEA NOT NULL,
    PRIMARY KEY (level, idx)
);

CREATE TABLE checkpoint (
    size    BIGINT PRIMARY KEY,
    follows BIGINT NOT NULL, -- size of the checkpoint before, so that one taken away is missed
    note    BYTEA NOT NULL
);

-- Kept beside the log and not part of it: what was delivered, who read what, the next serial of each noun.

CREATE TABLE delivery (
    key    TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    seq    BIGINT NOT NULL,
    answer TEXT NOT NULL,
    times  BIGINT NOT NULL
);

CREATE TABLE reading (
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    person  BIGINT NOT NULL,
    purpose TEXT NOT NULL
);
CREATE INDEX reading_person ON reading (person, at);

-- Who searched for whom, and how many they were shown.
CREATE TABLE search_log (
    at    BIGINT NOT NULL,
    actor TEXT NOT NULL,
    query TEXT NOT NULL,
    shown BIGINT NOT NULL
);
CREATE INDEX search_log_at ON search_log (at);

-- What the machine found: pairs of records that may be one person's. Nothing is decided by it, and all of it can be found again.
CREATE TABLE identity_proposal (
    a         BIGINT NOT NULL,
    b         BIGINT NOT NULL,
    bits      BIGINT NOT NULL, -- tenths
    band      TEXT NOT NULL,
    why       TEXT NOT NULL,   -- what speaks for it, the strongest first
    found_at  BIGINT NOT NULL,
    found_seq BIGINT NOT NULL, -- entry of the source by which it was found
    PRIMARY KEY (a, b),
    CONSTRAINT identity_proposal_ordered CHECK (a < b)
);
CREATE INDEX identity_proposal_other ON identity_proposal (b);

CREATE TABLE watchlist_entry (
    list    TEXT NOT NULL,
    ref     TEXT NOT NULL,
    n       BIGINT NOT NULL, -- place in the list
    details TEXT NOT NULL,
    PRIMARY KEY (list, ref)
);

-- What the machine found of people in watchlists: work for a human.
CREATE TABLE watchlist_lead (
    list      TEXT NOT NULL,
    ref       TEXT NOT NULL,
    person    BIGINT NOT NULL,
    bits      BIGINT NOT NULL, -- tenths
    band      TEXT NOT NULL,
    why       TEXT NOT NULL,
    found_at  BIGINT NOT NULL,
    found_seq BIGINT NOT NULL,
    PRIMARY KEY (list, ref, person)
);
CREATE INDEX watchlist_lead_person ON watchlist_lead (person);

-- Plans as they were made. The one that was approved is named by its entry, with the digest of its document.
CREATE TABLE plan_draft (
    plan     BIGINT PRIMARY KEY,
    wave     BIGINT NOT NULL,
    version  BIGINT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('draft', 'approved', 'superseded', 'discarded')),
    made_at  BIGINT NOT NULL,
    made_by  TEXT NOT NULL,
    sha256   TEXT NOT NULL, -- of the document
    figures  TEXT NOT NULL,
    document TEXT NOT NULL,
    question TEXT NOT NULL, -- what was asked, to explain the answer with
    CONSTRAINT plan_draft_version UNIQUE (wave, version)
);

CREATE TABLE account (
    name         TEXT PRIMARY KEY,
    role         TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,
    CONSTRAINT account_one_token UNIQUE (token_sha256)
);

CREATE TABLE serial (
    noun BIGINT PRIMARY KEY,
    next BIGINT NOT NULL
);

-- Projections.

CREATE TABLE person_chain (
    person    BIGINT PRIMARY KEY,
    chain_key BYTEA NOT NULL,
    pseq      BIGINT NOT NULL,
    head      BYTEA NOT NULL
);

CREATE TABLE custodian (
    code  TEXT PRIMARY KEY,
    role  TEXT NOT NULL,
    names TEXT NOT NULL,
    vkey  TEXT NOT NULL
);

CREATE TABLE place (
    code          TEXT PRIMARY KEY,
    establishment TEXT NOT NULL,
    parent        TEXT NOT NULL,
    kind          TEXT NOT NULL,
    state         TEXT NOT NULL,
    maximum       BIGINT NOT NULL,
    body          TEXT NOT NULL,
    locked_out    BIGINT NOT NULL
);
CREATE INDEX place_establishment ON place (establishment);

CREATE TABLE bed (
    cell TEXT NOT NULL REFERENCES place (code),
    bed  BIGINT NOT NULL,
    PRIMARY KEY (cell, bed)
);

CREATE TABLE person (
    person      BIGINT PRIMARY KEY,
    name        TEXT NOT NULL,
    name_latin  TEXT NOT NULL,
    folded      TEXT NOT NULL, -- every name of the person, folded for search
    sex         BIGINT NOT NULL,
    born        TEXT NOT NULL,
    nationality TEXT NOT NULL, -- first claim that maps to a code, empty while none does
    document    TEXT NOT NULL,
    mother      TEXT NOT NULL,
    family      TEXT NOT NULL,
    child       BIGINT NOT NULL,
    account     TEXT NOT NULL,
    custodian   TEXT NOT NULL,
    last_seq    BIGINT NOT NULL,
    last_at     BIGINT NOT NULL,
    merged_into BIGINT,          -- the record that this is a second one of
    cluster     BIGINT NOT NULL, -- the record that remains of all that are one person: itself while it is merged into none
    depth       BIGINT NOT NULL, -- merges between this record and the one that remains
    above       BIGINT,          -- depth of the record that it was merged into
    source_key  TEXT NOT NULL,
    registered_seq BIGINT NOT NULL,
    details     TEXT NOT NULL,
    -- Each merge leads one step up, within one cluster, to the record that is its own: a circle has no place to stand.
    CONSTRAINT person_cluster UNIQUE (person, cluster, depth),
    CONSTRAINT person_merge_leads_up CHECK (CASE WHEN merged_into IS NULL THEN cluster = person AND depth = 0 AND above IS NULL ELSE above IS NOT NULL AND above >= 0 AND depth = above + 1 END),
    CONSTRAINT person_merge_within_cluster FOREIGN KEY (merged_into, cluster, above) REFERENCES person (person, cluster, depth)
);
CREATE INDEX person_account ON person (account);
CREATE INDEX person_merged ON person (merged_into, cluster, above);
CREATE INDEX person_of_cluster ON person (cluster);
CREATE INDEX person_document ON person (document);
CREATE UNIQUE INDEX person_source_key ON person (source_key) WHERE source_key <> '';

CREATE TABLE listing (
    key    TEXT PRIMARY KEY,
    person BIGINT NOT NULL,
    seq    BIGINT NOT NULL
);

-- What each source said of a person, for ever.
CREATE TABLE identity_source (
    seq     BIGINT PRIMARY KEY,
    person  BIGINT NOT NULL,
    details TEXT NOT NULL,
    file    TEXT NOT NULL,
    sheet   TEXT NOT NULL,
    line    BIGINT NOT NULL,
    reason  TEXT NOT NULL,
    actor   TEXT NOT NULL
);
CREATE INDEX identity_source_person ON identity_source (person, seq);

-- Every decision about a pair of records, the newest of a pair stands.
CREATE TABLE identity_decision (
    seq         BIGINT PRIMARY KEY,
    a           BIGINT NOT NULL,
    b           BIGINT NOT NULL,
    verdict     TEXT NOT NULL CHECK (verdict IN ('same', 'different', 'unsure', 'undone', 'parted')),
    reason      TEXT NOT NULL,
    bits        BIGINT NOT NULL, -- tenths
    actor       TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    CHECK (a < b)
);
CREATE INDEX identity_decision_pair ON identity_decision (a, b, seq);
CREATE INDEX identity_decision_other ON identity_decision (b, seq);

-- Pairs that are different people by a decision that stands: they are never in one cluster.
CREATE TABLE identity_exclusion (
    a   BIGINT NOT NULL,
    b   BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (a, b),
    CHECK (a < b)
);
CREATE INDEX identity_exclusion_other ON identity_exclusion (b);

CREATE TABLE watchlist (
    name      TEXT PRIMARY KEY,
    version   TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    entries   BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    loaded_at BIGINT NOT NULL
);

CREATE TABLE lead_decision (
    seq         BIGINT PRIMARY KEY,
    list        TEXT NOT NULL,
    ref         TEXT NOT NULL,
    person      BIGINT NOT NULL,
    verdict     TEXT NOT NULL CHECK (verdict IN ('same', 'different', 'unsure', 'undone')),
    reason      TEXT NOT NULL,
    bits        BIGINT NOT NULL,
    actor       TEXT NOT NULL,
    occurred_at BIGINT NOT NULL
);
CREATE INDEX lead_decision_of ON lead_decision (list, ref, person, seq);

CREATE TABLE booking (
    booking   BIGINT PRIMARY KEY,
    person    BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    ground    TEXT NOT NULL,
    authority TEXT NOT NULL,
    order_no  TEXT NOT NULL,
    until     TEXT NOT NULL,
    outcome   TEXT NOT NULL
);
CREATE UNIQUE INDEX booking_one_open ON booking (person) WHERE closed_at IS NULL;

CREATE TABLE bed_hold (
    cell   TEXT NOT NULL,
    bed    BIGINT NOT NULL,
    person BIGINT NOT NULL,
    state  TEXT NOT NULL CHECK (state IN ('reserved', 'occupied')),
    CONSTRAINT bed_one_person PRIMARY KEY (cell, bed),
    CONSTRAINT bed_exists FOREIGN KEY (cell, bed) REFERENCES bed (cell, bed),
    CONSTRAINT person_one_bed UNIQUE (person, state)
);

CREATE TABLE move (
    move   BIGINT PRIMARY KEY,
    person BIGINT,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    wave   BIGINT NOT NULL,
    state  TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT move_from_differs_to CHECK (source <> target),
    CONSTRAINT move_person_in_transit CHECK (state NOT IN ('in_transit', 'completed') OR person IS NOT NULL),
    CONSTRAINT move_reason_iff_cancelled CHECK ((state = 'cancelled') = (reason <> ''))
);
CREATE INDEX move_wave ON move (wave);
CREATE UNIQUE INDEX move_one_live ON move (person) WHERE state IN ('proposed', 'requested', 'booked', 'in_transit');

CREATE TABLE movement (
    seq          BIGINT PRIMARY KEY,
    person       BIGINT NOT NULL,
    occurred_at  BIGINT NOT NULL,
    type         TEXT NOT NULL,
    from_account TEXT NOT NULL,
    to_account   TEXT NOT NULL,
    custodian    TEXT NOT NULL, -- who has the person from then on, empty when it stays
    set_aside    BIGINT NOT NULL -- entry that decided so, 0 while it stands
);
CREATE INDEX movement_person ON movement (person);

CREATE TABLE posting (
    seq         BIGINT NOT NULL,
    line        BIGINT NOT NULL,
    person      BIGINT NOT NULL,
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    type        TEXT NOT NULL,
    account     TEXT NOT NULL,
    amount      BIGINT NOT NULL CHECK (amount IN (-1, 1)),
    PRIMARY KEY (seq, line)
);
CREATE INDEX posting_account ON posting (account, occurred_at, recorded_at, type, amount); -- covers the sums of balances and flows
CREATE INDEX posting_person ON posting (person, occurred_at);

CREATE TABLE handover_nonce (
    nonce TEXT PRIMARY KEY,
    seq   BIGINT NOT NULL
);

CREATE TABLE wave (
    wave    BIGINT PRIMARY KEY,
    label   TEXT NOT NULL,
    target  BIGINT NOT NULL,
    sources TEXT NOT NULL -- in their order, with the reasons
);

CREATE TABLE route (
    route      TEXT PRIMARY KEY,
    preference BIGINT NOT NULL,
    body       TEXT NOT NULL
);

-- The plans that were put in force; of each wave the newest one is.
CREATE TABLE plan (
    plan        BIGINT PRIMARY KEY,
    wave        BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    seq         BIGINT NOT NULL,
    approved_at BIGINT NOT NULL,
    approved_by TEXT NOT NULL,
    body        TEXT NOT NULL,
    CONSTRAINT plan_one_of_version UNIQUE (wave, version)
);

CREATE TABLE convoy (
    convoy        BIGINT PRIMARY KEY,
    wave          BIGINT NOT NULL,
    mode          TEXT NOT NULL,
    state         TEXT NOT NULL,
    source        TEXT NOT NULL,
    target        TEXT NOT NULL,
    version       BIGINT NOT NULL, -- of the manifest in force, 0 before the first
    frozen        BIGINT NOT NULL,
    dispatched_at BIGINT,
    closed_at     BIGINT,
    plan          BIGINT NOT NULL, -- that formed it, 0 for one that was formed by hand
    route         TEXT NOT NULL,
    number        BIGINT NOT NULL, -- in the timetable of the plans of the wave, 0 for none
    body          TEXT NOT NULL
);
CREATE INDEX convoy_wave ON convoy (wave);

CREATE TABLE vehicle (
    vehicle BIGINT PRIMARY KEY,
    convoy  BIGINT NOT NULL,
    plate   TEXT NOT NULL,
    seats   BIGINT NOT NULL,
    number  BIGINT NOT NULL, -- in the fleet of the route, 0 for none
    seal    TEXT NOT NULL,
    in_use  BIGINT NOT NULL
);
CREATE INDEX vehicle_convoy ON vehicle (convoy);

CREATE TABLE leg (
    convoy BIGINT NOT NULL,
    n      BIGINT NOT NULL,
    source TEXT NOT NULL,
    target  TEXT NOT NULL,
    state   TEXT NOT NULL,
    departs BIGINT NOT NULL, -- as planned, 0 when not
    arrives BIGINT NOT NULL, -- as planned, 0 when not
    PRIMARY KEY (convoy, n)
);

CREATE TABLE manifest_seat (
    convoy  BIGINT NOT NULL,
    version BIGINT NOT NULL,
    person  BIGINT NOT NULL,
    move    BIGINT NOT NULL,
    vehicle BIGINT NOT NULL,
    seat    BIGINT NOT NULL,
    PRIMARY KEY (convoy, version, person),
    CONSTRAINT seat_one_person UNIQUE (convoy, version, vehicle, seat)
);
CREATE INDEX manifest_seat_person ON manifest_seat (person);

CREATE TABLE passage (
    seq         BIGINT PRIMARY KEY,
    convoy      BIGINT NOT NULL,
    vehicle     BIGINT NOT NULL,
    leg         BIGINT NOT NULL,
    point       TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    headcount   BIGINT NOT NULL,
    identified  BIGINT NOT NULL,
    missing     BIGINT NOT NULL
);
CREATE INDEX passage_convoy ON passage (convoy, point);

CREATE TABLE passage_person (
    seq    BIGINT NOT NULL,
    person BIGINT NOT NULL,
    booked BIGINT NOT NULL, -- vehicle that the book had the person on, 0 when none
    PRIMARY KEY (seq, person)
);
CREATE INDEX passage_person_person ON passage_person (person);

CREATE TABLE headcount (
    seq         BIGINT PRIMARY KEY,
    place       TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    counted     BIGINT NOT NULL,
    expected    BIGINT NOT NULL,
    missing     BIGINT NOT NULL,
    unexpected  BIGINT NOT NULL
);
CREATE INDEX headcount_place ON headcount (place, occurred_at);

CREATE TABLE incident (
    incident    BIGINT PRIMARY KEY,
    seq         BIGINT NOT NULL,
    type        TEXT NOT NULL,
    person      BIGINT,
    convoy      BIGINT NOT NULL,
    place       TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    text        TEXT NOT NULL
);

CREATE TABLE escort_record (
    move    BIGINT PRIMARY KEY,
    person  BIGINT NOT NULL,
    version BIGINT NOT NULL,
    status  TEXT NOT NULL,
    flags   TEXT NOT NULL,
    seq     BIGINT NOT NULL
);

CREATE TABLE screening (
    person        BIGINT PRIMARY KEY,
    seq           BIGINT NOT NULL,
    occurred_at   BIGINT NOT NULL,
    fit_to_travel BIGINT NOT NULL,
    injuries      BIGINT NOT NULL
);

-- What a human decided that a person needs of a place, the newest decision; all of them are in the log.
CREATE TABLE need (
    person   BIGINT PRIMARY KEY,
    seq      BIGINT NOT NULL,
    security BIGINT NOT NULL,
    medical  BIGINT NOT NULL,
    track    TEXT NOT NULL,
    court    TEXT NOT NULL,
    language TEXT NOT NULL,
    class    TEXT NOT NULL, -- group
    review   TEXT NOT NULL
);

CREATE TABLE property (
    property BIGINT PRIMARY KEY,
    person   BIGINT NOT NULL,
    seal     TEXT NOT NULL,
    items    TEXT NOT NULL,
    holder   TEXT NOT NULL,
    returned BIGINT NOT NULL
);
CREATE INDEX property_person ON property (person);

CREATE TABLE alert (
    alert     BIGINT PRIMARY KEY,
    person    BIGINT NOT NULL,
    code      TEXT NOT NULL,
    reason    TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE UNIQUE INDEX alert_one_active ON alert (person, code) WHERE closed_at IS NULL;

CREATE TABLE non_association (
    non_association BIGINT PRIMARY KEY,
    a               BIGINT NOT NULL,
    b               BIGINT NOT NULL,
    scope           TEXT NOT NULL,
    reason          TEXT NOT NULL,
    opened_at       BIGINT NOT NULL,
    closed_at       BIGINT,
    CONSTRAINT non_association_ordered CHECK (a < b)
);
CREATE UNIQUE INDEX non_association_one_open ON non_association (a, b) WHERE closed_at IS NULL;

CREATE TABLE file_imported (
    sha256   TEXT PRIMARY KEY,
    seq      BIGINT NOT NULL,
    file     TEXT NOT NULL,
    rows_read BIGINT NOT NULL,
    good     BIGINT NOT NULL,
    problems BIGINT NOT NULL
);

CREATE TABLE difference (
    difference  BIGINT PRIMARY KEY,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    convoy      BIGINT NOT NULL,
    place       TEXT NOT NULL,
    note        TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    detected_at BIGINT NOT NULL,
    detected_seq BIGINT NOT NULL,
    closed_seq  BIGINT,
    closed_at   BIGINT,
    resolution  TEXT NOT NULL,
    became      BIGINT -- the difference that this one turned out to be
);
CREATE INDEX difference_detected ON difference (detected_seq);
CREATE UNIQUE INDEX difference_one_open ON difference (kind, subject) WHERE closed_seq IS NULL;

CREATE TABLE difference_person (
    difference BIGINT NOT NULL,
    person     BIGINT NOT NULL,
    PRIMARY KEY (difference, person)
);
CREATE INDEX difference_person_person ON difference_person (person);

CREATE TABLE difference_entry (
    difference BIGINT NOT NULL,
    seq        BIGINT NOT NULL,
    PRIMARY KEY (difference, seq)
);

CREATE TABLE mention (
    seq    BIGINT NOT NULL,
    person BIGINT NOT NULL,
    PRIMARY KEY (person, seq)
);
