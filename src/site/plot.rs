//! Plots of a deliverable as SVG, with text that says the same.

use std::collections::BTreeMap;

use serde::Serialize;

use super::book::Dated;
use super::markup::Html;
use super::press::Safe;
use crate::calendar::utc_day;

/// Fewer points make no picture.
const LEAST: usize = 3;
const WIDTH: usize = 640;
const HEIGHT: usize = 150;
/// Room at the left for numbers, and at the bottom for labels.
const LEFT: usize = 34;
const BOTTOM: usize = 20;

/// A picture, its caption, and its numbers.
#[derive(Serialize)]
pub(super) struct Plot {
    title: &'static str,
    caption: String,
    unit: &'static str,
    svg: Safe,
    rows: Vec<(String, u64)>,
}

/// The plots of a deliverable, from its releases, newest first.
pub(super) fn of(dated: &[Dated<'_>]) -> Vec<Plot> {
    let mut versions: Vec<&Dated<'_>> = dated
        .iter()
        .filter(|it| {
            let is_version =
                it.release().is_some_and(|release| release.version.special().is_none());
            !it.landing.is_backfilled && is_version
        })
        .collect();
    versions.reverse();
    if versions.len() < LEAST {
        return Vec::new();
    }
    vec![per_year(&versions), gaps(&versions), waits(&versions)]
}

fn per_year(versions: &[&Dated<'_>]) -> Plot {
    let mut years: BTreeMap<i16, u64> = BTreeMap::new();
    for dated in versions {
        *years.entry(utc_day(dated.landing.merged).year()).or_default() += 1;
    }
    if let (Some(first), Some(last)) = (years.keys().next().copied(), years.keys().last().copied())
    {
        for year in first..=last {
            years.entry(year).or_default();
        }
    }
    let rows: Vec<(String, u64)> = years.iter().map(|(year, n)| (year.to_string(), *n)).collect();
    let (year, most) = years.iter().max_by_key(|(_, n)| **n).map_or((0, 0), |(y, n)| (*y, *n));
    let caption = format!(
        "{} releases in {} years; the most, {most}, in {year}.",
        versions.len(),
        years.len()
    );
    Plot {
        title: "Releases a year",
        caption,
        unit: "releases",
        svg: svg(&rows, "Releases a year"),
        rows,
    }
}

fn gaps(versions: &[&Dated<'_>]) -> Plot {
    let between = |pair: &[&Dated<'_>]| {
        let (before, after) = (pair[0].landing.merged, pair[1].landing.merged);
        let days = after.duration_since(before).as_hours() / 24;
        (pair[1].version().to_owned(), u64::try_from(days).unwrap_or(0))
    };
    let rows: Vec<(String, u64)> = versions.windows(2).map(between).collect();
    let caption =
        format!("Half of the releases came within {} of the one before.", days(median(&rows)));
    let title = "Days between releases";
    Plot { title, caption, unit: "days", svg: svg(&rows, title), rows }
}

fn waits(versions: &[&Dated<'_>]) -> Plot {
    let wait = |dated: &&Dated<'_>| {
        let hours = dated.landing.merged.duration_since(dated.landing.proposed).as_hours();
        (dated.version().to_owned(), u64::try_from(hours).unwrap_or(0))
    };
    let rows: Vec<(String, u64)> = versions.iter().map(wait).collect();
    let caption = format!("Half of the requests were merged within {} hours.", median(&rows));
    let title = "Hours that requests waited";
    Plot { title, caption, unit: "hours", svg: svg(&rows, title), rows }
}

fn days(n: u64) -> String {
    if n == 1 { "1 day".to_owned() } else { format!("{n} days") }
}

fn median(rows: &[(String, u64)]) -> u64 {
    let mut numbers: Vec<u64> = rows.iter().map(|(_, n)| *n).collect();
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or(0)
}

/// Bars. The numbers are in the table next to it, so the picture is one image for who listens.
fn svg(rows: &[(String, u64)], title: &str) -> Safe {
    let most = rows.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let n = rows.len().max(1);
    let mut html = Html::default();
    html.raw("<svg viewBox=\"0 0 ").number(WIDTH).raw(" ").number(HEIGHT);
    html.raw("\" role=\"img\" aria-label=\"").text(title).raw("\">");
    let (room, tall) = (WIDTH - LEFT, HEIGHT - BOTTOM - 10);
    html.raw("<line x1=\"").number(LEFT).raw("\" x2=\"").number(WIDTH);
    html.raw("\" y1=\"")
        .number(HEIGHT - BOTTOM)
        .raw("\" y2=\"")
        .number(HEIGHT - BOTTOM)
        .raw("\"/>");
    html.raw("<text x=\"").number(LEFT - 4).raw("\" y=\"14\" text-anchor=\"end\">").number(most);
    html.raw("</text><text x=\"").number(LEFT - 4).raw("\" y=\"").number(HEIGHT - BOTTOM);
    html.raw("\" text-anchor=\"end\">0</text>");
    for (at, (_, value)) in rows.iter().enumerate() {
        let from = LEFT * 10 + room * 10 * at / n;
        let wide = (room * 8 / n).max(5);
        let high = usize::try_from(value * (tall as u64) / most).unwrap_or(0).max(1);
        html.raw("<rect x=\"").text(&tenths(from)).raw("\" y=\"").number(HEIGHT - BOTTOM - high);
        html.raw("\" width=\"").text(&tenths(wide)).raw("\" height=\"").number(high).raw("\"/>");
    }
    if let (Some((first, _)), Some((last, _))) = (rows.first(), rows.last()) {
        html.raw("<text x=\"")
            .number(LEFT)
            .raw("\" y=\"")
            .number(HEIGHT - 5)
            .raw("\">")
            .text(first);
        html.raw("</text><text x=\"").number(WIDTH).raw("\" y=\"").number(HEIGHT - 5);
        html.raw("\" text-anchor=\"end\">").text(last).raw("</text>");
    }
    html.raw("</svg>");
    Safe(html.finish())
}

fn tenths(n: usize) -> String {
    format!("{}.{}", n / 10, n % 10)
}
