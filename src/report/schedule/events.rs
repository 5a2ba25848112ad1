//! The events next to a week: first those that concern the deliverables, then the others that the calendar knows, then the rest.

use crate::calendar::ShownEvent;
use crate::report::text::Pen;
use crate::rules::Level;
use crate::text::one_line;

/// Columns next to the days.
const BESIDE: usize = 42;

/// The lines next to a week, none wider than [`BESIDE`].
pub(super) fn lines(events: &[ShownEvent], pen: &Pen) -> Vec<String> {
    let mut sorted: Vec<&ShownEvent> = events.iter().collect();
    sorted.sort_by_key(|event| (!event.concerns, event.meaning.is_none()));
    let mut lines: Vec<(usize, String)> = Vec::new();
    for event in sorted {
        let name = one_line(&event.name);
        let n = name.chars().count();
        let name = painted(event, &name, pen);
        match lines.last_mut() {
            Some((width, line)) if *width + 1 + n <= BESIDE => {
                *width += 1 + n;
                line.push(' ');
                line.push_str(&name);
            }
            _ => lines.push((n, name)),
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

fn painted(event: &ShownEvent, name: &str, pen: &Pen) -> String {
    match (event.concerns, event.meaning) {
        (true, _) => pen.level(Level::Warning, name),
        (false, Some(_)) => name.to_owned(),
        (false, None) => pen.quiet(name),
    }
}
