//! Tags that wait: for people, for programs, and as a feed (Atom, RFC 4287).

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::super::text::{Pen, Style};
use crate::calendar::moment;
use crate::text::html::escaped;
use crate::text::one_line;

/// A release that was merged, and whose tag waits for its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WaitingTag {
    /// The deliverable.
    pub deliverable: String,
    /// The series.
    pub series: String,
    /// The version, or the branch that is to be made.
    pub version: String,
    /// When it is made at the earliest; none where nobody knows.
    pub until: Option<Timestamp>,
    /// What it waits for.
    pub why: String,
    /// Since when it is pending.
    pub since: Timestamp,
    /// Since when it is to be made at that time.
    pub planned: Timestamp,
}

impl WaitingTag {
    /// `trowel 2.2.0 will be tagged on Mon 2026-12-07 15:00 UTC`.
    pub fn title(&self) -> String {
        let Self { deliverable, version, until, .. } = self;
        one_line(&match until {
            Some(at) => format!("{deliverable} {version} will be tagged on {}", moment(*at)),
            None => format!("{deliverable} {version} waits; it is not known until when"),
        })
    }
}

/// Writes them, a line each.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(waiting: &[WaitingTag], out: &mut dyn Write, style: Style) -> io::Result<()> {
    if waiting.is_empty() {
        return writeln!(out, "no tag waits for its time");
    }
    let pen = Pen::new(style);
    for one in waiting {
        writeln!(out, "{}", pen.frame(&one.title()))?;
        writeln!(
            out,
            "  merged before {}, {}: {}",
            moment(one.since),
            one.series,
            one_line(&one.why)
        )?;
    }
    Ok(())
}

/// Writes them as a feed: an entry for each, which is renewed when its time moves. The same ledger gives the same bytes.
///
/// # Errors
/// When `out` cannot be written.
pub fn feed(waiting: &[WaitingTag], site: &str, out: &mut dyn Write) -> io::Result<()> {
    let newest = waiting.iter().map(|one| one.planned).max().unwrap_or(Timestamp::UNIX_EPOCH);
    let title = one_line(&format!("{site}: tags that wait"));
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>{}</title>\n<id>urn:tagkeeper:waiting</id>\n<updated>{newest:.0}</updated>\n<author><name>tagkeeper</name></author>\n",
        escaped(&title)
    )?;
    for one in waiting {
        let id = format!("urn:tagkeeper:waiting:{}:{}", one.deliverable, one.version);
        write!(
            out,
            "<entry>\n<title>{}</title>\n<id>{}</id>\n<updated>{:.0}</updated>\n<category term=\"{}\"/>\n<summary>{}</summary>\n</entry>\n",
            escaped(&one.title()),
            escaped(&one_line(&id)),
            one.planned,
            escaped(&one_line(&one.series)),
            escaped(&one_line(&one.why)),
        )?;
    }
    writeln!(out, "</feed>")
}

#[cfg(test)]
mod tests {
    use super::{WaitingTag, feed};

    #[test]
    fn a_feed_is_well_formed_whatever_a_reason_says() {
        let one = WaitingTag {
            deliverable: "rose".to_owned(),
            series: "lily".to_owned(),
            version: "1.0.0".to_owned(),
            until: Some("2026-12-07T15:00:00Z".parse().unwrap()),
            why: "red hold: <fire> & \"smoke\"\u{10}\n".to_owned(),
            since: "2026-12-04T15:00:00Z".parse().unwrap(),
            planned: "2026-12-05T15:00:00Z".parse().unwrap(),
        };
        let mut out = Vec::new();
        feed(&[one], "Garden", &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("rose 1.0.0 will be tagged on Mon 2026-12-07 15:00 UTC"), "{text}");
        assert!(text.contains("<updated>2026-12-05T15:00:00Z</updated>"), "{text}");
        assert!(text.contains("&lt;fire&gt; &amp;") && !text.contains('\u{10}'), "{text}");
    }
}
