-- Chats in which nobody may write because the third is missing without whom they are not kept, since when (MSG-I19).
CREATE TABLE messenger_unattended (
    conv  INTEGER NOT NULL PRIMARY KEY REFERENCES messenger_conversation (id),
    since INTEGER NOT NULL
) STRICT;
