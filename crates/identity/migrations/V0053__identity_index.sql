-- An attempt's codes and a code's message are asked for at each screen that waits for a code, and when attempts are
-- forgotten.
CREATE INDEX identity_code_attempt ON identity_code (attempt);
CREATE INDEX identity_sms_code ON identity_sms (code);
