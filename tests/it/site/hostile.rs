//! Names, texts and links that nobody should write.

use super::{REQUIREMENTS, ROSE, SERIES, Site, dead};

#[test]
fn what_cannot_be_an_address_is_refused_by_name_and_nothing_is_written() {
    for (path, text, said) in [
        (
            "deliverables/hibiscus/a b.yaml",
            ROSE.to_owned(),
            "deliverable `a b` has no page: its name contains ` `",
        ),
        ("deliverables/hibiscus/Rose.yaml", ROSE.to_owned(), "differs only in case"),
        (
            "deliverables/hibiscus/index.yaml",
            ROSE.to_owned(),
            "would both be at `deliverables/index.html`",
        ),
        (
            "deliverables/hibiscus/x.yaml",
            ROSE.replace("Gar-den Club", "../x"),
            "team `../x` has no page: its name begins with a dot",
        ),
        (
            "deliverables/hibiscus/x.yaml",
            ROSE.replace("Gar-den Club", "Gar den Club"),
            "`teams/gar_den_club.html`",
        ),
        (
            "deliverables/hibiscus/x.yaml",
            ROSE.replace("Gar-den Club", "\"\\u202e\""),
            "an escape for a character that changes the direction of text",
        ),
        (
            "data/series_status.yaml",
            SERIES.replace("name: zed", "name: \"z\\\"ed\""),
            "data/series_status.yaml:10:9: series `z\"ed` has no page: its name contains",
        ),
        (
            "deliverables/zed/requirements.yaml",
            REQUIREMENTS.replace("zed-eom", "\"x 'y-eol\""),
            "deliverables/zed/requirements.yaml:8:15: `x 'y-eol` cannot be part of a redirect: it contains white space",
        ),
        (
            "tagkeeper.yaml",
            "site:\n  redirects: ['/a /b', '/b /c']\n".to_owned(),
            "`/a` leads to `/b`, and `/b` leads on from there",
        ),
    ] {
        let site = Site::new();
        site.write(path, &text);
        site.commit();
        let (status, told) = site.run();
        assert_eq!(status, 1, "{path}: {told}");
        assert!(told.contains(said), "{path}: {told}");
        assert!(!site.out().exists(), "{path}");
    }
}

#[test]
fn a_version_that_is_listed_twice_is_one_place_and_one_entry() {
    let site = Site::new();
    let again = "  - version: 1.0.0\n    projects:\n      - {repo: garden/rose, hash: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb}\n";
    site.write("deliverables/hibiscus/rose.yaml", &(ROSE.to_owned() + again));
    site.commit();
    let files = site.built();
    for page in ["deliverables/rose.html", "hibiscus/index.html"] {
        let html = &files[page];
        assert_eq!(html.matches("id=\"hibiscus-rose-v1-0-0\"").count(), 1, "{page}");
        assert!(html.contains(&"b".repeat(40)) && html.contains(&"a".repeat(40)), "{page}");
    }
    for feed in ["deliverables/rose.xml", "hibiscus/feed.xml"] {
        assert_eq!(files[feed].matches("<title>rose 1.0.0</title>").count(), 1, "{feed}");
    }
}

#[test]
fn a_redirect_that_would_break_a_server_is_a_mistake_in_the_configuration() {
    for (text, said) in [
        ("['/a\"x /b']", "contains a quote"),
        ("['/a /b c']", "contains white space"),
        ("['/a']", "is not `FROM TO`"),
        ("['a /b']", "does not begin with a path"),
        ("['/a javascript:x']", "leads neither to a path"),
        ("['/a //b.example']", "leads neither to a path"),
    ] {
        let site = Site::new();
        site.write("tagkeeper.yaml", &format!("site:\n  redirects: {text}\n"));
        site.commit();
        let (status, told) = site.run();
        assert!(status == 2 && told.contains("tagkeeper.yaml:2:") && told.contains(said), "{told}");
    }
}

#[test]
fn hostile_texts_and_links_harm_no_page() {
    let site = Site::new();
    let hostile = ROSE
        .replace("https://notes.garden.example/rose", "javascript:alert(1)")
        .replace(
            "Roses are",
            "<script>alert(2)</script> `x <javascript:alert(3)>`_ \"\\u200b\\u2060\" Roses are",
        )
        .replace("  - <script>", "  - \"<script>")
        .replace("\"\\u200b\\u2060\"", "\\u200b\\u2060")
        .replace("*sweet*.", "*sweet*.\"")
        .replace("type: library", "type: library\nstable-status: maintained")
        .replace("version: 1.0.0", "version: '1.0.0\"><img src=x onerror=alert(4)>'")
        .replace("garden/rose", "\"garden/<b>rose\"");
    site.write("deliverables/hibiscus/rose.yaml", &hostile);
    site.commit();
    let files = site.built();
    assert_eq!(dead(&files), Vec::<String>::new());
    for (path, text) in &files {
        for harm in ["<script>alert", "href=\"javascript", "<img", "<b>", "\u{200b}", "\u{2060}"] {
            let is_page = path.ends_with(".html") || path.ends_with(".xml");
            assert!(!is_page || !text.contains(harm), "{path} has {harm}");
        }
    }
    assert!(site.run().1.contains(
        "warning: deliverables/hibiscus/rose.yaml:6:16: `javascript:alert(1)` is shown as text"
    ));
}
