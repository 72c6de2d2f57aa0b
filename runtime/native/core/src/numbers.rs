//! Unsigned 64-bit numbers in shared memory: one step for all processes, and to be waited for.

use core::sync::atomic::Ordering::SeqCst;

pub use crate::atomic::{fence, spin_loop, AtomicU64 as Number};
use crate::system;

/// Whoever changes a number need not wake: those who wait look this often by themselves.
pub const LOOK_NS: u64 = 10_000_000;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// The number is another one.
    Changed,
    /// It is still the same, after all that time.
    TimedOut,
    /// Neither: signals' handlers may have to run before one goes on waiting.
    Again,
}

/// The number at an address.
///
/// # Safety
/// `at` is aligned to eight bytes, mapped for reading and writing, and stays so for `'a`.
pub unsafe fn number<'a>(at: *mut u8) -> &'a Number {
    &*at.cast::<Number>()
}

/// Set a number to `new` if it is `expected`; what was there before.
pub fn compare_and_set(number: &Number, expected: u64, new: u64) -> u64 {
    match number.compare_exchange(expected, new, SeqCst, SeqCst) {
        Ok(found) | Err(found) => found,
    }
}

/// Wait until a number is no longer `value`: look `spins` times, then sleep once, `look_ns` at most.
///
/// A signal that comes just before the sleep does not end it. So the caller gets its turn after each
/// sleep, and its handlers theirs.
pub fn wait(number: &Number, value: u64, spins: u32, timeout_ns: u64, look_ns: u64) -> Waited {
    for _ in 0..spins {
        if number.load(SeqCst) != value {
            return Waited::Changed;
        }
        spin_loop();
    }
    if number.load(SeqCst) != value {
        return Waited::Changed;
    }
    if timeout_ns == 0 {
        return Waited::TimedOut;
    }
    // Its low half comes first in memory. A change of the high half alone is seen by looking.
    // SAFETY: the number is mapped and aligned.
    let ended =
        unsafe { system::futex_wait(address(number), value as u32, timeout_ns.min(look_ns)) };
    if number.load(SeqCst) != value {
        Waited::Changed
    } else if ended == system::ETIMEDOUT && timeout_ns <= look_ns {
        Waited::TimedOut
    } else {
        Waited::Again
    }
}

/// Let those who wait for a number look at once.
pub fn wake(number: &Number) {
    // SAFETY: the number is mapped and aligned.
    unsafe { system::futex_wake(address(number)) }
}

fn address(number: &Number) -> *const u8 {
    (number as *const Number).cast()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use std::time::{Duration, Instant};

    const LONG_NS: u64 = 30_000_000_000;
    const ADDITIONS: u64 = if cfg!(miri) { 100 } else { 10_000 };

    #[test]
    fn comparing_tells_what_was_there() {
        let one = Number::new(5);
        assert_eq!(compare_and_set(&one, 4, 9), 5);
        assert_eq!(compare_and_set(&one, 5, u64::MAX), 5);
        assert_eq!(one.load(SeqCst), u64::MAX);
    }

    #[test]
    fn a_wait_ends_at_its_timeout_and_not_before() {
        let one = Number::new(7);
        let began = Instant::now();
        assert_eq!(wait(&one, 7, 10, 5_000_000, LOOK_NS), Waited::TimedOut);
        assert!(began.elapsed() >= Duration::from_millis(5));
        assert_eq!(wait(&one, 7, 10, 0, LOOK_NS), Waited::TimedOut);
        assert_eq!(wait(&one, 7, 10, LONG_NS, 1_000_000), Waited::Again);
        assert_eq!(wait(&one, 8, 0, 0, LOOK_NS), Waited::Changed);
    }

    #[test]
    fn who_waits_is_woken() {
        let one = Number::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(10));
                one.store(1, SeqCst);
                wake(&one);
            });
            assert_eq!(wait(&one, 0, 0, LONG_NS, LONG_NS), Waited::Changed);
        });
    }

    #[test]
    fn a_change_without_a_wake_is_seen_by_looking() {
        let one = Number::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(10));
                one.store(1 << 32, SeqCst); // not in the half that is slept on
            });
            while wait(&one, 0, 0, LONG_NS, LOOK_NS) != Waited::Changed {}
        });
    }

    #[test]
    fn no_addition_is_lost() {
        let one = Number::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..ADDITIONS {
                        one.fetch_add(1, SeqCst);
                    }
                });
            }
        });
        assert_eq!(one.load(SeqCst), 4 * ADDITIONS);
    }
}
