-- The words of messages (MSG-Q1): x as written, s their stems, c the token of the chat. The row's number is the message's.
-- No text is kept twice (content=''), and a single row can be taken out. Tokens are made by the program; the tokenizer
-- only parts them at spaces. Places inside a text are not kept (detail=column): what is looked for are words.
-- prefix: beginnings of three to seven letters have lists of their own, so that «кон» costs no walk over «контроль…».
CREATE VIRTUAL TABLE messenger_fts USING fts5 (
    x, s, c,
    content = '', contentless_delete = 1, detail = 'column', tokenize = 'ascii', prefix = '3 4 5 6 7'
);
