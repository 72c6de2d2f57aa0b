//! Frames in any bytes: found as one would by hand, and the same however many are asked for at once.
//! Also their checksum, as it is defined bit by bit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polyray_core::checksum::crc32c;
use polyray_core::frames::{scan, Frame};

/// `None`: broken.
fn by_hand(bytes: &[u8], most_bytes: u32, last_kind: u8) -> Option<Vec<Frame>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((head, rest)) = bytes[at..].split_first_chunk::<5>() {
        let [a, b, c, d, kind] = *head;
        let length = u32::from_le_bytes([a, b, c, d]);
        if length > most_bytes || kind > last_kind {
            return None;
        }
        if rest.len() < length as usize {
            break;
        }
        let start = at + 5;
        at = start + length as usize;
        found.push(Frame { start: start as u64, end: at as u64, kind: kind.into() });
    }
    Some(found)
}

fn crc_by_bits(bytes: &[u8]) -> u32 {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0x82f6_3b78 } else { crc >> 1 };
        }
    }
    !crc
}

fuzz_target!(|input: (u32, u8, u8, &[u8])| {
    let (most_bytes, last_kind, room, bytes) = input;
    let expected = by_hand(bytes, most_bytes, last_kind);
    let mut found = vec![Frame::default(); bytes.len() / 5 + 1];
    let whole = scan(bytes, most_bytes, last_kind, &mut found);
    assert_eq!(whole.as_ref().ok().map(|(count, _)| &found[..*count]), expected.as_deref());

    // A few at a time: those before what is broken, too.
    let mut few = vec![Frame::default(); usize::from(room % 4) + 1];
    let mut at = 0;
    let mut gathered = Vec::new();
    let ended = loop {
        match scan(&bytes[at..], most_bytes, last_kind, &mut few) {
            Err(_) => break None,
            Ok((0, used)) => {
                assert_eq!(used, 0);
                break Some(gathered);
            }
            Ok((count, used)) => {
                gathered.extend(few[..count].iter().map(|frame| Frame {
                    start: frame.start + at as u64,
                    end: frame.end + at as u64,
                    kind: frame.kind,
                }));
                at += used;
            }
        }
    };
    assert_eq!(ended, expected);

    let cut = usize::from(room).min(bytes.len());
    assert_eq!(crc32c(crc32c(0, &bytes[..cut]), &bytes[cut..]), crc_by_bits(bytes));
});
