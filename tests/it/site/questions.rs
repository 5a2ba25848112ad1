//! The questions of `docs/site.md`, followed on a small site.

use regex::Regex;

use super::{SERIES, Site, target};

/// A row of the table: what is asked, where its reader arrives, which link they follow, and what they find.
fn questions() -> Vec<[String; 4]> {
    let text = include_str!("../../../docs/site.md");
    let table = text.split("## Questions").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, asked, page, link, found] = cells.try_into().unwrap_or_else(|_| panic!("{line}"));
        let of_site =
            |text: &str| text.replace("<series>", "hibiscus").replace("<deliverable>", "rose");
        [asked, &of_site(page), link, found].map(str::to_owned)
    })
    .collect()
}

#[test]
fn each_question_is_answered_where_its_reader_arrives_or_one_link_further_on() {
    let site = Site::new();
    let key = "0x0123456789abcdef0123456789abcdef01234567";
    let keyed = SERIES.replace(
        "  status: development\n",
        &format!("  status: development\n  signing-key: {{key: '{key}', start: 2026-04-01}}\n"),
    );
    site.write("data/series_status.yaml", &keyed);
    site.commit();
    let files = site.built();
    let asked = questions();
    assert!(asked.len() >= 10, "{asked:?}");
    let links = Regex::new("<a href=\"([^\"]*)\">([^<]*)</a>").unwrap();
    for [question, page, link, found] in asked {
        let html = files.get(&page).unwrap_or_else(|| panic!("{question}: no {page}"));
        let answer = match link.as_str() {
            "-" => html,
            link => {
                let mut links = links.captures_iter(html);
                let followed = links.find(|it| it[2].contains(link));
                let followed =
                    followed.unwrap_or_else(|| panic!("{question}: no {link} in {page}"));
                // The web answers for itself.
                if followed[1].starts_with("https://") {
                    continue;
                }
                let (file, _) = target(&page, &followed[1]);
                files.get(&file).unwrap_or_else(|| panic!("{question}: no {file}"))
            }
        };
        assert!(answer.contains(&found), "{question}: {page} does not say {found:?}");
    }
}
