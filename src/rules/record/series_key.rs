//! `series-key`: a published key is there to sign today and on the release day.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::calendar::{utc_day, written};
use crate::facts::Unknown;
use crate::rules::{Case, Level, Rule, Scope, Sink};
use crate::tree::key_file::{fingerprints, path_of};
use crate::tree::series::SigningKey;

pub(crate) static RULE: Rule = Rule {
    id: "series-key",
    level: Level::Warning,
    summary: "no published key signs tags today, or for much longer",
    docs: "## What it checks

A key in `data/series_status.yaml` covers today and the release day of the series in development. The key of today does not end
within 30 days, unless another one follows. The keys of those days are published as `doc/source/static/0x<fingerprint>.txt`, and
the file holds the key with that fingerprint. A site that sets `signing.key`, or lists no keys, is not checked.

## Why

Without a key of the day, `apply` refuses to tag. If the published key is another one, nobody can verify what it signed.

## What to do

Extend the key, or add the next one. Publish the key that the list names.
",
    scope: Scope::Request(check),
    ..Rule::USUAL
};

/// Days before its end from which a key is reported.
const NOTICE: i64 = 30;

fn check(case: &Case<'_>, sink: &mut Sink<'_>) {
    let keys = keys(case);
    let Some(newest) = keys.first().filter(|_| case.config.signing.key.is_none()) else { return };
    let today = utc_day(case.clock.now);
    let release_day = release_day(case).filter(|day| *day >= today);
    let of_today = keys.iter().find(|key| covers(key, today));
    let place = newest.key.place;
    match of_today {
        None => {
            sink.report(place, format!("no signing key covers today, {}", written(today)))
                .help("add the key that signs today, or extend the last one");
        }
        Some(key) if is_about_to_end(key, &keys, today) => report_end(key, today, sink),
        Some(_) => {
            if let Some(day) = release_day.filter(|day| !keys.iter().any(|key| covers(key, *day))) {
                let message = format!("no signing key covers the release day, {}", written(day));
                sink.report(place, message)
                    .help("add the key that signs then, or extend the last one");
            }
        }
    }
    let days = [Some(today), release_day];
    let used =
        days.into_iter().flatten().filter_map(|day| keys.iter().find(|key| covers(key, day)));
    let mut seen = BTreeSet::new();
    for key in used.filter(|key| seen.insert(key.key.as_str())) {
        check_published(case, key, sink);
    }
}

fn check_published(case: &Case<'_>, key: &SigningKey, sink: &mut Sink<'_>) {
    let (place, path) = (key.key.place, path_of(&key.key));
    let wanted = key.key.trim_start_matches("0x");
    let bytes = match case.request.head.bytes(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let why = Unknown::because(error.why);
            sink.could_not_check(place, &format!("the published key `{path}`"), &why);
            return;
        }
    };
    let found = bytes.as_deref().map(fingerprints);
    let message = match found.as_deref() {
        None => format!("the signing key is not published: `{path}` does not exist"),
        Some([]) => format!("`{path}` holds no public key"),
        Some(found) if found.iter().any(|one| one == wanted) => return,
        Some([first, ..]) => format!("`{path}` holds another key, `{first}`"),
    };
    sink.report(place, message).help(format!("publish the key `{wanted}` there"));
}

fn report_end(key: &SigningKey, today: Date, sink: &mut Sink<'_>) {
    let Some(end) = &key.end else { return };
    let days = today.until(end.value).map_or(0, |span| i64::from(span.get_days()));
    let when = match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("on {}, in {days} days", written(end.value)),
    };
    sink.report(end.place, format!("the signing key `{}` ends {when}", *key.key))
        .help("extend it, or add the key that follows");
}

/// Whether it ends soon and no key follows.
fn is_about_to_end(key: &SigningKey, keys: &[&SigningKey], today: Date) -> bool {
    let Some(end) = key.end.as_ref().map(|end| end.value) else { return false };
    let is_soon = today.until(end).is_ok_and(|span| i64::from(span.get_days()) <= NOTICE);
    let next_day = end.tomorrow().unwrap_or(end);
    is_soon && !keys.iter().any(|other| covers(other, next_day))
}

/// The keys of the list, newest first.
fn keys<'a>(case: &Case<'a>) -> Vec<&'a SigningKey> {
    case.request.head.series().all.iter().filter_map(|series| series.signing_key.as_ref()).collect()
}

/// The planned release day of the series in development.
fn release_day(case: &Case<'_>) -> Option<Date> {
    case.request.head.series().current()?.initial_release.as_ref().map(|day| day.value)
}

fn covers(key: &SigningKey, day: Date) -> bool {
    key.start.as_ref().is_none_or(|start| start.value <= day)
        && key.end.as_ref().is_none_or(|end| day <= end.value)
}
