-- Who stands in for a teacher of a class on a day: the class's chats are theirs for that day (MSG-N12).
CREATE TABLE messenger_substitute (
    class_group INTEGER NOT NULL REFERENCES school_class_group (id),
    person      INTEGER NOT NULL REFERENCES school_person (id),
    day         TEXT    NOT NULL,
    PRIMARY KEY (class_group, person, day)
) STRICT, WITHOUT ROWID;
