//! CRC-32C (Castagnoli, polynomial 0x1EDC6F41, reflected), as RFC 3720 appendix B.4 has it.

use core::sync::atomic::{AtomicU8, Ordering::Relaxed};

const POLYNOMIAL: u32 = 0x82f6_3b78;
static TABLES: [[u32; 256]; 8] = tables();

const UNKNOWN: u8 = 0;
const PORTABLE: u8 = 1;
const HARDWARE: u8 = 2;
static BY: AtomicU8 = AtomicU8::new(UNKNOWN);

/// The checksum of bytes that come behind others whose checksum is `before` (0: behind nothing).
pub fn crc32c(before: u32, bytes: &[u8]) -> u32 {
    if BY.load(Relaxed) == UNKNOWN {
        BY.store(if has_instructions() { HARDWARE } else { PORTABLE }, Relaxed);
    }
    if BY.load(Relaxed) == HARDWARE {
        // SAFETY: the processor has the instructions.
        return unsafe { by_hardware(before, bytes) };
    }
    portable(before, bytes)
}

/// Eight tables, eight bytes a step (Kounavis and Berry, IEEE ISCC 2005).
fn portable(before: u32, bytes: &[u8]) -> u32 {
    let mut crc = !before;
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        let low = crc ^ u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
        crc = TABLES[7][(low & 255) as usize]
            ^ TABLES[6][(low >> 8 & 255) as usize]
            ^ TABLES[5][(low >> 16 & 255) as usize]
            ^ TABLES[4][(low >> 24) as usize]
            ^ TABLES[3][word[4] as usize]
            ^ TABLES[2][word[5] as usize]
            ^ TABLES[1][word[6] as usize]
            ^ TABLES[0][word[7] as usize];
    }
    for byte in words.remainder() {
        crc = TABLES[0][((crc ^ u32::from(*byte)) & 255) as usize] ^ crc >> 8;
    }
    !crc
}

const fn tables() -> [[u32; 256]; 8] {
    let mut found = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = crc >> 1 ^ POLYNOMIAL & (crc & 1).wrapping_neg();
            bit += 1;
        }
        found[0][byte] = crc;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let crc = found[table - 1][byte];
            found[table][byte] = found[0][(crc & 255) as usize] ^ crc >> 8;
            byte += 1;
        }
        table += 1;
    }
    found
}

/// Bytes of each of three lanes: the instruction takes three cycles, and starts anew in each.
const LANE: usize = 1024;
static OVER_A_LANE: [[u32; 256]; 4] = over_a_lane();

/// By table, what each byte of a checksum becomes behind a lane of zeros; all of it is linear.
const fn over_a_lane() -> [[u32; 256]; 4] {
    let byte_by_byte = tables();
    let mut found = [[0; 256]; 4];
    let mut bit = 0;
    while bit < 32 {
        let mut crc = 1u32 << bit;
        let mut zeros = 0;
        while zeros < LANE {
            crc = byte_by_byte[0][(crc & 255) as usize] ^ crc >> 8;
            zeros += 1;
        }
        let with = 1 << (bit % 8);
        let mut byte = 0;
        while byte < 256 {
            if byte & with != 0 {
                found[bit / 8][byte] ^= crc;
            }
            byte += 1;
        }
        bit += 1;
    }
    found
}

fn moved_over_a_lane(crc: u32) -> u32 {
    OVER_A_LANE[0][(crc & 255) as usize]
        ^ OVER_A_LANE[1][(crc >> 8 & 255) as usize]
        ^ OVER_A_LANE[2][(crc >> 16 & 255) as usize]
        ^ OVER_A_LANE[3][(crc >> 24) as usize]
}

/// # Safety
/// The processor has the instructions.
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "sse4.2"))]
unsafe fn by_hardware(before: u32, bytes: &[u8]) -> u32 {
    let mut crc = !before;
    let mut blocks = bytes.chunks_exact(3 * LANE);
    for block in &mut blocks {
        let (mut second, mut third) = (0, 0);
        for at in (0..LANE).step_by(8) {
            let word = |lane: usize| {
                let there = block.as_ptr().add(lane * LANE + at);
                u64::from_le(there.cast::<u64>().read_unaligned())
            };
            crc = of_word(crc, word(0));
            second = of_word(second, word(1));
            third = of_word(third, word(2));
        }
        crc = moved_over_a_lane(crc) ^ second;
        crc = moved_over_a_lane(crc) ^ third;
    }
    let mut words = blocks.remainder().chunks_exact(8);
    for word in &mut words {
        crc = of_word(crc, u64::from_le(word.as_ptr().cast::<u64>().read_unaligned()));
    }
    for byte in words.remainder() {
        crc = of_byte(crc, *byte);
    }
    !crc
}

#[cfg(target_arch = "x86_64")]
mod hardware {
    use core::arch::x86_64::{__cpuid, _mm_crc32_u64, _mm_crc32_u8};

    pub fn has_instructions() -> bool {
        const SSE42: u32 = 1 << 20;
        if cfg!(miri) {
            return cfg!(target_feature = "sse4.2"); // it knows the instruction, but no processor
        }
        #[allow(unused_unsafe)] // safe to call only since Rust 1.94
        // SAFETY: every 64-bit processor of this kind has the instruction.
        let found = unsafe { __cpuid(1) };
        found.ecx & SSE42 != 0
    }

    #[inline]
    #[target_feature(enable = "sse4.2")]
    pub unsafe fn of_word(crc: u32, word: u64) -> u32 {
        _mm_crc32_u64(u64::from(crc), word) as u32
    }

    #[inline]
    #[target_feature(enable = "sse4.2")]
    pub unsafe fn of_byte(crc: u32, byte: u8) -> u32 {
        _mm_crc32_u8(crc, byte)
    }
}

#[cfg(target_arch = "aarch64")]
mod hardware {
    use core::arch::asm;

    use crate::system::{getauxval, AT_HWCAP};

    pub fn has_instructions() -> bool {
        const HWCAP_CRC32: u64 = 1 << 7;
        // SAFETY: it only reads what the kernel has said at the start.
        unsafe { getauxval(AT_HWCAP) & HWCAP_CRC32 != 0 }
    }

    // By their mnemonics: the intrinsics are stable only since Rust 1.80.
    #[inline]
    pub unsafe fn of_word(mut crc: u32, word: u64) -> u32 {
        asm!(".arch_extension crc", "crc32cx {0:w}, {0:w}, {1:x}", inout(reg) crc, in(reg) word,
            options(pure, nomem, nostack));
        crc
    }

    #[inline]
    pub unsafe fn of_byte(mut crc: u32, byte: u8) -> u32 {
        asm!(".arch_extension crc", "crc32cb {0:w}, {0:w}, {1:w}", inout(reg) crc,
            in(reg) u32::from(byte), options(pure, nomem, nostack));
        crc
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod hardware {
    pub fn has_instructions() -> bool {
        false
    }

    pub unsafe fn of_word(crc: u32, word: u64) -> u32 {
        !super::portable(!crc, &word.to_le_bytes())
    }

    pub unsafe fn of_byte(crc: u32, byte: u8) -> u32 {
        !super::portable(!crc, &[byte])
    }
}

use hardware::{has_instructions, of_byte, of_word};

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn all_ways(bytes: &[u8]) -> u32 {
        let found = portable(0, bytes);
        assert_eq!(crc32c(0, bytes), found);
        if has_instructions() {
            assert_eq!(unsafe { by_hardware(0, bytes) }, found);
        }
        found
    }

    #[test]
    fn known_answers() {
        // RFC 3720, appendix B.4, and the usual check value.
        assert_eq!(all_ways(b"123456789"), 0xe306_9283);
        assert_eq!(all_ways(&[0; 32]), 0x8a91_36aa);
        assert_eq!(all_ways(&[0xff; 32]), 0x62a8_ab43);
        assert_eq!(all_ways(&(0..32).collect::<Vec<u8>>()), 0x46dd_794e);
        assert_eq!(all_ways(&(0..32).rev().collect::<Vec<u8>>()), 0x113f_db5c);
        assert_eq!(all_ways(b""), 0);
    }

    #[test]
    fn three_lanes_are_one_stream() {
        let bytes: Vec<u8> =
            (0..4 * 3 * LANE as u32).map(|number| (number * 37 % 251) as u8).collect();
        for length in [3 * LANE - 1, 3 * LANE, 3 * LANE + 1, 6 * LANE + 9, bytes.len()] {
            all_ways(&bytes[..length]);
            all_ways(&bytes[bytes.len() - length..]);
        }
    }

    #[test]
    fn a_checksum_goes_on_wherever_it_was_cut() {
        const COUNT: u32 = if cfg!(miri) { 30 } else { 100 };
        let bytes: Vec<u8> = (0..COUNT).map(|number| (number * 37 % 251) as u8).collect();
        for start in 0..9 {
            let whole = all_ways(&bytes[start..]);
            for cut in start..bytes.len() {
                assert_eq!(crc32c(crc32c(0, &bytes[start..cut]), &bytes[cut..]), whole);
                assert_eq!(portable(portable(0, &bytes[start..cut]), &bytes[cut..]), whole);
            }
        }
    }
}
