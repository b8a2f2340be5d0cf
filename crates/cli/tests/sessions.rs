//! Sessions of the command line as people see them: what is typed, what is printed, the exit code.
//!
//! After a wanted change, `TRYCMD=overwrite cargo test -p hemvist-cli --test sessions` writes them anew; read the
//! difference before committing it.

#[test]
fn sessions_print_what_is_written_down() {
    trycmd::TestCases::new().case("tests/sessions/*.trycmd");
}
