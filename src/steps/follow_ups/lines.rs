//! Lines with their ends, so that what does not change stays as it is.

/// The lines of a text, each with its end.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n')
}

/// The end of a line: `\n`, `\r\n`, or nothing for the last one.
pub(super) fn end_of(line: &str) -> &str {
    match (line.ends_with("\r\n"), line.ends_with('\n')) {
        (true, _) => "\r\n",
        (false, true) => "\n",
        (false, false) => "",
    }
}

/// The end of the first line that has one.
pub(super) fn usual_end(text: &str) -> &str {
    lines(text).map(end_of).find(|end| !end.is_empty()).unwrap_or("\n")
}
