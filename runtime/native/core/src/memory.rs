//! Copies of any size.

/// From here on streaming stores win: what is copied does not fit into the caches anyway, and lines
/// that are overwritten whole need not be read first. (AMD EPYC 9005, one core: 29 GB/s against 15
/// for 16 MiB; below 4 MiB plain copies stay in the cache and are twice as fast.)
pub const STREAM_BYTES: usize = if cfg!(miri) { 2 << 10 } else { 8 << 20 };

/// Copy `count` bytes, which may overlap: a view of a segment may be written to that segment.
///
/// # Safety
/// Both are mapped for so many bytes; the bytes may be changed by another process meanwhile, in
/// which case what is copied is a mixture.
pub unsafe fn copy(to: *mut u8, from: *const u8, count: usize) {
    let apart = (to as usize).abs_diff(from as usize);
    if count >= STREAM_BYTES && apart >= count {
        streamed(to, from, count);
    } else {
        from.copy_to(to, count);
    }
}

#[cfg(target_arch = "x86_64")]
unsafe fn streamed(to: *mut u8, from: *const u8, count: usize) {
    #[cfg(miri)] // which knows no streaming stores, only what they store
    use core::arch::x86_64::_mm_store_si128 as _mm_stream_si128;
    use core::arch::x86_64::{__m128i, _mm_loadu_si128};
    #[cfg(not(miri))]
    use core::arch::x86_64::{_mm_sfence, _mm_stream_si128};
    const STEP: usize = 64;

    let head = to.align_offset(STEP).min(count);
    from.copy_to_nonoverlapping(to, head);
    let body = (count - head) / STEP * STEP;
    let mut at = head;
    while at < head + body {
        let source = from.add(at).cast::<__m128i>();
        let target = to.add(at).cast::<__m128i>();
        // All four are loaded first: then the line is written in one go.
        let line = [
            _mm_loadu_si128(source),
            _mm_loadu_si128(source.add(1)),
            _mm_loadu_si128(source.add(2)),
            _mm_loadu_si128(source.add(3)),
        ];
        for (index, part) in line.iter().enumerate() {
            _mm_stream_si128(target.add(index), *part);
        }
        at += STEP;
    }
    #[cfg(not(miri))]
    _mm_sfence(); // streaming stores are ordered by nothing else
    from.add(at).copy_to_nonoverlapping(to.add(at), count - at);
}

/// The C library's own copy knows best there.
#[cfg(not(target_arch = "x86_64"))]
unsafe fn streamed(to: *mut u8, from: *const u8, count: usize) {
    from.copy_to_nonoverlapping(to, count);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;
    use std::vec::Vec;

    const MOST: usize = if cfg!(miri) { 300 } else { 4900 };

    #[test]
    fn every_byte_arrives_and_no_other_is_touched() {
        let source: Vec<u8> = (0..MOST + 100).map(|at| (at * 31 % 251) as u8).collect();
        for (from, to) in [(0, 0), (1, 0), (0, 1), (3, 62), (17, 63)] {
            for count in [0, 1, 63, 64, 65, 127, 128, 1000, 4096, MOST] {
                if count > MOST {
                    continue;
                }
                let mut target = vec![0xee_u8; MOST + 300];
                unsafe { streamed(target.as_mut_ptr().add(to), source.as_ptr().add(from), count) };
                assert_eq!(target[to..to + count], source[from..from + count]);
                assert!(target[..to].iter().chain(&target[to + count..]).all(|byte| *byte == 0xee));
            }
        }
    }

    #[test]
    fn what_overlaps_is_moved() {
        for count in [100, STREAM_BYTES] {
            for (from, to) in [(0, 9), (9, 0)] {
                let bytes: Vec<u8> = (0..count + 9).map(|at| (at % 251) as u8).collect();
                let mut moved = bytes.clone();
                let base = moved.as_mut_ptr();
                unsafe { copy(base.add(to), base.add(from), count) };
                assert!(moved[to..to + count] == bytes[from..from + count]);
            }
        }
    }

    #[test]
    fn a_copy_beyond_the_threshold_is_whole() {
        let source: Vec<u8> = (0..STREAM_BYTES + 77).map(|at| (at % 251) as u8).collect();
        let mut target = vec![0; source.len()];
        unsafe { copy(target.as_mut_ptr(), source.as_ptr(), source.len()) };
        assert!(source == target);
    }
}
