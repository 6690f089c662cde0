-- One row for each record that was ever made current and is still held; the greatest edition is the current one.
-- An edition's claims are written once and never updated: a new record is a new edition, an old one is dropped whole.
CREATE TABLE editions (
    edition   integer PRIMARY KEY,
    revision  text COLLATE "C" NOT NULL,
    made_by   text NOT NULL,                        -- version of the program that rendered the bodies
    loaded    timestamptz NOT NULL DEFAULT now(),
    size      integer NOT NULL,                     -- number of claims
    last_day  integer NOT NULL,                     -- no status changes after this day
    counts    text NOT NULL,                        -- JSON: how many claims have each key that has postings
    header    bytea NOT NULL                        -- canonical JSON; bytes, since jsonb would refuse \u0000
);

-- Four tables, a partition of each for each edition, so that dropping an edition costs no vacuum and a distributed
-- database can be told once how to spread them. Days are counted from 0001-01-01, which is day 1, and the day
-- 2147483647 never comes.

-- What is searched: narrow rows.
CREATE TABLE claims (
    edition   integer NOT NULL,
    position  integer NOT NULL,                     -- place in the record, from 0
    status    smallint NOT NULL,                    -- of the last period, as its place in sort order
    starts    integer NOT NULL,                     -- first day of the claim's period; never, where it has none
    ends      integer NOT NULL,
    facets    integer[] NOT NULL,                   -- places of the claim's values in the list of all facets' values
    days      integer[] NOT NULL,                   -- days on which the status changed, ascending
    standing  smallint[] NOT NULL,                  -- the status from each of those days on
    keys      text[] COLLATE "C" NOT NULL,          -- stemmed words; 'source:reuters', 'kind:event' and the like
    PRIMARY KEY (edition, position)
) PARTITION BY LIST (edition);
CREATE INDEX claims_keys ON claims USING gin (keys);
CREATE INDEX claims_status ON claims (edition, status, position);
CREATE INDEX claims_status_back ON claims (edition, (-status), position);
CREATE INDEX claims_period ON claims (edition, starts, ends, position);
CREATE INDEX claims_period_back
    ON claims (edition, (CASE WHEN starts = 2147483647 THEN 0 ELSE -starts END), (-ends), position);

-- What is served: ready bytes.
CREATE TABLE bodies (
    edition   integer NOT NULL,
    position  integer NOT NULL,
    id        text COLLATE "C" NOT NULL,
    head      integer NOT NULL,                     -- length of the part of the body that no day changes
    body      bytea NOT NULL,                       -- the claim as served JSON, in its last period
    own       text COLLATE "C" NOT NULL,            -- stemmed words of the claim's text, a blank before and after each
    named     text COLLATE "C" NOT NULL,            -- the same of the names of its sources and entities, a line each
    refs      text[] COLLATE "C" NOT NULL,          -- passages on which the claim rests
    PRIMARY KEY (edition, position)
) PARTITION BY LIST (edition);
CREATE UNIQUE INDEX bodies_id ON bodies (edition, id);
CREATE INDEX bodies_id_back ON bodies (edition, reverse(id));

-- How each claim stood, from the first day to the day before the next.
CREATE TABLE periods (
    edition   integer NOT NULL,
    position  integer NOT NULL,
    first     integer NOT NULL,
    until     integer NOT NULL,
    status    smallint NOT NULL,
    changed   boolean NOT NULL,                     -- whether the status differs from the period before
    tail      bytea,                                -- what follows the body's head then; null in the last period
    PRIMARY KEY (edition, position, first)
) PARTITION BY LIST (edition);
CREATE INDEX periods_status ON periods (edition, status, first, until, position);
CREATE INDEX periods_changed ON periods (edition, first, position) WHERE changed;

-- Which claims have a key, for terms and for frequent words: a Roaring bitmap of positions in its portable format
-- (https://github.com/RoaringBitmap/RoaringFormatSpec). Counting hundreds of thousands of rows would take a second.
CREATE TABLE postings (
    edition   integer NOT NULL,
    key       text COLLATE "C" NOT NULL,
    claims    bytea NOT NULL,
    PRIMARY KEY (edition, key)
) PARTITION BY LIST (edition);
