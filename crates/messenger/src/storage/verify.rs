use store::{ReadTx, sql};

use crate::ConversationId;

/// Messages that are not the next after the one before in their chat.
pub(crate) fn out_of_order(tx: &ReadTx<'_>, most: u32) -> Result<Vec<(ConversationId, i64)>, store::Error> {
    tx.list(
        sql!(
            "SELECT conv, seq FROM (
                 SELECT conv, seq, ord, ts, g,
                        LAG(seq, 1, 0) OVER before AS seq_before, LAG(ord, 1, 0) OVER before AS ord_before,
                        LAG(ts) OVER before AS ts_before, LAG(g) OVER before AS g_before
                 FROM messenger_message
                 WINDOW before AS (PARTITION BY conv ORDER BY seq))
             WHERE seq <> seq_before + 1 OR ord NOT IN (ord_before, ord_before + 1) OR ts < ts_before OR g < g_before
             LIMIT ?1"
        ),
        [most],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Chats whose last numbers are not those of their last message.
pub(crate) fn wrong_heads(tx: &ReadTx<'_>, most: u32) -> Result<Vec<ConversationId>, store::Error> {
    tx.list(
        sql!(
            "SELECT id FROM messenger_conversation chat
             WHERE (last_seq, last_ord) <> (
                 COALESCE((SELECT MAX(seq) FROM messenger_message WHERE conv = chat.id), 0),
                 COALESCE((SELECT ord FROM messenger_message WHERE conv = chat.id ORDER BY seq DESC LIMIT 1), 0))
             LIMIT ?1"
        ),
        [most],
        |row| row.get(0),
    )
}
