//! `hemvist generate`: a made-up pool from a seed.

use hemvist_testkit::{Shape, export, generate};

use crate::args::GenerateArgs;
use crate::exit::{Exit, Failure};
use crate::screen::Screen;

pub(super) fn run(args: &GenerateArgs, screen: &Screen) -> Result<Exit, Failure> {
    let shape = Shape::named(&args.shape).unwrap_or_else(|| Shape::region(args.children, args.families));
    let bytes = export::json(&generate(&shape, args.seed));
    screen.put_bytes(&bytes, args.output.output.as_deref())?;
    Ok(Exit::Ok)
}
