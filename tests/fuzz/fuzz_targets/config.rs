//! See the library.
#![no_main]
libfuzzer_sys::fuzz_target!(init: fanlight_fuzz::begin(), |data: &[u8]| fanlight_fuzz::config(data));
