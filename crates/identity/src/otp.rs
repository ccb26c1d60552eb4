//! Six digits by SMS or by call (A1, A2, A3, A5, A6, K8).

use store::{Random, ReadTx, ServerKey, UtcInstant, WriteTx};

use crate::fence::{self, CodePurpose};
use crate::storage::{code, guard, sms};
use crate::{AttemptId, Audience, Channel, CodeId, Means, Phone, Verdict, limits};

/// A code of six digits. Leading zeros count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OtpCode([u8; 6]);

impl OtpCode {
    /// Draws a code without bias (A1).
    #[must_use]
    pub fn draw(random: &Random) -> Self {
        let mut rest = random.below(1_000_000);
        let mut digits = [b'0'; 6];
        for digit in digits.iter_mut().rev() {
            *digit = b"0123456789"[(rest % 10) as usize];
            rest /= 10;
        }
        Self(digits)
    }

    /// Reads what a person typed; spaces and hyphens between the digits do not matter, other digits than 0–9 do.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = [0; 6];
        let mut count = 0;
        for sign in text.chars().filter(|sign| !matches!(sign, ' ' | '\u{a0}' | '-')) {
            let digit = u8::try_from(sign).ok().filter(u8::is_ascii_digit)?;
            *digits.get_mut(count)? = digit;
            count += 1;
        }
        (count == 6).then_some(Self(digits))
    }

    /// The six digits, for the one message that carries them.
    #[must_use]
    pub fn digits(&self) -> String {
        self.0.iter().map(|digit| char::from(*digit)).collect()
    }

    pub(crate) const fn bytes(&self) -> &[u8; 6] {
        &self.0
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        <[u8; 6]>::try_from(bytes).ok().filter(|digits| digits.iter().all(u8::is_ascii_digit)).map(Self)
    }
}

impl std::fmt::Debug for OtpCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OtpCode(***)")
    }
}

fn message(attempt: AttemptId, purpose: CodePurpose, phone: &Phone, code: &OtpCode) -> Vec<u8> {
    // Attempt and purpose are under the MAC, so a row that is copied elsewhere verifies nothing (A6).
    [
        attempt.get().to_le_bytes().as_slice(),
        purpose.word().as_bytes(),
        b" ",
        phone.e164().as_bytes(),
        code.bytes(),
    ]
    .concat()
}

/// A code to be made and sent.
pub(crate) struct Letter<'a> {
    pub(crate) attempt: AttemptId,
    pub(crate) phone: &'a Phone,
    pub(crate) purpose: CodePurpose,
    pub(crate) channel: Channel,
    pub(crate) audience: Audience,
}

/// Ends the attempt's codes, and takes those not yet delivered out of the outbox and off their phone's count (A4).
pub(crate) fn end_codes(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    attempt: AttemptId,
) -> Result<(), store::Error> {
    for unsent in sms::erase_of(tx, attempt)? {
        fence::uncount_send(tx, &unsent)?;
    }
    code::end_all(tx, now, attempt)
}

/// Makes a code, ends the attempt's earlier one, and puts it into the outbox unless nobody is to get it.
pub(crate) fn send(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    letter: &Letter<'_>,
) -> Result<(), store::Error> {
    let Letter { attempt, phone, purpose, channel: _, audience } = *letter;
    end_codes(tx, now, attempt)?;
    let drawn = OtpCode::draw(means.random);
    let mac = match audience {
        Audience::Owner => means.key.mac("sms code", &message(attempt, purpose, phone, &drawn)),
        // No code fits this one.
        Audience::Nobody => means.random.bytes(),
    };
    let expires = now + limits::CODE;
    let id = code::insert(tx, letter, &mac, now, expires)?;
    fence::count_send(tx, now, means.caller, phone, purpose.flow())?;
    match audience {
        Audience::Owner => {
            let sealed = means.key.seal(means.random, "sms outbox", drawn.bytes());
            sms::insert(tx, id, letter, &sealed, now, expires)
        }
        Audience::Nobody => Ok(()),
    }
}

/// One try of one code. There is no other way to compare a code than [`OtpAttempt::consume`].
pub(crate) struct OtpAttempt {
    code: Option<CodeId>,
    attempt: AttemptId,
    purpose: CodePurpose,
    phone: Phone,
}

impl OtpAttempt {
    /// A try of the attempt's open code for a purpose and a phone.
    pub(crate) fn open(
        tx: &ReadTx<'_>,
        attempt: AttemptId,
        purpose: CodePurpose,
        phone: &Phone,
    ) -> Result<Self, store::Error> {
        let open = code::find_open(tx, attempt)?;
        let code =
            open.filter(|open| open.purpose == purpose.word() && open.phone == *phone).map(|open| open.id);
        Ok(Self { code, attempt, purpose, phone: phone.clone() })
    }

    /// Counts the try, then compares, in constant time; a right code is used up by it.
    pub(crate) fn consume(
        self,
        tx: &mut WriteTx<'_>,
        now: UtcInstant,
        key: &ServerKey,
        given: &OtpCode,
    ) -> Result<Verdict, store::Error> {
        let flow = self.purpose.flow();
        if let Some(until) = fence::lock_of(tx, now, &self.phone, flow)? {
            return Ok(Verdict::Locked { until });
        }
        let Some(id) = self.code else { return Ok(Verdict::Dead) };
        let Some(counted) = code::count_try(tx, id, now)? else {
            return Ok(if code::is_too_old(tx, id, now)? { Verdict::TooOld } else { Verdict::Dead });
        };
        let Some(failed) = guard::count(tx, &self.phone, flow, limits::FAILED_PER_PHONE)? else {
            return Ok(Verdict::Locked { until: None });
        };
        let message = message(self.attempt, self.purpose, &self.phone, given);
        if key.verifies("sms code", &message, &counted.mac) && code::end(tx, id, now)? {
            guard::reset(tx, &self.phone, flow)?;
            return Ok(Verdict::Right);
        }
        fence::count_failed(tx, now, flow)?;
        Ok(if failed >= limits::FAILED_PER_PHONE {
            Verdict::Locked { until: None }
        } else {
            Verdict::Wrong { left: limits::TRIES.saturating_sub(counted.tries) }
        })
    }
}

#[cfg(test)]
mod tests {
    use store::Random;

    use super::OtpCode;

    #[test]
    fn codes_are_read_as_they_are_typed() {
        for text in ["048291", " 048 291 ", "048-291", "0 4 8 2 9 1", "048\u{a0}291"] {
            assert_eq!(OtpCode::parse(text).map(|code| code.digits()).as_deref(), Some("048291"), "{text:?}");
        }
        for text in [
            "",
            "48291",
            "0482911",
            "04829x",
            "０４８２９１",
            "٠٤٨٢٩١",
            "[\"048291\"]",
            "048291;048292",
            "+48291",
        ] {
            assert_eq!(OtpCode::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_digit_of_a_code_is_uniform() {
        // A1: chi-square over 10^5 codes, ten bins a place; 33.7 is the 0.9999 quantile for 9 degrees of freedom.
        let random = Random::seeded(11);
        let mut bins = [[0_f64; 10]; 6];
        for _ in 0..100_000 {
            for (place, digit) in OtpCode::draw(&random).bytes().iter().enumerate() {
                bins[place][usize::from(digit - b'0')] += 1.0;
            }
        }
        for bins in bins {
            let chi: f64 = bins.iter().map(|seen| (seen - 10_000.0).powi(2) / 10_000.0).sum();
            assert!(chi < 33.7, "{chi}");
        }
    }
}
