//! Where things lie in memory that processes share: `LAYOUT.md` in numbers.

/// Version of the layouts. Peers with different ones never share memory.
pub const LAYOUT: u32 = 2;

/// What the first eight bytes of a ring say: `PLYR`, then the version.
pub const IDENTITY: u64 = (LAYOUT as u64) << 32 | u32::from_le_bytes(*b"PLYR") as u64;

/// Bytes of a cache line: what two processes write is kept on different ones.
pub const LINE_BYTES: usize = 64;

/// Of a ring: how many bytes it holds.
pub const CAPACITY: usize = 8;
/// Of a ring: bytes ever written; the writer's.
pub const WRITTEN: usize = LINE_BYTES;
/// Of a ring: does the reader sleep, and how is it woken? See `ring::AWAKE` and the others.
pub const ASLEEP: usize = LINE_BYTES + 8;
/// Of a ring: bytes ever taken; the reader's.
pub const TAKEN: usize = 2 * LINE_BYTES;
/// Of a ring: does the writer wait for room?
pub const FULL: usize = 2 * LINE_BYTES + 8;
/// Of a ring: where its bytes begin.
pub const HEAD_BYTES: usize = 3 * LINE_BYTES;

/// Bytes before each frame of a ring: its length.
pub const LENGTH_BYTES: usize = 4;
/// The most that a ring may hold: its counters differ by less than half of what a futex compares.
pub const MOST_CAPACITY: u64 = 1 << 30;
