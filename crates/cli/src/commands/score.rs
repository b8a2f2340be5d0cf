//! `hemvist score`: fits of all eligible pairs as values, for spreadsheets and other programs.
//!
//! Ids hold no comma, quote or line end (validation sees to that), so cells need no quotes.

use std::fmt::Write as _;

use hemvist::candidates::{Candidates, fit_matrix};
use hemvist::policy::CompiledPolicy;
use hemvist::pool::Pool;
use serde_json::{Value, json};

use crate::args::ScoreArgs;
use crate::exit::{Exit, Failure};
use crate::load;
use crate::screen::Screen;

pub(super) fn run(args: &ScoreArgs, screen: &Screen) -> Result<Exit, Failure> {
    let pool = load::pool(&args.pool, screen)?;
    let policy = load::compiled(&args.policy, screen)?;
    let file = args.output.output.as_deref();
    if args.matrix {
        let fits = Matrix::new(&pool, &policy, args.threads);
        if screen.json {
            screen.put_json(&fits.json(), file)?;
        } else {
            screen.put_bytes(fits.csv().as_bytes(), file)?;
        }
    } else {
        let found = Candidates::find(&pool, &policy, args.threads);
        if screen.json {
            screen.put_json(&pairs_json(&pool, &found), file)?;
        } else {
            screen.put_bytes(pairs_csv(&pool, &found).as_bytes(), file)?;
        }
    }
    Ok(Exit::Ok)
}

/// One row per eligible pair of a child who seeks a home: child, family, fit, codes of the rules that mark it.
fn pairs_csv(pool: &Pool, found: &Candidates) -> String {
    let mut text = String::from("child,family,fit,warnings\n");
    for child in pool.children() {
        let id = &pool.child(child).id;
        for candidate in found.of(child) {
            let warnings: Vec<&str> = candidate.warned.iter().map(hemvist::rules::Rule::code).collect();
            let family = &pool.family(candidate.family).id;
            let _ = writeln!(text, "{id},{family},{},{}", candidate.fit, warnings.join(" "));
        }
    }
    text
}

fn pairs_json(pool: &Pool, found: &Candidates) -> Value {
    let of_child = |child| {
        found.of(child).map(move |candidate| {
            json!({
                "child": pool.child(child).id,
                "family": pool.family(candidate.family).id,
                "fit": candidate.fit,
                "warnings": candidate.warned.iter().collect::<Vec<_>>(),
            })
        })
    };
    pool.children().flat_map(of_child).collect()
}

/// Fits of all pairs, −1 where ruled out; children who are placed and stay included.
struct Matrix<'a> {
    pool: &'a Pool,
    fits: Vec<i16>,
}

impl<'a> Matrix<'a> {
    fn new(pool: &'a Pool, policy: &CompiledPolicy, threads: usize) -> Self {
        let fits = fit_matrix(pool, policy, threads);
        Self { pool, fits }
    }

    /// The fits of each child, with its id.
    fn rows(&self) -> impl Iterator<Item = (&'a str, &[i16])> {
        let width = self.pool.n_families();
        self.pool.children().map(move |child| {
            let from = child.row() * width;
            (self.pool.child(child).id.as_str(), &self.fits[from..from + width])
        })
    }

    fn families(&self) -> Vec<&'a str> {
        self.pool
            .families()
            .map(|family| self.pool.family(family).id.as_str())
            .collect()
    }

    /// A row per child and a column per family; an empty cell where the pair is ruled out.
    fn csv(&self) -> String {
        let mut text = String::from("child");
        for family in self.families() {
            let _ = write!(text, ",{family}");
        }
        text.push('\n');
        for (child, fits) in self.rows() {
            text.push_str(child);
            for &fit in fits {
                let _ = if fit < 0 {
                    write!(text, ",")
                } else {
                    write!(text, ",{fit}")
                };
            }
            text.push('\n');
        }
        text
    }

    fn json(&self) -> Value {
        let children: Vec<&str> = self.rows().map(|(id, _)| id).collect();
        let row = |fits: &[i16]| -> Vec<Option<i16>> { fits.iter().map(|&fit| (fit >= 0).then_some(fit)).collect() };
        let fits: Vec<_> = self.rows().map(|(_, fits)| row(fits)).collect();
        json!({ "children": children, "families": self.families(), "fits": fits })
    }
}
