//! What two threads do to one ring, or to numbers of a segment.

use loom::sync::atomic::Ordering::SeqCst;
use loom::sync::{Arc, Notify};
use loom::thread;

use crate::atomic::AtomicU64;
use crate::memory::Memory;
use crate::numbers::{compare_and_set, wait, wake, Waited};
use crate::ring::{Refused, Ring, Wrote};

/// What it is, the most changes of thread where none is forced (none given: all), and what is done.
pub const MODELS: &[(&str, Option<usize>, fn())] = &[
    ("two open one ring", None, two_open_one_ring),
    ("two open with different capacities", None, one_of_two_capacities_is_refused),
    ("a number that is changed wakes who waits", None, a_change_wakes),
    ("no change of a number is lost", None, no_change_is_lost),
    ("a frame for a reader that sleeps", None, one_frame_wakes),
    ("two frames, both sides sleep", Some(8), two_frames_pass),
    ("three frames around the end, both sides sleep", Some(5), three_frames_pass),
    ("two frames for a reader that dozes", Some(5), dozing_is_told),
];

const LONG_NS: u64 = u64::MAX;
/// For frames of two bytes: the second goes around the end, and there is never room for two.
const CAPACITY: u64 = 7;

struct Shared(Memory);

// SAFETY: what is shared goes through the core, which is what is checked here.
unsafe impl Send for Shared {}
unsafe impl Sync for Shared {}

impl Shared {
    fn new() -> Arc<Self> {
        Arc::new(Shared(Memory::new(CAPACITY)))
    }

    fn ring(&self) -> Ring<'_> {
        unsafe { Ring::over(self.0.head(), CAPACITY) }
    }
}

fn write(ring: &Ring, frame: &[u8]) -> Wrote {
    loop {
        match unsafe { ring.write(frame.as_ptr(), frame.len()) }.unwrap() {
            Wrote::NoRoom => assert_ne!(room(ring, frame.len()), Waited::TimedOut),
            wrote => return wrote,
        }
    }
}

fn room(ring: &Ring, count: usize) -> Waited {
    ring.wait_for_room(count, 0, LONG_NS)
}

/// All frames that are there.
fn take(ring: &Ring) -> Vec<Vec<u8>> {
    let mut seen = ring.look().unwrap();
    let mut found = Vec::new();
    while let Some(frame) = ring.next(&mut seen).unwrap() {
        let mut copied = vec![0; frame.bytes()];
        unsafe { frame.copy_to(copied.as_mut_ptr()) };
        found.push(copied);
    }
    ring.release(&seen);
    found
}

fn pass(frames: &'static [&'static [u8]]) {
    let shared = Shared::new();
    let writing = Arc::clone(&shared);
    let writer = thread::spawn(move || {
        for frame in frames {
            assert_eq!(write(&writing.ring(), frame), Wrote::Done);
        }
    });
    let mut found = Vec::new();
    while found.len() < frames.len() {
        assert_ne!(shared.ring().wait(0, LONG_NS), Waited::TimedOut);
        found.extend(take(&shared.ring()));
    }
    assert_eq!(found, frames);
    writer.join().unwrap();
}

/// What a planted defect has to spoil.
pub fn one_frame_wakes() {
    pass(&[b"ab"]);
}

fn two_frames_pass() {
    pass(&[b"ab", b"cd"]);
}

fn three_frames_pass() {
    pass(&[b"ab", b"cd", b"e"]);
}

fn dozing_is_told() {
    let shared = Shared::new();
    let told = Arc::new(Notify::new());
    let (writing, telling) = (Arc::clone(&shared), Arc::clone(&told));
    let writer = thread::spawn(move || {
        for frame in [b"a", b"b"] {
            if write(&writing.ring(), frame) == Wrote::Tell {
                telling.notify();
            }
        }
    });
    let mut found = Vec::new();
    while found.len() < 2 {
        if shared.ring().doze() {
            told.wait();
        }
        found.extend(take(&shared.ring()));
    }
    assert_eq!(found, [b"a", b"b"]);
    writer.join().unwrap();
}

fn two_open_one_ring() {
    let (one, other) = open_both(CAPACITY);
    assert_eq!((one, other), (None, None));
}

fn one_of_two_capacities_is_refused() {
    let (one, other) = open_both(CAPACITY - 1);
    let refused = [(None, Some(Refused::Capacity(CAPACITY))), (Some(Refused::Capacity(6)), None)];
    assert!(refused.contains(&(one, other)));
}

fn open_both(others: u64) -> (Option<Refused>, Option<Refused>) {
    let shared = Shared::new();
    let opening = Arc::clone(&shared);
    let other = thread::spawn(move || unsafe { Ring::open(opening.0.head(), others) }.err());
    let one = unsafe { Ring::open(shared.0.head(), CAPACITY) }.err();
    (one, other.join().unwrap())
}

fn a_change_wakes() {
    let number = Arc::new(AtomicU64::new(0));
    let changing = Arc::clone(&number);
    let other = thread::spawn(move || {
        changing.fetch_add(1, SeqCst);
        wake(&changing);
    });
    while wait(&number, 0, 0, LONG_NS, LONG_NS) != Waited::Changed {}
    other.join().unwrap();
}

fn no_change_is_lost() {
    let number = Arc::new(AtomicU64::new(0));
    let changing = Arc::clone(&number);
    let other = thread::spawn(move || {
        changing.fetch_add(1, SeqCst);
        compare_and_set(&changing, 2, 9)
    });
    number.fetch_add(1, SeqCst);
    let here = compare_and_set(&number, 2, 9);
    let there = other.join().unwrap();
    assert_eq!(number.load(SeqCst), 9);
    assert_eq!([here, there].iter().filter(|found| **found == 2).count(), 1);
}
