//! Frames of polyray's sockets (`u32 length, u8 kind, body`), found in one go.

/// Bytes before the body of a frame.
pub const HEAD_BYTES: usize = 5;

/// Where a frame's body lies, and its kind.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Where the body begins.
    pub start: u64,
    /// Where it ends.
    pub end: u64,
    /// What kind of frame it is.
    pub kind: u64,
}

/// Bytes that are no frame: longer than allowed, or of a kind that nobody knows.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken;

/// Whole frames at the beginning of `bytes`, as many as `found` has room for: how many, and how
/// many bytes they take.
pub fn scan(
    bytes: &[u8],
    most_bytes: u32,
    last_kind: u8,
    found: &mut [Frame],
) -> Result<(usize, usize), Broken> {
    let (mut at, mut count) = (0, 0);
    while count < found.len() && bytes.len() - at >= HEAD_BYTES {
        let head = &bytes[at..at + HEAD_BYTES];
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
        let kind = head[4];
        if length > most_bytes || kind > last_kind {
            return Err(Broken);
        }
        let start = at + HEAD_BYTES;
        let end = start + length as usize;
        if end > bytes.len() {
            break;
        }
        found[count] = Frame { start: start as u64, end: end as u64, kind: kind.into() };
        count += 1;
        at = end;
    }
    Ok((count, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn framed(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut made = Vec::from((body.len() as u32).to_le_bytes());
        made.push(kind);
        made.extend(body);
        made
    }

    #[test]
    fn whole_frames_are_found_and_the_rest_is_left() {
        let bytes = [framed(1, b"abc"), framed(2, b""), framed(3, b"cut off")].concat();
        for cut in 0..7 {
            let mut found = [Frame::default(); 8];
            let (count, used) = scan(&bytes[..bytes.len() - 1 - cut], 100, 9, &mut found).unwrap();
            assert_eq!((count, used), (2, 13));
            assert_eq!(found[0], Frame { start: 5, end: 8, kind: 1 });
            assert_eq!(found[1], Frame { start: 13, end: 13, kind: 2 });
        }
    }

    #[test]
    fn no_more_than_there_is_room_for() {
        let bytes = [framed(1, b"a"), framed(2, b"b")].concat();
        let mut found = [Frame::default(); 1];
        assert_eq!(scan(&bytes, 100, 9, &mut found), Ok((1, 6)));
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        let mut found = [Frame::default(); 2];
        assert_eq!(scan(&framed(10, b"x"), 100, 9, &mut found), Err(Broken));
        assert_eq!(scan(&framed(1, &[0; 101]), 100, 9, &mut found), Err(Broken));
        assert_eq!(scan(&[0xff; 5], 100, 255, &mut found), Err(Broken));
    }
}
