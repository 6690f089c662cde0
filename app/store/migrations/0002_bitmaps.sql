-- Which claims answer a question is told by bitmaps alone: those of every word and term, of two common words that stand
-- together, and of each bit of each day. What counted and sorted rows is gone, and with it the widest indexes. What was
-- imported before has not all of these bitmaps, and is imported anew.
DELETE FROM editions;
ALTER TABLE editions ADD COLUMN common integer NOT NULL;        -- claims from which on a word is common
ALTER TABLE editions ADD COLUMN turns integer NOT NULL;         -- how often a claim changed its status at most
DROP TABLE claims, bodies, periods, postings;

-- Three tables, a partition of each for each edition, so that dropping an edition costs no vacuum and a distributed
-- database can be told once how to spread them: claims by position, which every unique index has therefore, and postings
-- by key. Days are counted from 0001-01-01, which is day 1, and the day 2147483647 never comes.

-- What is served: ready bytes.
CREATE TABLE bodies (
    edition   integer NOT NULL,
    position  integer NOT NULL,                     -- place in the record, from 0
    id        text COLLATE "C" NOT NULL,
    head      integer NOT NULL,                     -- length of the part of the body that no day changes
    body      bytea NOT NULL,                       -- the claim as served JSON, in its last period
    own       text COLLATE "C" NOT NULL,            -- stemmed words of the claim's text, a blank before and after each
    refs      text[] COLLATE "C" NOT NULL,          -- passages on which the claim rests
    facets    integer[] NOT NULL,                   -- places of the claim's values in the list of all facets' values
    PRIMARY KEY (edition, position)
) PARTITION BY LIST (edition);
CREATE INDEX bodies_id ON bodies (edition, id);
CREATE INDEX bodies_id_back ON bodies (edition, reverse(id));

-- How each claim stood, from the first day to the day before the next.
CREATE TABLE periods (
    edition   integer NOT NULL,
    position  integer NOT NULL,
    first     integer NOT NULL,
    until     integer NOT NULL,
    changed   boolean NOT NULL,                     -- whether the status differs from the period before
    tail      bytea,                                -- what follows the body's head then; null in the last period
    PRIMARY KEY (edition, position, first)
) PARTITION BY LIST (edition);
CREATE INDEX periods_changed ON periods (edition, first, position) WHERE changed;

-- Which claims have a key: a Roaring bitmap of positions in its portable format
-- (https://github.com/RoaringBitmap/RoaringFormatSpec). app/store/keys.py says how keys are written.
CREATE TABLE postings (
    edition   integer NOT NULL,
    key       text COLLATE "C" NOT NULL,
    claims    bytea NOT NULL,
    PRIMARY KEY (edition, key)
) PARTITION BY LIST (edition);
