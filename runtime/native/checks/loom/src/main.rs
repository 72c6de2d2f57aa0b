//! Every order in which two threads can go through polyray's rings and numbers, by loom.
//!
//! The core's own files are compiled here, unchanged, on loom's atomic numbers. A model ends the
//! program where a frame is lost or mixed up, where bytes are read and written without an order, and
//! where somebody sleeps for ever because a wake was lost.

mod atomic;
mod memory;
mod models;
mod system;

#[path = "../../../core/src/layout.rs"]
#[allow(dead_code)]
mod layout;
#[path = "../../../core/src/numbers.rs"]
#[allow(dead_code)]
mod numbers;
#[path = "../../../core/src/ring.rs"]
#[allow(dead_code)]
mod ring;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::Arc;

use models::MODELS;

/// How many orders a model has.
fn run(most_switches: Option<usize>, model: fn()) -> u64 {
    let count = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&count);
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 10_000;
    builder.preemption_bound = most_switches;
    builder.check(move || {
        counted.fetch_add(1, Relaxed);
        model();
    });
    count.load(Relaxed)
}

/// `planted`: the ring without its fences, whose loss of a wake has to be found.
fn main() {
    if std::env::args().nth(1).as_deref() == Some("planted") {
        atomic::WITHOUT_FENCES.set(true);
        run(None, models::one_frame_wakes);
        return;
    }
    for (name, most_switches, model) in MODELS {
        let bound = most_switches.map_or("all".into(), |most| format!("up to {most} switches:"));
        println!("{name}: {bound} {} orders", run(*most_switches, *model));
    }
}
