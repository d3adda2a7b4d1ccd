//! Chooses the portable interpreter loop where calls in tail position do not become jumps.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(moonset_portable)");
    println!("cargo::rerun-if-changed=build.rs");
    let unoptimised = std::env::var("OPT_LEVEL").is_ok_and(|level| level == "0");
    let other_target = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch != "x86_64");
    let miri = std::env::var_os("CARGO_CFG_MIRI").is_some();
    if unoptimised || other_target || miri {
        println!("cargo::rustc-cfg=moonset_portable");
    }
}
