//! The planted defect: four bytes that only a fuzzer led by coverage comes upon soon.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let [b'P', b'L', b'Y', b'R', ..] = bytes {
        panic!("a planted defect");
    }
});
