//! In the place of the core's file of that name: loom's numbers and fences.

use std::cell::Cell;
use std::sync::atomic::Ordering;

pub use loom::hint::spin_loop;

thread_local! {
    /// The planted defect: no fence stands anywhere. (All threads of a model are one of the system.)
    pub static WITHOUT_FENCES: Cell<bool> = const { Cell::new(false) };
}

pub fn fence(order: Ordering) {
    if !WITHOUT_FENCES.get() {
        loom::sync::atomic::fence(order);
    }
}

pub struct AtomicU64(loom::sync::atomic::AtomicU64);

impl AtomicU64 {
    pub fn new(value: u64) -> Self {
        AtomicU64(loom::sync::atomic::AtomicU64::new(value))
    }

    pub fn load(&self, order: Ordering) -> u64 {
        self.0.load(order)
    }

    /// Relaxed stores are those to what both sides write (`ring::AWAKE` and the others). Loom does
    /// not know that nothing comes between the two halves of a swap in the order of all changes of a
    /// number ("RMW atomicity" in its rt/atomic.rs), and so lets a store be both before and after
    /// one. As swaps themselves they have one order. They still order nothing else.
    pub fn store(&self, value: u64, order: Ordering) {
        if order == Ordering::Relaxed {
            self.0.swap(value, order);
        } else {
            self.0.store(value, order);
        }
    }

    pub fn swap(&self, value: u64, order: Ordering) -> u64 {
        self.0.swap(value, order)
    }

    pub fn fetch_add(&self, amount: u64, order: Ordering) -> u64 {
        self.0.fetch_add(amount, order)
    }

    pub fn compare_exchange(
        &self,
        expected: u64,
        new: u64,
        changed: Ordering,
        unchanged: Ordering,
    ) -> Result<u64, u64> {
        self.0.compare_exchange(expected, new, changed, unchanged)
    }
}
