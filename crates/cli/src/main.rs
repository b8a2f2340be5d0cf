#![forbid(unsafe_code)]
//! The command `hemvist`: parse, call the engine, render. It decides nothing about children and families.

mod args;
mod commands;
mod exit;
mod files;
mod load;
mod render;
mod screen;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let screen = screen::Screen::new(cli.look);
    let exit = commands::run(cli.command, &screen).unwrap_or_else(|failure| {
        screen.fail(&failure);
        failure.exit
    });
    exit.into()
}
