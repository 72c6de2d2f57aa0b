//! Frames from one process to another through a part of shared memory.
//!
//! Owns the order in which counters and bytes are written, and who wakes whom. One process writes,
//! one reads; each keeps its own counter and reads the other's. A frame is seen whole or not at
//! all: its writer may die at any point. Nothing here trusts what the peer has written.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use crate::layout;
use crate::memory::copy;
use crate::numbers::{compare_and_set, fence, number, spin_loop, wait, wake, Number, Waited};

/// Whoever sleeps looks by itself this often: its peer may not know how to wake it.
const LOOK_NS: u64 = 200_000_000;

/// States of a side: it does not sleep.
pub const AWAKE: u64 = 0;
/// It sleeps on this state.
pub const WAITS: u64 = 1;
/// It sleeps elsewhere, and whoever has something for it has to tell it there.
pub const DOZES: u64 = 2;

/// Why memory is not taken for a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It begins with something else, or with another version of the layout.
    Identity(u64),
    /// It was made with another capacity.
    Capacity(u64),
}

/// A peer has written what no ring can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrote {
    /// There is no room for it now.
    NoRoom,
    /// It is there.
    Done,
    /// It is there, and the reader dozes: tell it.
    Tell,
    /// It is longer than the ring.
    Never,
}

/// Where the bytes of a frame lie: in two parts if it goes beyond the end of the ring.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The first part.
    pub first: *const u8,
    /// Its length.
    pub first_bytes: usize,
    /// The rest, at the beginning of the ring.
    pub second: *const u8,
    /// Its length.
    pub second_bytes: usize,
}

impl Frame {
    /// How long it is.
    pub fn bytes(&self) -> usize {
        self.first_bytes + self.second_bytes
    }

    /// Copy it.
    ///
    /// # Safety
    /// There is room for it at `to`.
    pub unsafe fn copy_to(&self, to: *mut u8) {
        copy(to, self.first, self.first_bytes);
        copy(to.add(self.first_bytes), self.second, self.second_bytes);
    }
}

/// What a reader has before it: positions of the next frame and of the end.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Where the next frame begins.
    pub at: u64,
    /// Where nothing more was written when the reader looked.
    pub until: u64,
}

/// One side of a ring.
#[derive(Clone, Copy)]
pub struct Ring<'a> {
    written: &'a Number,
    asleep: &'a Number,
    taken: &'a Number,
    full: &'a Number,
    bytes: *mut u8,
    capacity: u64,
}

impl<'a> Ring<'a> {
    /// Make or open the ring at `head`: whoever comes first says how large it is.
    ///
    /// # Safety
    /// As for `over`.
    pub unsafe fn open(head: *mut u8, capacity: u64) -> Result<Self, Refused> {
        let found = compare_and_set(number(head), 0, layout::IDENTITY);
        if found != 0 && found != layout::IDENTITY {
            return Err(Refused::Identity(found));
        }
        let found = compare_and_set(number(head.add(layout::CAPACITY)), 0, capacity);
        if found != 0 && found != capacity {
            return Err(Refused::Capacity(found));
        }
        Ok(Self::over(head, capacity))
    }

    /// A ring that has been opened before.
    ///
    /// # Safety
    /// `head` is aligned to eight bytes; `HEAD_BYTES + capacity` bytes from there are mapped for
    /// reading and writing, and stay so for `'a`.
    pub unsafe fn over(head: *mut u8, capacity: u64) -> Self {
        Ring {
            written: number(head.add(layout::WRITTEN)),
            asleep: number(head.add(layout::ASLEEP)),
            taken: number(head.add(layout::TAKEN)),
            full: number(head.add(layout::FULL)),
            bytes: head.add(layout::HEAD_BYTES),
            capacity,
        }
    }

    // --- the writer ------------------------------------------------------------------------

    /// Add a frame.
    ///
    /// # Safety
    /// `count` bytes can be read at `frame`, and nobody else writes to this ring.
    pub unsafe fn write(&self, frame: *const u8, count: usize) -> Result<Wrote, Broken> {
        let needed = (layout::LENGTH_BYTES + count) as u64;
        if needed > self.capacity {
            return Ok(Wrote::Never);
        }
        let written = self.written.load(Relaxed);
        let used = written.wrapping_sub(self.taken.load(Acquire));
        if used > self.capacity {
            return Err(Broken);
        }
        if needed > self.capacity - used {
            return Ok(Wrote::NoRoom);
        }
        self.put(written, (count as u32).to_le_bytes().as_ptr(), layout::LENGTH_BYTES);
        self.put(written.wrapping_add(layout::LENGTH_BYTES as u64), frame, count);
        self.written.store(written.wrapping_add(needed), Release); // last: now it is there
        fence(SeqCst); // either we see that the reader sleeps, or it sees the frame
        if self.asleep.load(Relaxed) == AWAKE {
            return Ok(Wrote::Done);
        }
        match self.asleep.swap(AWAKE, SeqCst) {
            DOZES => return Ok(Wrote::Tell),
            WAITS => wake(self.asleep),
            _ => {}
        }
        Ok(Wrote::Done)
    }

    /// Wait until the reader has taken something, unless there is room for `needed` bytes now.
    pub fn wait_for_room(&self, needed: usize, spins: u32, timeout_ns: u64) -> Waited {
        let written = self.written.load(Relaxed);
        let needed = (layout::LENGTH_BYTES + needed) as u64;
        let taken = self.taken.load(Acquire);
        if needed <= self.capacity.saturating_sub(written.wrapping_sub(taken)) {
            return Waited::Changed;
        }
        sleep(self.full, self.taken, taken, spins, timeout_ns)
    }

    unsafe fn put(&self, position: u64, from: *const u8, count: usize) {
        let (at, first) = self.place(position, count);
        copy(self.bytes.add(at), from, first);
        copy(self.bytes, from.add(first), count - first);
    }

    // --- the reader ------------------------------------------------------------------------

    /// What there is to be taken.
    pub fn look(&self) -> Result<Seen, Broken> {
        let at = self.taken.load(Relaxed);
        let until = self.written.load(Acquire);
        if until.wrapping_sub(at) > self.capacity {
            return Err(Broken);
        }
        Ok(Seen { at, until })
    }

    /// The next frame of what was seen, which stays where it is until `release`.
    pub fn next(&self, seen: &mut Seen) -> Result<Option<Frame>, Broken> {
        let left = seen.until.wrapping_sub(seen.at);
        if left == 0 {
            return Ok(None);
        }
        if left < layout::LENGTH_BYTES as u64 {
            return Err(Broken);
        }
        let mut length = [0; layout::LENGTH_BYTES];
        // SAFETY: a frame's parts lie within the ring, whatever its position.
        unsafe { self.frame(seen.at, length.len()).copy_to(length.as_mut_ptr()) };
        let count = u64::from(u32::from_le_bytes(length));
        if count > left - layout::LENGTH_BYTES as u64 {
            return Err(Broken);
        }
        let start = seen.at.wrapping_add(layout::LENGTH_BYTES as u64);
        seen.at = start.wrapping_add(count);
        Ok(Some(self.frame(start, count as usize)))
    }

    /// Give the room of all frames before `seen.at` back to the writer.
    pub fn release(&self, seen: &Seen) {
        self.taken.store(seen.at, Release);
        fence(SeqCst); // as in `write`, the other way round
        if self.full.load(Relaxed) != AWAKE && self.full.swap(AWAKE, SeqCst) == WAITS {
            wake(self.full);
        }
    }

    /// Wait until there is a frame.
    pub fn wait(&self, spins: u32, timeout_ns: u64) -> Waited {
        sleep(self.asleep, self.written, self.taken.load(Relaxed), spins, timeout_ns)
    }

    /// Say that the reader is about to sleep elsewhere; false if there is a frame already.
    pub fn doze(&self) -> bool {
        self.asleep.store(DOZES, Relaxed);
        fence(SeqCst);
        if self.written.load(Acquire) == self.taken.load(Relaxed) {
            return true;
        }
        self.asleep.store(AWAKE, Relaxed);
        false
    }

    fn frame(&self, position: u64, count: usize) -> Frame {
        let (at, first) = self.place(position, count);
        Frame {
            // SAFETY: `at` is within the ring.
            first: unsafe { self.bytes.add(at) },
            first_bytes: first,
            second: self.bytes,
            second_bytes: count - first,
        }
    }

    /// Where a position lies, and how many of `count` bytes from there fit before the end.
    fn place(&self, position: u64, count: usize) -> (usize, usize) {
        let at = (position % self.capacity) as usize;
        (at, count.min(self.capacity as usize - at))
    }
}

/// Look `spins` times, then say that this side sleeps, and sleep until the other side unsays it.
///
/// It sleeps on its own state, not on the counter: a peer that is late may unsay for an older change
/// what is said here for the next one, and that must not be slept through.
fn sleep(state: &Number, counter: &Number, value: u64, spins: u32, timeout_ns: u64) -> Waited {
    for _ in 0..spins {
        if counter.load(Acquire) != value {
            return Waited::Changed;
        }
        spin_loop();
    }
    state.store(WAITS, Relaxed);
    fence(SeqCst);
    let mut ended = Waited::Changed;
    if counter.load(Acquire) == value {
        ended = wait(state, WAITS, 0, timeout_ns, LOOK_NS);
    }
    state.store(AWAKE, Relaxed);
    if counter.load(Acquire) != value {
        Waited::Changed
    } else if ended == Waited::TimedOut {
        Waited::TimedOut
    } else {
        Waited::Again
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use std::vec;
    use std::vec::Vec;

    const LONG_NS: u64 = 30_000_000_000;
    const TURNS: usize = if cfg!(miri) { 40 } else { 400 };
    const FRAMES: u32 = if cfg!(miri) { 200 } else { 20_000 };

    /// Memory aligned as a mapping is.
    struct Memory(Vec<u64>);

    impl Memory {
        fn new(capacity: u64) -> Self {
            Memory(vec![0; (layout::HEAD_BYTES + capacity as usize) / 8 + 1])
        }

        fn head(&self) -> *mut u8 {
            self.0.as_ptr() as *mut u8
        }

        fn set(&self, offset: usize, value: u64) {
            unsafe { number(self.head().add(offset)).store(value, SeqCst) }
        }
    }

    fn write(ring: &Ring, frame: &[u8]) -> Result<Wrote, Broken> {
        unsafe { ring.write(frame.as_ptr(), frame.len()) }
    }

    fn take(ring: &Ring) -> Result<Vec<Vec<u8>>, Broken> {
        let mut seen = ring.look()?;
        let mut found = Vec::new();
        while let Some(frame) = ring.next(&mut seen)? {
            let mut copied = vec![0; frame.bytes()];
            unsafe { frame.copy_to(copied.as_mut_ptr()) };
            found.push(copied);
        }
        ring.release(&seen);
        Ok(found)
    }

    #[test]
    fn whoever_comes_second_must_agree() {
        let memory = Memory::new(64);
        assert!(unsafe { Ring::open(memory.head(), 64) }.is_ok());
        assert!(unsafe { Ring::open(memory.head(), 64) }.is_ok());
        let other = unsafe { Ring::open(memory.head(), 32) }.err();
        assert_eq!(other, Some(Refused::Capacity(64)));
        memory.set(0, layout::IDENTITY + (1 << 32));
        let other = unsafe { Ring::open(memory.head(), 64) }.err();
        assert_eq!(other, Some(Refused::Identity(layout::IDENTITY + (1 << 32))));
    }

    #[test]
    fn it_says_when_it_is_full() {
        let memory = Memory::new(64);
        let ring = unsafe { Ring::open(memory.head(), 64) }.ok().unwrap();
        assert_eq!(write(&ring, &[1; 61]), Ok(Wrote::Never));
        assert_eq!(write(&ring, &[1; 40]), Ok(Wrote::Done));
        assert_eq!(write(&ring, &[2; 17]), Ok(Wrote::NoRoom));
        assert_eq!(write(&ring, &[2; 16]), Ok(Wrote::Done));
        assert_eq!(take(&ring), Ok(vec![vec![1; 40], vec![2; 16]]));
        assert_eq!(write(&ring, &[3; 60]), Ok(Wrote::Done));
        assert_eq!(take(&ring), Ok(vec![vec![3; 60]]));
    }

    #[test]
    fn frames_keep_their_bytes_at_every_position() {
        for capacity in [64_u64, 65, 97] {
            let memory = Memory::new(capacity);
            let ring = unsafe { Ring::open(memory.head(), capacity) }.ok().unwrap();
            for turn in 0..TURNS {
                let sent: Vec<Vec<u8>> =
                    (0..turn % 3).map(|k| vec![(turn + k) as u8; (turn * 7 + k) % 16]).collect();
                for frame in &sent {
                    assert_eq!(write(&ring, frame), Ok(Wrote::Done));
                }
                assert_eq!(take(&ring), Ok(sent));
            }
        }
    }

    #[test]
    fn what_no_writer_makes_is_refused() {
        let memory = Memory::new(64);
        let ring = unsafe { Ring::open(memory.head(), 64) }.ok().unwrap();
        for (written, taken) in [(65, 0), (0, 1), (u64::MAX, 0), (3, 0), (10, 0)] {
            memory.set(layout::WRITTEN, written);
            memory.set(layout::TAKEN, taken);
            memory.set(layout::HEAD_BYTES, u64::MAX); // lengths of 4 GiB
            assert_eq!(take(&ring), Err(Broken), "{} {}", written, taken);
        }
        memory.set(layout::WRITTEN, 0);
        memory.set(layout::TAKEN, 1);
        assert_eq!(write(&ring, b"x"), Err(Broken));
    }

    #[test]
    fn a_dozing_reader_is_told_about_once() {
        let memory = Memory::new(64);
        let ring = unsafe { Ring::open(memory.head(), 64) }.ok().unwrap();
        assert!(ring.doze());
        assert_eq!(write(&ring, b"a"), Ok(Wrote::Tell));
        assert_eq!(write(&ring, b"b"), Ok(Wrote::Done));
        assert!(!ring.doze());
        assert_eq!(write(&ring, b"c"), Ok(Wrote::Done));
    }

    #[test]
    fn waiting_ends_after_its_time() {
        let memory = Memory::new(64);
        let ring = unsafe { Ring::open(memory.head(), 64) }.ok().unwrap();
        assert_eq!(ring.wait(5, 1_000_000), Waited::TimedOut);
        assert_eq!(ring.wait_for_room(60, 5, 1_000_000), Waited::Changed);
        assert_eq!(write(&ring, b"x"), Ok(Wrote::Done));
        assert_eq!(ring.wait_for_room(60, 5, 1_000_000), Waited::TimedOut);
        assert_eq!(ring.wait(0, LONG_NS), Waited::Changed);
    }

    #[test]
    fn two_threads_pass_everything_in_order() {
        for spins in [0, 50] {
            let memory = Memory::new(61);
            let memory = &memory;
            thread::scope(|scope| {
                scope.spawn(move || {
                    let ring = unsafe { Ring::open(memory.head(), 61) }.ok().unwrap();
                    for number in 0..FRAMES {
                        let bytes = number.to_le_bytes();
                        let frame = &bytes[..number as usize % 5];
                        while write(&ring, frame).unwrap() == Wrote::NoRoom {
                            ring.wait_for_room(frame.len(), spins, LONG_NS);
                        }
                    }
                });
                let ring = unsafe { Ring::open(memory.head(), 61) }.ok().unwrap();
                let mut number = 0_u32;
                while number < FRAMES {
                    assert_ne!(ring.wait(spins, LONG_NS), Waited::TimedOut);
                    for frame in take(&ring).unwrap() {
                        assert_eq!(frame, number.to_le_bytes()[..number as usize % 5]);
                        number += 1;
                    }
                }
            });
        }
    }
}
