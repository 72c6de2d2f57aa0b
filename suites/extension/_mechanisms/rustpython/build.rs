//! Links the functions of border.c in.

fn main() {
    println!("cargo::rerun-if-changed=../c");
    cc::Build::new().file("../c/border.c").opt_level(2).compile("border");
}
