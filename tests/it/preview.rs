//! Announcements before they are sent, and in a site's own words.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::played::{Played, git, grow, tagkeeper};

/// The lines that only the tag can know.
const OF_THE_TAG: [&str; 3] = ["Date: ", "Tagged: ", "Signed by: "];

fn but_for_the_tag(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let is_known = |line: &&str| !OF_THE_TAG.iter().any(|start| line.starts_with(start));
    text.lines().filter(is_known).map(str::to_owned).collect()
}

fn planned(root: &Path, arguments: &[&str]) -> Value {
    let base = ["plan", "--mail", "--format", "json", "--base", "HEAD^"];
    let (status, said) = tagkeeper(root, &[&base[..], arguments].concat());
    assert_eq!(status, 0, "{said}");
    serde_json::from_str::<Value>(&said).unwrap()["mails"].clone()
}

/// A request for trowel 2.2.0, merged and not applied.
fn asked() -> Played {
    let played = Played::new();
    let commit = grow(&played.root(), "garden/trowel");
    let entry = format!(
        "  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {commit}\n"
    );
    played.request("trowel.yaml", &entry);
    played
}

#[test]
fn a_plan_shows_the_mail_that_will_be_sent() {
    let played = asked();
    let root = played.root();
    let mails = planned(&root, &[]);
    let mail = &mails[0];
    assert_eq!((mails.as_array().unwrap().len(), &mail["version"]), (1, &Value::from("2.2.0")));
    let (status, said) = tagkeeper(&root, &["report", "--format", "json", "--base", "HEAD^"]);
    assert!(status < 2, "{said}");
    let page: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        page["mails"][0]["text"].as_str().map(but_for_the_tag),
        mail["text"].as_str().map(but_for_the_tag)
    );
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    let sent = fs::read_to_string(root.join("mail/garden.trowel-2.2.0.eml")).unwrap();
    assert_eq!(but_for_the_tag(mail["text"].as_str().unwrap()), but_for_the_tag(&sent));
    assert!(sent.contains("Auto-Submitted: auto-generated"), "{sent}");
    let (status, printed) = tagkeeper(&root, &["announce", "--print", "garden/trowel", "2.2.0"]);
    assert_eq!(status, 0, "{printed}");
    let signed = |text: &str| {
        text.lines().any(|line| line.starts_with("Signed by:      ") && line.len() > 50)
    };
    assert!(signed(&printed) && signed(&sent.replace("\r\n", "\n")), "{printed}");
    assert_eq!(but_for_the_tag(&printed), but_for_the_tag(&sent));
    assert_eq!(planned(&root, &[]), Value::Array(Vec::new()), "what was sent is not sent again");
}

#[test]
fn recipients_and_answers_follow_the_configuration() {
    let played = asked();
    let root = played.root();
    let config = fs::read_to_string(root.join("releases/tagkeeper.yaml")).unwrap();
    assert!(config.contains("mail:"), "{config}");
    let path = root.join("elsewhere.yaml");
    let text = config.replace("mail:\n", "mail:\n  reply-to: talk@garden.example\n  to: [{for: {series: hibiscus}, to: [h@garden.example]}, rest@garden.example]\n");
    // The key that was there is written once.
    let mut lines: Vec<&str> = text.lines().collect();
    let old = lines
        .iter()
        .rposition(|line| line.trim_start().starts_with("to:") && !line.contains("for:"));
    old.map(|at| lines.remove(at));
    fs::write(&path, lines.join("\n")).unwrap();
    let mail = &planned(&root, &["--config", path.to_str().unwrap()])[0];
    assert_eq!(mail["to"][0], "h@garden.example", "{mail}");
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("\nReply-To: talk@garden.example\n"), "{text}");
    let (status, said) =
        tagkeeper(&root, &["plan", "--base", "HEAD^", "--mail-reply-to", "nobody at all"]);
    assert!(status == 2 && said.contains("reply-to"), "{said}");
}

#[test]
fn a_sites_own_template_is_used_and_tried_before_anything_is_pushed() {
    let played = asked();
    let root = played.root();
    let write = |text: &str| {
        fs::create_dir_all(root.join("releases/words")).unwrap();
        fs::write(root.join("releases/words/mail.j2"), text).unwrap();
        fs::write(root.join("releases/words/foot.j2"), "-- \nThe garden\n").unwrap();
        git(&root, &["add", "--all"]);
        git(&root, &["commit", "--quiet", "--allow-empty", "--message", "Words"]);
        git(&root, &["commit", "--quiet", "--allow-empty", "--message", "Nothing"]);
    };
    let plan = |base: &str| {
        tagkeeper(&root, &["plan", "--mail", "--base", base, "--mail-template", "words/mail.j2"])
    };
    let (status, said) = plan("HEAD^");
    assert!(status == 2 && said.contains("there is no file words/mail.j2"), "{said}");
    write("{{ short_name }} {{ version }} is out\n\n{% include \"foot.j2\" %}");
    let (status, said) = tagkeeper(
        &root,
        &["announce", "--print", "garden/trowel", "2.1.0", "--mail-template", "words/mail.j2"],
    );
    assert!(status == 0 && said.contains("\ntrowel 2.1.0 is out\n\n-- \nThe garden\n"), "{said}");
    for (text, wrong) in [
        ("fine\n{{ colour }}", "words/mail.j2:2"),
        ("{% include \"../tagkeeper.yaml\" %}", "tagkeeper.yaml"),
        ("{% for a in range(9000) %}{% for b in range(9000) %}{% endfor %}{% endfor %}", "fuel"),
        ("{% for a in range(9000) %}{{ \"garden\" * 100 }}{% endfor %}", "bytes"),
        ("{% if version == \"9.9.9\" %}{{ colour }}{% endif %}{% for %}", "syntax error"),
    ] {
        write(text);
        let (status, said) = plan("HEAD^");
        assert!(status == 2 && said.contains(wrong), "{text}: {said}");
    }
    let (status, said) = tagkeeper(&root, &["announce", "--print-template"]);
    assert!(
        status == 0 && said.contains("{{ short_name }}") && said.contains("release_notes:"),
        "{said}"
    );
}

#[test]
fn a_milestone_has_no_announcement_unless_the_site_wants_it() {
    let played = Played::new();
    let root = played.root();
    let commit = grow(&root, "garden/trowel");
    let entry = format!(
        "  - version: 2.2.0.0b1\n    projects:\n      - repo: garden/trowel\n        hash: {commit}\n"
    );
    played.request("trowel.yaml", &entry);
    assert_eq!(planned(&root, &[]), Value::Array(Vec::new()));
    assert_eq!(planned(&root, &["--announce-pre-releases", "all"])[0]["version"], "2.2.0.0b1");
}
