//! The keys that sign tags, checked against the files in which they are published.

use serde::Serialize;

use super::super::mistake::Mistake;
use super::super::press::{Page, Press};
use crate::tree::key_file;
use crate::tree::record::SERIES_STATUS;
use crate::tree::series::{Series, SigningKey};
use crate::tree::snapshot::ReadError;

/// Where the page is.
pub(in crate::site) const PATH: &str = "keys.html";
/// Where key files are in the releases repository.
const FOLDER: &str = "doc/source/static";

#[derive(Serialize)]
struct Shown {
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    series: String,
    start: Option<String>,
    end: String,
    fingerprint: String,
    file: Option<String>,
}

/// The page, and the key files at their old address.
///
/// # Errors
/// If the record cannot be read.
pub(in crate::site) fn page(press: &mut Press<'_>) -> Result<(), ReadError> {
    let book = press.book;
    let with_key: Vec<(&Series, &SigningKey)> = book
        .record
        .series()
        .all
        .iter()
        .filter_map(|series| Some((series, series.signing_key.as_ref()?)))
        .collect();
    let published = book.record.files_below(FOLDER)?;
    let mut rows = Vec::new();
    for (series, key) in &with_key {
        let path = key_file::path_of(&key.key);
        let file = match published.contains(&path) {
            true => copy(press, key, &path)?,
            false => {
                // A record of data alone has no key files at all.
                if !published.is_empty() {
                    press.mistakes.push(missing(key, &path));
                }
                None
            }
        };
        rows.push(Row {
            series: book.title(&series.name),
            start: key.start.as_ref().map(|day| day.value.to_string()),
            end: key.end.as_ref().map_or("present".to_owned(), |day| day.value.to_string()),
            fingerprint: key.key.value.trim_start_matches("0x").to_owned(),
            file,
        });
    }
    let orphans = published.iter().filter(|path| {
        let is_key =
            path.rsplit('/').next().is_some_and(|it| it.starts_with("0x") && it.ends_with(".txt"));
        is_key && !with_key.iter().any(|(_, key)| key_file::path_of(&key.key) == **path)
    });
    press.mistakes.extend(orphans.map(|path| orphan(path)));
    press.mistakes.extend(gaps(&with_key));
    if rows.is_empty() {
        return Ok(());
    }
    let page = Page {
        path: PATH,
        owner: "the list of signing keys",
        title: "Signing keys",
        template: "keys.html",
        feed: None,
        stamp: None,
    };
    press.page(&page, Shown { rows });
    Ok(())
}

/// Puts the key file into the site, if it is that of the key.
fn copy(press: &mut Press<'_>, key: &SigningKey, path: &str) -> Result<Option<String>, ReadError> {
    let bytes = press.book.record.bytes(path)?.unwrap_or_default();
    let wanted = key.key.trim_start_matches("0x");
    if key_file::fingerprints(&bytes).first().map(String::as_str) != Some(wanted) {
        let message = format!("the key in `{path}` has another fingerprint than `{wanted}`");
        let help = format!("export the key with that fingerprint to `{path}`");
        press.mistakes.push(Mistake::error(SERIES_STATUS, Some(key.key.place), message).help(help));
        return Ok(None);
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let target = format!("_static/{name}");
    if !press.files.has(&target) {
        press.put(&target, &format!("the key file `{name}`"), bytes);
    }
    Ok(Some(target))
}

fn missing(key: &SigningKey, path: &str) -> Mistake {
    let message = format!("`{path}` is missing: the key cannot be downloaded");
    Mistake::error(SERIES_STATUS, Some(key.key.place), message)
        .help(format!("add the exported key as `{path}`, or correct the fingerprint"))
}

fn orphan(path: &str) -> Mistake {
    let message = format!("no series in `{SERIES_STATUS}` names this key");
    Mistake::error(path, None, message).help("name it under `signing-key`, or remove the file")
}

/// Days on which no key was in use, or two were: each key begins on the day on which the one before it ends.
fn gaps(with_key: &[(&Series, &SigningKey)]) -> Vec<Mistake> {
    let mut found = Vec::new();
    for pair in with_key.windows(2) {
        let [(_, newer), (series, older)] = pair else { continue };
        let (Some(start), end) = (&newer.start, &older.end) else { continue };
        let message = match end {
            Some(end) if end.value == start.value => continue,
            Some(end) if end.value < start.value => format!(
                "between {} and {} no key was in use: that of `{}` ended, and the next one begins later",
                end.value, start.value, *series.name
            ),
            Some(end) => format!(
                "from {} to {} two keys were in use: that of `{}` ends later than the next one begins",
                start.value, end.value, *series.name
            ),
            None => format!(
                "the key of `{}` is still in use, and a newer one began on {}",
                *series.name, start.value
            ),
        };
        let mistake = Mistake::warning(SERIES_STATUS, Some(start.place), message);
        found.push(mistake.help("let each key begin on the day on which the one before it ends"));
    }
    found
}
