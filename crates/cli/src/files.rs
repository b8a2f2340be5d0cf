//! The file system, which the engine does not know: pools, policies and records in, answers out.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use hemvist::Lang;

use crate::exit::{Exit, Failure};

/// The failure that a file could not be read or written.
pub(crate) fn failure(lang: Lang, path: Option<&Path>, error: &io::Error) -> Failure {
    let what = match error.kind() {
        io::ErrorKind::NotFound => lang.pick(
            "there is no such file or folder",
            "det finns ingen sådan fil eller mapp",
        ),
        io::ErrorKind::PermissionDenied => lang.pick("no permission", "behörighet saknas"),
        io::ErrorKind::IsADirectory => lang.pick("this is a folder", "detta är en mapp"),
        _ => lang.pick("could not be read or written", "kunde inte läsas eller skrivas"),
    };
    let whose = path.map_or_else(
        || lang.pick("output", "utdata").to_owned(),
        |path| path.display().to_string(),
    );
    Failure::new(Exit::File, format!("{whose}: {what}"))
}

/// Reads a whole file.
pub(crate) fn read(path: &Path, lang: Lang) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| failure(lang, Some(path), &error))
}

/// Reads the tables of a folder: its files that end in `.csv`, by name.
pub(crate) fn read_tables(folder: &Path, lang: Lang) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let fail = |error: io::Error| failure(lang, Some(folder), &error);
    let mut tables = vec![];
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let is_table = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
        if let (true, Some(name)) = (is_table, path.file_name()) {
            tables.push((name.to_string_lossy().into_owned(), read(&path, lang)?));
        }
    }
    tables.sort();
    Ok(tables)
}

/// Writes the files of a folder, which is made if need be.
pub(crate) fn write_folder(folder: &Path, files: &[(String, Vec<u8>)], lang: Lang) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| failure(lang, Some(folder), &error))?;
    files
        .iter()
        .try_for_each(|(name, bytes)| write(&folder.join(name), bytes, lang))
}

/// Reads all of standard input.
pub(crate) fn read_input(lang: Lang) -> Result<Vec<u8>, Failure> {
    let mut bytes = vec![];
    let read = io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| failure(lang, None, &error))?;
    Ok(bytes)
}

/// Writes a whole file: first beside it, then in its place, so that a reader never sees half of it.
pub(crate) fn write(path: &Path, bytes: &[u8], lang: Lang) -> Result<(), Failure> {
    let fail = |error: io::Error| failure(lang, Some(path), &error);
    if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        // A pipe or device: nothing to put in place.
        return fs::write(path, bytes).map_err(fail);
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    fs::write(&beside, bytes).map_err(fail)?;
    fs::rename(&beside, path).map_err(fail)
}
