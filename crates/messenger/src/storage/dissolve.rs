use school::PersonId;
use store::{ReadTx, WriteTx, sql};

use crate::ConversationId;

pub(crate) fn remove_chat(tx: &mut WriteTx<'_>, chat: ConversationId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_read WHERE conv = ?1"), [chat])?;
    tx.execute(sql!("DELETE FROM messenger_member WHERE conv = ?1"), [chat])?;
    tx.execute(sql!("DELETE FROM messenger_mute WHERE conv = ?1"), [chat])?;
    tx.execute(
        sql!(
            "DELETE FROM messenger_schedule_file
             WHERE schedule IN (SELECT id FROM messenger_schedule WHERE conv = ?1)"
        ),
        [chat],
    )?;
    tx.execute(sql!("DELETE FROM messenger_schedule WHERE conv = ?1"), [chat])?;
    tx.execute(sql!("DELETE FROM messenger_hush WHERE conv = ?1"), [chat])?;
    tx.execute(sql!("DELETE FROM messenger_hours WHERE conv = ?1"), [chat])?;
    tx.execute(sql!("DELETE FROM messenger_roll WHERE conv = ?1"), [chat])?;
    tx.execute(sql!("DELETE FROM messenger_unattended WHERE conv = ?1"), [chat])?;
    tx.execute(sql!("DELETE FROM messenger_lesson_mode WHERE conv = ?1"), [chat])?;
    tx.execute(sql!("DELETE FROM messenger_conversation WHERE id = ?1"), [chat])?;
    Ok(())
}

/// Whether a person has done what the school keeps: written, acknowledged, pinned, reported, silenced, looked into.
pub(crate) fn has_acted(tx: &ReadTx<'_>, person: PersonId) -> Result<bool, store::Error> {
    // What waits for its time is written too.
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM messenger_message WHERE sender = ?1)
                 OR EXISTS (SELECT 1 FROM messenger_schedule WHERE sender = ?1 AND state IN ('waiting', 'unsent'))
                 OR EXISTS (SELECT 1 FROM messenger_poll WHERE closed_by = ?1)
                 OR EXISTS (SELECT 1 FROM messenger_ack WHERE person = ?1)
                 OR EXISTS (SELECT 1 FROM messenger_pin WHERE ?1 IN (pinned_by, unpinned_by))
                 OR EXISTS (SELECT 1 FROM messenger_report WHERE ?1 IN (reporter, reported, taken_by, closed_by))
                 OR EXISTS (SELECT 1 FROM messenger_report_vote WHERE person = ?1)
                 OR EXISTS (SELECT 1 FROM messenger_case_note WHERE author = ?1)
                 OR EXISTS (SELECT 1 FROM messenger_hold WHERE ?1 IN (author, lifted_by, against))
                 OR EXISTS (SELECT 1 FROM messenger_opening WHERE ?1 IN (opener, informed_by))
                 OR EXISTS (SELECT 1 FROM messenger_mute WHERE ?1 IN (author, lifted_by))
                 OR EXISTS (SELECT 1 FROM messenger_hours WHERE author = ?1)
                 OR EXISTS (SELECT 1 FROM messenger_lesson_mode WHERE author = ?1)"
        ),
        [person],
        |row| row.get(0),
    )
}

pub(crate) fn remove_person(tx: &mut WriteTx<'_>, person: PersonId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_read WHERE person = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_member WHERE person = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_block WHERE person = ?1 OR blocked = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_mute WHERE person = ?1"), [person])?;
    tx.execute(
        sql!(
            "DELETE FROM messenger_schedule_file
             WHERE schedule IN (SELECT id FROM messenger_schedule WHERE sender = ?1)"
        ),
        [person],
    )?;
    tx.execute(sql!("DELETE FROM messenger_schedule WHERE sender = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_hush WHERE person = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_rest WHERE person = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_roll WHERE person = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_reachable WHERE person = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_vote WHERE person = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_reaction WHERE person = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_mention WHERE person = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_quiet WHERE person = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_substitute WHERE person = ?1"), [person])?;
    tx.execute(sql!("DELETE FROM messenger_access WHERE person = ?1"), [person])?;
    Ok(())
}
