//! Which series are closed and take no more releases. The tags that end a series do not count as releases.

use crate::config::ClosedSeries;
use crate::tree::deliverable::{Kind, Release};
use crate::tree::file::FilePath;
use crate::tree::record::File;
use crate::tree::request::{Change, Request};
use crate::tree::series::SeriesList;

/// Whether the file of `change` belongs to a closed series, before the request and after it.
///
/// A request that closes a series is judged like any other: it cannot disable its own check.
pub fn is_in_closed_series(request: &Request, change: &Change, closed: &ClosedSeries) -> bool {
    let Some(file) = change.after.as_deref().or(change.before.as_deref()) else { return false };
    let Ok(path) = &file.path else { return false };
    let is_trailing = [&change.before, &change.after]
        .into_iter()
        .flatten()
        .all(|file| file.path.as_ref().is_ok_and(|path| is_trailing(file, path)));
    let by = |list: &SeriesList| match closed {
        ClosedSeries::Named(names) => names.iter().any(|name| name == path.series()),
        // Trailing deliverables are released after their series, so its status does not close it for them.
        ClosedSeries::EndOfLife => !is_trailing && list.is_closed(path.series()),
    };
    by(request.head.series()) && request.base.as_ref().is_none_or(|base| by(base.series()))
}

/// Whether `release` of the file of `change` is refused because its series is closed.
pub fn is_refused_by_closed_series(
    request: &Request,
    change: &Change,
    release: &Release,
    closed: &ClosedSeries,
) -> bool {
    release.version.special().is_none() && is_in_closed_series(request, change, closed)
}

fn is_trailing(file: &File, path: &FilePath) -> bool {
    file.deliverable.effective_kind(path) == Kind::Trailing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::index::cache::TextCache;
    use crate::tree::record::{Record, SERIES_STATUS};
    use crate::tree::snapshot::{Blob, Item, ItemKind, ReadError, Snapshot};

    struct Files(Vec<(&'static str, String)>);

    impl Snapshot for Files {
        fn list(&self, _: &str) -> Result<Vec<Item>, ReadError> {
            Ok(Vec::new())
        }

        fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
            let bytes = self.0.iter().find(|(name, _)| *name == path);
            Ok(bytes.map(|(_, text)| Blob { kind: ItemKind::File, bytes: text.clone().into() }))
        }

        fn name(&self) -> String {
            "memory".to_owned()
        }
    }

    const PATH: &str = "deliverables/iris/rose.yaml";

    /// The record of one file of the series iris.
    fn record(status: &str, kind: &str) -> Record {
        let series =
            format!("- {{name: lily, status: development}}\n- {{name: iris, status: {status}}}\n");
        let file = format!(
            "team: a\ntype: {kind}\nreleases:\n  - {{version: 1.0.0, projects: []}}\n  - {{version: iris-eol, projects: []}}\n"
        );
        let files = Files(vec![(SERIES_STATUS, series), (PATH, file)]);
        Record::open(Box::new(files), TextCache::default()).unwrap()
    }

    fn request(before: (&str, &str), after: (&str, &str)) -> Request {
        let (base, head) = (record(before.0, before.1), record(after.0, after.1));
        Request::between(base, head, vec![PATH.to_owned()], Vec::new())
    }

    fn is_closed(request: &Request, by: &ClosedSeries) -> bool {
        is_in_closed_series(request, &request.changes[0], by)
    }

    #[test]
    fn a_series_is_closed_when_it_was_closed_before_the_request() {
        let (end, on) = (("end of life", "library"), ("unmaintained", "library"));
        for (before, after, closed) in
            [(end, end, true), (on, end, false), (end, on, false), (on, on, false)]
        {
            assert_eq!(
                is_closed(&request(before, after), &ClosedSeries::EndOfLife),
                closed,
                "{before:?} {after:?}"
            );
        }
        let named = ClosedSeries::Named(vec!["iris".to_owned()]);
        assert!(is_closed(&request(on, on), &named), "the configuration closes it");
        let other = ClosedSeries::Named(vec!["lily".to_owned()]);
        assert!(!is_closed(&request(end, end), &other), "the configuration alone decides");
    }

    #[test]
    fn status_does_not_close_a_series_for_what_was_trailing_before() {
        let (library, trailing) = (("end of life", "library"), ("end of life", "trailing"));
        assert!(!is_closed(&request(trailing, trailing), &ClosedSeries::EndOfLife));
        assert!(is_closed(&request(library, trailing), &ClosedSeries::EndOfLife));
        let named = ClosedSeries::Named(vec!["iris".to_owned()]);
        assert!(is_closed(&request(trailing, trailing), &named));
    }

    #[test]
    fn a_closed_series_takes_the_tags_that_end_it() {
        let request = request(("end of life", "library"), ("end of life", "library"));
        let change = &request.changes[0];
        let releases = &change.after.as_ref().unwrap().deliverable.releases;
        let refused = releases.iter().map(|release| {
            is_refused_by_closed_series(&request, change, release, &ClosedSeries::EndOfLife)
        });
        assert_eq!(refused.collect::<Vec<_>>(), [true, false]);
    }
}
