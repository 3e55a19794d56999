//! See the library: bodies of this type.
#![no_main]
libfuzzer_sys::fuzz_target!(init: fanlight_fuzz::begin(), |data: &[u8]| fanlight_fuzz::body("multipart/form-data; boundary=x", data));
