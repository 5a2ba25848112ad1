//! Texts as people write them, and texts that nobody should.

use proptest::prelude::{any, prop_assert, proptest};

use super::plain;

fn shown(source: &str) -> String {
    plain(source, 40)
}

#[test]
fn paragraphs_are_wrapped_and_stay_apart() {
    assert_eq!(
        shown("One two three four five six seven eight nine\nten.\n\nNext."),
        "One two three four five six seven eight\nnine ten.\n\nNext."
    );
    assert_eq!(shown(""), "");
    assert_eq!(shown("\n\n  \n"), "");
}

#[test]
fn inline_markup_is_written_as_in_a_mail() {
    for (source, expected) in [
        ("Set ``[DEFAULT] debug`` now.", "Set `[DEFAULT] debug` now."),
        ("Literals keep ``a\\b`` and ``*``.", "Literals keep `a\\b` and `*`."),
        ("See `the docs <https://a.example/x>`_.", "See the docs (https://a.example/x)."),
        ("See `bug 7 <https://a.example/7>`__, too.", "See bug 7 (https://a.example/7), too."),
        ("`<https://a.example>`_", "https://a.example"),
        (
            "The :class:`~oslo.config.cfg.Opt` and :ref:`how it works <a-b>`.",
            "The `Opt` and how it works.",
        ),
        (":oslo.config:option:`debug` is off.", "`debug` is off."),
        ("It is **new**, *really*.", "It is *new*, *really*."),
        ("A \\*star\\* and re\\ ``set``.", "A *star* and re``set``."),
        ("It takes `interpreted` text.", "It takes `interpreted` text."),
        ("See [1]_ for foo_ and __init__.", "See [1] for foo_ and __init__."),
        ("2 * 3 * 4 and a**b**c", "2 * 3 * 4 and a**b**c"),
        ("an `unclosed and ``one", "an `unclosed and ``one"),
        ("snake_case_ and x_y", "snake_case_ and x_y"),
    ] {
        assert_eq!(plain(source, 200), expected);
    }
}

#[test]
fn names_of_links_are_looked_up_wherever_they_stand() {
    assert_eq!(
        plain(
            "See Docs_ and `the\nblog`_.\n\n.. _docs: https://d.example\n.. _The Blog: https://b.example\n",
            200
        ),
        "See Docs (https://d.example) and the blog (https://b.example)."
    );
    assert_eq!(
        plain("`here`__ it is\n\n__ https://a.example", 200),
        "here (https://a.example) it is"
    );
    assert_eq!(plain("|x| is it\n\n.. |x| replace:: this", 200), "this is it");
    assert_eq!(plain("Read on.\n\n.. _a-label:\n\nMore.", 200), "Read on.\n\nMore.");
}

#[test]
fn lists_keep_their_items_and_what_is_in_them() {
    assert_eq!(
        shown(
            "Two:\n\n* one is long enough to be put on two lines\n* two\n\n  - inner\n  - other\n"
        ),
        "Two:\n\n* one is long enough to be put on two\n  lines\n* two\n\n  - inner\n  - other"
    );
    assert_eq!(shown("#. one\n#. two\n\n5. five"), "1. one\n2. two\n5. five");
    assert_eq!(
        shown("Without an empty line:\n- one\n- two"),
        "Without an empty line:\n\n- one\n- two"
    );
    assert_eq!(shown("- one\n\n  more of it\n\n- two"), "- one\n\n  more of it\n\n- two");
    assert_eq!(shown("- code::\n\n    x = 1\n"), "- code:\n\n      x = 1");
    assert_eq!(shown("-\n- x"), "-\n- x");
}

#[test]
fn code_stays_as_it_is() {
    assert_eq!(
        shown("Set it::\n\n  [a]\n  b =   1\n\n  c = ``x``\n\nDone."),
        "Set it:\n\n    [a]\n    b =   1\n\n    c = ``x``\n\nDone."
    );
    assert_eq!(shown("::\n\n  x\n"), "    x");
    assert_eq!(
        shown(".. code-block:: yaml\n   :linenos:\n\n   a: 1\n     b: 2\n"),
        "    a: 1\n      b: 2"
    );
    assert_eq!(shown(">>> 1 + 1\n2"), "    >>> 1 + 1\n    2");
}

#[test]
fn directives_that_are_known_become_words_and_others_stay() {
    assert_eq!(shown(".. note::\n\n   Mind the gap."), "Note: Mind the gap.");
    assert_eq!(shown(".. warning:: It is\n   sharp."), "Warning: It is sharp.");
    assert_eq!(shown(".. deprecated:: 1.2 Use that."), "Deprecated since 1.2: Use that.");
    assert_eq!(shown(".. image:: a.png\n   :alt: A"), ".. image:: a.png\n   :alt: A");
    assert_eq!(shown("Before.\n\n.. a comment\n   of two lines\n\nAfter."), "Before.\n\nAfter.");
}

#[test]
fn titles_tables_terms_and_lines_are_kept() {
    assert_eq!(shown("Title\n=====\n\nText."), "Title\n=====\n\nText.");
    assert_eq!(shown("=====\nTitle\n=====\n\nText."), "Title\n=====\n\nText.");
    let grid = "+---+---+\n| a | b |\n+---+---+";
    assert_eq!(shown(grid), grid);
    let simple = "=== ===\n a   b\n=== ===\n 1   2\n=== ===";
    assert_eq!(shown(simple), simple);
    assert_eq!(shown("term\n  What it\n  means."), "term\n    What it means.");
    assert_eq!(shown("| one\n| ``two``"), "| one\n| `two`");
    assert_eq!(shown("Quote:\n\n  it is\n  said"), "Quote:\n\n    it is said");
}

#[test]
fn nothing_is_too_deep_or_too_long() {
    let deep = "- ".repeat(4000) + "x";
    assert!(shown(&deep).contains('x'));
    let quote: String = (0..2000).map(|depth| format!("{}x\n\n", " ".repeat(depth))).collect();
    assert!(shown(&quote).contains('x'));
    let ticks = "`".repeat(100_000);
    assert!(!shown(&ticks).is_empty());
    assert!(!shown(&"`a <".repeat(20_000)).is_empty());
    assert!(!shown(&":a:`".repeat(20_000)).is_empty());
}

proptest! {
    #[test]
    fn any_text_is_shown(text in any::<String>()) {
        let _ = plain(&text, 72);
    }

    #[test]
    fn no_word_of_plain_text_is_lost(text in "([a-z]{1,12}[ \\n]){0,40}") {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        prop_assert!(words(&plain(&text, 30)) == words(&text));
    }

    #[test]
    fn markup_in_any_order_is_survived(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "`", "``", ":a:`", "_", "__", "<", ">", "*", "**", "|", "\\", " ", "\n", "  ", "- ", ".. ", "::", "x", "é",
            "1. ", "[1]_", "===", "\n\n", "+-+",
        ]), 0..60)
    ) {
        let _ = plain(&parts.concat(), 30);
    }
}
