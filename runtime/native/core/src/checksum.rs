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

#[cfg(target_arch = "x86_64")]
mod hardware {
    use core::arch::x86_64::{__cpuid, _mm_crc32_u64, _mm_crc32_u8};

    pub fn has_instructions() -> bool {
        const SSE42: u32 = 1 << 20;
        #[allow(unused_unsafe)] // safe to call only since Rust 1.94
        // SAFETY: every 64-bit processor of this kind has the instruction.
        let found = unsafe { __cpuid(1) };
        found.ecx & SSE42 != 0
    }

    #[target_feature(enable = "sse4.2")]
    pub unsafe fn by_hardware(before: u32, bytes: &[u8]) -> u32 {
        let mut crc = u64::from(!before);
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            crc = _mm_crc32_u64(crc, word.as_ptr().cast::<u64>().read_unaligned());
        }
        let mut crc = crc as u32;
        for byte in words.remainder() {
            crc = _mm_crc32_u8(crc, *byte);
        }
        !crc
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
    pub unsafe fn by_hardware(before: u32, bytes: &[u8]) -> u32 {
        let mut crc = !before;
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            let word = word.as_ptr().cast::<u64>().read_unaligned();
            asm!(".arch_extension crc", "crc32cx {0:w}, {0:w}, {1:x}", inout(reg) crc, in(reg) word,
                options(pure, nomem, nostack));
        }
        for byte in words.remainder() {
            asm!(".arch_extension crc", "crc32cb {0:w}, {0:w}, {1:w}", inout(reg) crc,
                in(reg) u32::from(*byte), options(pure, nomem, nostack));
        }
        !crc
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod hardware {
    pub fn has_instructions() -> bool {
        false
    }

    pub unsafe fn by_hardware(before: u32, bytes: &[u8]) -> u32 {
        super::portable(before, bytes)
    }
}

use hardware::{by_hardware, has_instructions};

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
    fn a_checksum_goes_on_wherever_it_was_cut() {
        let bytes: Vec<u8> = (0..100u32).map(|number| (number * 37 % 251) as u8).collect();
        for start in 0..9 {
            let whole = all_ways(&bytes[start..]);
            for cut in start..bytes.len() {
                assert_eq!(crc32c(crc32c(0, &bytes[start..cut]), &bytes[cut..]), whole);
                assert_eq!(portable(portable(0, &bytes[start..cut]), &bytes[cut..]), whole);
            }
        }
    }
}
