//! In the place of the core's file of that name: copies that loom sees, and memory for a ring.
//!
//! Each byte of a ring has a cell beside it. Two accesses that nothing orders, one of them a write,
//! end the model.

use loom::cell::UnsafeCell;
use std::cell::RefCell;
use std::mem::size_of;

use crate::atomic::AtomicU64;
use crate::layout;

thread_local! {
    /// Where the bytes of this model's ring begin, and their cells.
    static SHADOW: RefCell<(usize, Vec<UnsafeCell<()>>)> = const { RefCell::new((0, Vec::new())) };
}

/// Room for a ring, freed with the model's last reference to it.
pub struct Memory(Box<[u64]>);

impl Memory {
    pub fn new(capacity: u64) -> Self {
        // Loom's numbers are as large as real ones: they lie where the layout says.
        assert_eq!(size_of::<AtomicU64>(), size_of::<u64>());
        let count = (layout::HEAD_BYTES + capacity as usize).div_ceil(size_of::<u64>());
        let mut words = vec![0; count].into_boxed_slice();
        let head = words.as_mut_ptr().cast::<u8>();
        let numbers =
            [0, layout::CAPACITY, layout::WRITTEN, layout::ASLEEP, layout::TAKEN, layout::FULL];
        for at in numbers {
            // SAFETY: all of them lie within the head.
            unsafe { head.add(at).cast::<AtomicU64>().write(AtomicU64::new(0)) };
        }
        let cells = (0..capacity).map(|_| UnsafeCell::new(())).collect();
        SHADOW.set((head as usize + layout::HEAD_BYTES, cells));
        Memory(words)
    }

    pub fn head(&self) -> *mut u8 {
        self.0.as_ptr() as *mut u8
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        SHADOW.set((0, Vec::new()));
    }
}

pub unsafe fn copy(to: *mut u8, from: *const u8, count: usize) {
    touch(from as usize, count, |cell| cell.with(|_| ()));
    touch(to as usize, count, |cell| cell.with_mut(|_| ()));
    from.copy_to(to, count);
}

/// Tell loom of an access to bytes, as far as they are the ring's.
fn touch(at: usize, count: usize, access: impl Fn(&UnsafeCell<()>)) {
    SHADOW.with_borrow(|(base, cells)| {
        for place in at..at + count {
            if let Some(cell) = place.checked_sub(*base).and_then(|index| cells.get(index)) {
                access(cell);
            }
        }
    });
}
