//! In the place of the core's file of that name: a futex as the kernel promises it.
//!
//! Its compare and its falling asleep are one step for those who wake. It sleeps until it is woken,
//! however long that takes: a wake that gets lost is a deadlock, which loom reports.

use loom::sync::{Condvar, Mutex};
use std::sync::atomic::Ordering::Relaxed;

use crate::atomic::AtomicU64;

pub const ETIMEDOUT: i32 = 110;

loom::lazy_static! {
    static ref SLEEPERS: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());
}

pub unsafe fn futex_wait(at: *const u8, expected: u32, _timeout_ns: u64) -> i32 {
    let held = SLEEPERS.0.lock().unwrap();
    if (*at.cast::<AtomicU64>()).load(Relaxed) as u32 == expected {
        drop(SLEEPERS.1.wait(held).unwrap());
    }
    0
}

pub unsafe fn futex_wake(_at: *const u8) {
    let held = SLEEPERS.0.lock().unwrap();
    SLEEPERS.1.notify_all();
    drop(held);
}
