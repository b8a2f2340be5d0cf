//! Sessions of the command line as people see them: what is typed, what is printed, the exit code.
//!
//! After a wanted change, `TRYCMD=overwrite cargo test -p hemvist-cli --test sessions` writes them anew; read the
//! difference before committing it.

use std::path::Path;

#[test]
fn sessions_print_what_is_written_down() {
    // Typed at the root of the repository, as the README has it.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::env::set_current_dir(here.join("../..")).expect("the repository is there");
    trycmd::TestCases::new().case(here.join("tests/sessions/*.trycmd"));
}
