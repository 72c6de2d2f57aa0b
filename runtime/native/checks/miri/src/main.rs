//! Defects for Miri to find, by the core's own functions: `race`, `beyond` or `stale`.

use std::thread;

use polyray_core::layout::HEAD_BYTES;
use polyray_core::memory::copy;
use polyray_core::ring::{Broken, Ring, Wrote};

const CAPACITY: u64 = 64;
/// There is room for one of these.
const FRAME: [u8; 40] = [1; 40];

/// Memory for a ring, aligned as a mapping is.
struct Memory(Vec<u64>);

impl Memory {
    fn new() -> Self {
        Memory(vec![0; HEAD_BYTES / 8 + CAPACITY as usize / 8])
    }

    fn ring(&self) -> Ring<'_> {
        unsafe { Ring::open(self.0.as_ptr() as *mut u8, CAPACITY) }.unwrap()
    }
}

/// A frame is read after its room was given back, while the writer takes that.
fn race() {
    let memory = Memory::new();
    let ring = memory.ring();
    assert_eq!(write(&ring), Ok(Wrote::Done));
    let mut seen = ring.look().unwrap();
    let frame = ring.next(&mut seen).unwrap().unwrap();
    ring.release(&seen);
    thread::scope(|scope| {
        scope.spawn(|| write(&memory.ring()));
        unsafe { frame.copy_to([0; FRAME.len()].as_mut_ptr()) };
    });
}

fn write(ring: &Ring) -> Result<Wrote, Broken> {
    unsafe { ring.write(FRAME.as_ptr(), FRAME.len()) }
}

/// A byte beyond what there is.
fn beyond() {
    unsafe { copy([0; 64].as_mut_ptr(), [0; 63].as_ptr(), 64) };
}

/// A ring whose memory is gone.
fn stale() {
    let memory = Memory::new();
    let ring = unsafe { Ring::open(memory.0.as_ptr() as *mut u8, CAPACITY) }.unwrap();
    drop(memory);
    let _ = ring.look();
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("race") => race(),
        Some("beyond") => beyond(),
        Some("stale") => stale(),
        other => panic!("no such defect: {other:?}"),
    }
}
