-- Claims from which on a word of an edition is common. Each two common words that stand together in some claim's text
-- have postings, under both words with a blank between. Null: the edition was imported before there were any.
ALTER TABLE editions ADD COLUMN common integer;

-- Distributed databases keep a unique index only where it has the column by which rows are spread, which is position.
-- An import looks for ids that come twice itself.
DROP INDEX bodies_id;
CREATE INDEX bodies_id ON bodies (edition, id);
