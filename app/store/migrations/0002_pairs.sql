-- Claims from which on a word of an edition is common. Each two common words that stand together in some claim's text
-- have postings, under both words with a blank between. Null: the edition was imported before there were any.
ALTER TABLE editions ADD COLUMN common integer;
