//! `hemvist generate`: a made-up pool from a seed.

use hemvist::Lang;
use hemvist::csv::Dialect;
use hemvist_testkit::export::{self, Form};
use hemvist_testkit::{Shape, generate};

use crate::args::GenerateArgs;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::screen::Screen;

pub(super) fn run(args: &GenerateArgs, screen: &Screen) -> Result<Exit, Failure> {
    let shape = Shape::named(&args.shape).unwrap_or_else(|| Shape::region(args.children, args.families));
    let document = generate(&shape, args.seed);
    if let Some(folder) = &args.tables {
        let dialect = match screen.lang {
            Lang::En => Dialect::ENGLISH,
            Lang::Sv => Dialect::SWEDISH,
        };
        files::write_folder(folder, &export::files(&document, Form::Tables(dialect)), screen.lang)?;
    } else {
        screen.put_bytes(&export::json(&document), args.output.output.as_deref())?;
    }
    Ok(Exit::Ok)
}
