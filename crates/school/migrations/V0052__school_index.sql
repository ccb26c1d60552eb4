-- Found by the query plans of the hottest reads: whose guardian somebody is, and which class a group is the whole of,
-- are asked with every request.
CREATE INDEX school_guardianship_adult ON school_guardianship (adult);
CREATE UNIQUE INDEX school_class_group_whole ON school_class_group (whole);
