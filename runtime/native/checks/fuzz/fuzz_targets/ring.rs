//! A ring of which a peer has written every byte as it likes, its head too. Whatever lies there, it
//! is refused or taken for frames within the ring: AddressSanitizer sees any byte beyond.
#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use polyray_core::layout;
use polyray_core::ring::{Broken, Refused, Ring, Wrote};

#[derive(Debug, Arbitrary)]
struct Hostile<'a> {
    capacity: u16,
    /// Identity, its capacity; written, asleep; taken, full. Small changes of what would be right.
    head: [Number; 6],
    bytes: &'a [u8],
    steps: Vec<Step>,
}

#[derive(Debug, Arbitrary)]
enum Number {
    Zero,
    Right,
    Near(i8),
    Small(u16),
    Any(u64),
}

#[derive(Debug, Arbitrary)]
enum Step {
    Write(u16),
    Take(u8),
    Doze,
    Wait,
    WaitForRoom(u16),
    Overwrite(u8, Number),
}

const PLACES: [usize; 6] =
    [0, layout::CAPACITY, layout::WRITTEN, layout::ASLEEP, layout::TAKEN, layout::FULL];

impl Number {
    fn of(&self, right: u64) -> u64 {
        match *self {
            Number::Zero => 0,
            Number::Right => right,
            Number::Near(by) => right.wrapping_add_signed(by.into()),
            Number::Small(number) => number.into(),
            Number::Any(number) => number,
        }
    }
}

fuzz_target!(|hostile: Hostile| {
    let capacity = u64::from(hostile.capacity) + 1;
    let right = [layout::IDENTITY, capacity, capacity, 1, 0, 1];
    // In memory of just that size, aligned as a mapping is.
    let mut memory = vec![0_u64; (layout::HEAD_BYTES + capacity as usize).div_ceil(8)];
    let head = memory.as_mut_ptr().cast::<u8>();
    let set =
        |place: usize, value: u64| unsafe { head.add(PLACES[place]).cast::<u64>().write(value) };
    for (place, number) in hostile.head.iter().enumerate() {
        set(place, number.of(right[place]));
    }
    let count = hostile.bytes.len().min(capacity as usize);
    unsafe { hostile.bytes.as_ptr().copy_to(head.add(layout::HEAD_BYTES), count) };

    let identity = hostile.head[0].of(right[0]);
    let said = hostile.head[1].of(right[1]);
    let ring = match unsafe { Ring::open(head, capacity) } {
        Ok(ring) => {
            assert!([0, layout::IDENTITY].contains(&identity) && [0, capacity].contains(&said));
            ring
        }
        Err(Refused::Identity(found)) => {
            assert!(found == identity && found != layout::IDENTITY);
            return;
        }
        Err(Refused::Capacity(found)) => {
            assert!(found == said && found != capacity);
            return;
        }
    };
    for step in hostile.steps.iter().take(64) {
        match step {
            Step::Write(count) => {
                let frame = vec![0xab_u8; usize::from(*count)];
                let wrote = unsafe { ring.write(frame.as_ptr(), frame.len()) };
                let fits = frame.len() + layout::LENGTH_BYTES <= capacity as usize;
                assert_eq!(wrote == Ok(Wrote::Never), !fits);
            }
            Step::Take(most) => drop(take(&ring, *most, capacity)),
            Step::Doze => drop(ring.doze()),
            Step::Wait => drop(ring.wait(1, 0)),
            Step::WaitForRoom(count) => drop(ring.wait_for_room((*count).into(), 1, 0)),
            Step::Overwrite(place, number) => {
                let place = usize::from(*place) % PLACES.len();
                set(place, number.of(right[place]));
            }
        }
    }
});

/// Frames as they are there: each whole, all of them no more than the ring holds.
fn take(ring: &Ring, most: u8, capacity: u64) -> Result<(), Broken> {
    let mut seen = ring.look()?;
    let mut all = 0;
    for _ in 0..most {
        let Some(frame) = ring.next(&mut seen)? else { break };
        all += layout::LENGTH_BYTES + frame.bytes();
        assert!(all <= capacity as usize);
        let mut copied = vec![0; frame.bytes()];
        unsafe { frame.copy_to(copied.as_mut_ptr()) };
    }
    ring.release(&seen);
    Ok(())
}
