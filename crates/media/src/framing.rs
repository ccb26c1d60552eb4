//! Packets on a TCP connection: two bytes of length, then the packet (RFC 4571).

use std::collections::VecDeque;
use std::io::{self, Read, Write};

/// No packet of ours or of a browser is longer; a longer one ends the connection.
pub(crate) const LONGEST: usize = 1500;

/// Cuts what is read into packets.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pending: Vec<u8>,
}

/// What ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a packet of {0} bytes")]
pub(crate) struct TooLong(usize);

impl Reader {
    pub(crate) fn starting_with(bytes: Vec<u8>) -> Self {
        Self { pending: bytes }
    }

    /// Reads what is there, up to a bound, so that one fast sender does not hold up others. Says whether the other side
    /// has ended.
    pub(crate) fn fill(&mut self, stream: &mut impl Read) -> io::Result<bool> {
        let mut bytes = [0; 16 * 1024];
        match stream.read(&mut bytes) {
            Ok(0) => Ok(true),
            Ok(number) => {
                self.pending.extend_from_slice(&bytes[..number]);
                Ok(false)
            }
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => Ok(false),
            Err(cause) => Err(cause),
        }
    }

    /// The next whole packet.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, TooLong> {
        let Some((head, rest)) = self.pending.split_at_checked(2) else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes([head[0], head[1]]));
        if length > LONGEST {
            return Err(TooLong(length));
        }
        let Some(packet) = rest.get(..length) else { return Ok(None) };
        let packet = packet.to_vec();
        self.pending.drain(..2 + length);
        Ok(Some(packet))
    }

    /// What is read and not cut yet.
    pub(crate) fn into_rest(self) -> Vec<u8> {
        self.pending
    }
}

/// Packets that wait for a slow reader. What does not fit is dropped whole, so the stream never loses its frame (CALL-I5).
#[derive(Debug)]
pub(crate) struct Writer {
    queue: VecDeque<Vec<u8>>,
    bytes: usize,
    most: usize,
    /// How much of the first packet is written.
    begun: usize,
    dropped: u64,
}

impl Writer {
    pub(crate) fn new(most: usize) -> Self {
        Self { queue: VecDeque::new(), bytes: 0, most, begun: 0, dropped: 0 }
    }

    pub(crate) fn push(&mut self, packet: &[u8]) {
        let Ok(length) = u16::try_from(packet.len()) else { return };
        if self.bytes + packet.len() + 2 > self.most {
            self.dropped += 1;
            return;
        }
        let mut framed = Vec::with_capacity(packet.len() + 2);
        framed.extend_from_slice(&length.to_be_bytes());
        framed.extend_from_slice(packet);
        self.bytes += framed.len();
        self.queue.push_back(framed);
    }

    /// Writes what fits. An error ends the connection.
    pub(crate) fn drain(&mut self, stream: &mut impl Write) -> io::Result<()> {
        while let Some(first) = self.queue.front() {
            match stream.write(&first[self.begun..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(number) => {
                    self.begun += number;
                    if self.begun == first.len() {
                        self.bytes -= first.len();
                        self.begun = 0;
                        self.queue.pop_front();
                    }
                }
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => break,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
        Ok(())
    }

    /// Forgets media that waits (CALL-I2), but for a packet that is partly written.
    pub(crate) fn forget_media(&mut self) {
        let begun = self.begun > 0;
        let mut at = 0;
        self.queue.retain(|packet| {
            let first = at == 0 && begun;
            at += 1;
            let media = packet.get(2).is_some_and(|byte| (128..=191).contains(byte));
            first || !media
        });
        self.bytes = self.queue.iter().map(Vec::len).sum();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// How many packets were dropped since this was last asked.
    pub(crate) fn take_dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Takes a few bytes at a time, and then none.
    struct Slow {
        taken: Vec<u8>,
        room: usize,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let number = bytes.len().min(self.room).min(7);
            if number == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.room -= number;
            self.taken.extend_from_slice(&bytes[..number]);
            Ok(number)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn packets(bytes: Vec<u8>) -> Vec<Vec<u8>> {
        let mut reader = Reader::starting_with(bytes);
        std::iter::from_fn(|| reader.next().unwrap()).collect()
    }

    #[test]
    fn a_reader_that_stops_costs_whole_packets_only() {
        // CALL-I5: 256 KiB wait at most.
        let mut writer = Writer::new(256 * 1024);
        let mut slow = Slow { taken: Vec::new(), room: 1000 };
        for number in 0..1000_u16 {
            writer.push(&[&number.to_be_bytes()[..], &[9; 998]].concat());
            writer.drain(&mut slow).unwrap();
        }
        assert!(writer.bytes <= 256 * 1024);
        assert!(writer.take_dropped() > 700);
        slow.room = usize::MAX;
        writer.drain(&mut slow).unwrap();
        assert!(writer.is_empty());
        let got = packets(slow.taken);
        assert!(got.len() > 250 && got.iter().all(|packet| packet.len() == 1000));
        let order: Vec<u16> = got.iter().map(|packet| u16::from_be_bytes([packet[0], packet[1]])).collect();
        assert!(order.is_sorted());
    }

    #[test]
    fn forgotten_media_leaves_the_frame_whole() {
        // CALL-I2: queued packets included.
        let mut writer = Writer::new(10_000);
        let mut slow = Slow { taken: Vec::new(), room: 5 };
        writer.push(&[128; 100]);
        writer.push(&[129; 100]);
        writer.push(&[22; 50]);
        writer.drain(&mut slow).unwrap();
        writer.forget_media();
        slow.room = usize::MAX;
        writer.drain(&mut slow).unwrap();
        assert_eq!(packets(slow.taken), [vec![128; 100], vec![22; 50]]);
    }

    #[test]
    fn a_packet_longer_than_any_ends_the_connection() {
        assert_eq!(Reader::starting_with(vec![0xff, 0xff, 1]).next(), Err(TooLong(65_535)));
    }

    proptest! {
        #[test]
        fn packets_come_out_as_they_went_in(sizes in proptest::collection::vec(0..LONGEST, 0..20), cut in 1..50_usize) {
            let mut writer = Writer::new(usize::MAX);
            let sent: Vec<Vec<u8>> = sizes.iter().map(|size| vec![7; *size]).collect();
            sent.iter().for_each(|packet| writer.push(packet));
            let mut slow = Slow { taken: Vec::new(), room: usize::MAX };
            writer.drain(&mut slow).unwrap();
            let (mut reader, mut got) = (Reader::default(), Vec::new());
            for mut piece in slow.taken.chunks(cut) {
                reader.fill(&mut piece).unwrap();
                while let Some(packet) = reader.next().unwrap() {
                    got.push(packet);
                }
            }
            prop_assert_eq!(got, sent);
        }
    }
}
