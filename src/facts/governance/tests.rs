//! Odd parts of governance's data, and who is still known.

use super::*;
use crate::facts::people::Person;

fn person(name: &str) -> Person {
    let email = format!("{}@example.org", name.to_lowercase());
    Person { name: name.to_owned(), email, irc: None }
}

fn governance(projects: &str) -> Governance {
    Governance::read(projects, []).unwrap()
}

fn others<const N: usize>(names: [&str; N]) -> Ownership {
    Ownership::Others(names.map(str::to_owned).into())
}

const ROSES: &str = "
roses:
  ptl: {name: Ann, irc: null, email: ann@example.org, appointed: [zed]}
  liaisons:
    release: [{name: Bob, irc: bob, email: bob@example.org}]
    security: [{name: Cy, email: cy@example.org}]
  deliverables:
    rose: {repos: [garden/rose, garden/rose-ui], release-management: none}
";

fn known(leadership: Answer<Leadership>) -> Leadership {
    let Answer::Known(leadership) = leadership else { panic!("{leadership:?}") };
    leadership
}

#[test]
fn leads_liaisons_and_repositories_are_read_whatever_else_a_team_says() {
    let found = governance(&format!(
        "{ROSES}lilies: {{leadership_type: distributed, liaisons: {{release: }}}}\n\
         weeds: {{ptl: {{name: APPOINTMENT NEEDED, irc: null, email: example@example.org}}}}\nnettles:\n"
    ));
    let roses = known(found.leadership("roses"));
    let bob = Person { irc: Some("bob".to_owned()), ..person("Bob") };
    assert_eq!((roses.ptl, roses.liaisons), (Some(person("Ann")), vec![bob]));
    for nobody in ["lilies", "weeds", "nettles"] {
        assert_eq!(known(found.leadership(nobody)), Leadership::default(), "{nobody}");
    }
    assert_eq!(found.leadership("daisies"), Answer::Absent);
    assert_eq!(found.ownership_of_repository("garden/rose-ui", "roses"), Ownership::Own);
    assert_eq!(found.ownership_of_repository("garden/rose-ui", "lilies"), others(["roses"]));
    assert_eq!(found.ownership_of_deliverable("rose", "roses"), Ownership::Own);
    assert_eq!(found.ownership_of_deliverable("rose", "daisies"), others(["roses"]));
    assert_eq!(found.ownership_of_repository("garden/lily", "roses"), Ownership::Nobody);
}

#[test]
fn an_odd_part_costs_nobody_else_an_answer() {
    let odd = [
        "odd: [a, b]",
        "odd: text",
        "odd: {liaisons: [a, b]}",
        "odd: {liaisons: {release: bob}}",
        "odd: {liaisons: {release: [bob]}}",
        "odd: {ptl: bob}",
        "odd: {deliverables: [a]}",
        "odd: {deliverables: {a: {repos: text}}}",
        "odd: {deliverables: {a: [text]}}",
        "odd: {deliverables: {a: {repos: [{name: x}]}}}",
    ];
    for odd in odd {
        let found = governance(&format!("{ROSES}{odd}\n"));
        assert_eq!(known(found.leadership("roses")).ptl, Some(person("Ann")), "{odd}");
        assert_eq!(found.ownership_of_repository("garden/rose", "roses"), Ownership::Own, "{odd}");
        assert_eq!(found.knows("odd"), Answer::Known(()), "{odd}");
        let is_about_people = odd.contains("liaisons") || odd.contains("ptl");
        let is_whole = !odd.contains('{');
        let gap = known(found.leadership("odd")).gap;
        assert_eq!(gap.is_some(), is_about_people || is_whole, "{odd}");
        let unlisted = found.ownership_of_repository("garden/lily", "roses");
        assert_eq!(matches!(unlisted, Ownership::Unknown(_)), !is_about_people, "{odd}");
        let of_odd = found.ownership_of_repository("garden/rose", "odd");
        assert_eq!(matches!(of_odd, Ownership::Unknown(_)), !is_about_people, "{odd}");
        let foreign = found.ownership_of_repository("garden/rose", "daisies");
        assert_eq!(foreign, others(["roses"]), "{odd}");
    }
}

#[test]
fn a_lead_is_known_beside_odd_liaisons() {
    let found = governance("odd:\n  ptl: {name: Ann, email: ann@example.org}\n  liaisons: [a]\n");
    let odd = known(found.leadership("odd"));
    assert_eq!(odd.ptl, Some(person("Ann")));
    assert!(odd.gap.is_some_and(|gap| gap.to_string().contains("`odd`")));
}

#[test]
fn a_team_that_is_listed_twice_owns_what_both_list_and_has_no_known_lead() {
    let found =
        governance(&format!("{ROSES}{}", ROSES.replace("Ann", "Eve").replace("rose-ui", "thorn")));
    assert!(matches!(found.leadership("roses"), Answer::Unknown(_)));
    for repo in ["garden/rose", "garden/rose-ui", "garden/thorn"] {
        assert_eq!(found.ownership_of_repository(repo, "roses"), Ownership::Own, "{repo}");
    }
}

#[test]
fn the_committee_and_interest_groups_own_what_their_lists_say() {
    let beside = [
        (COMMITTEE, "Technical Committee:\n  - repo: garden/rules\n"),
        (
            INTEREST_GROUPS,
            "Bees:\n  - repo: garden/hive\n    extra-acs: [{name: x}]\nPublic SIG:\n  - repo: garden/gate\nOdd: text\n",
        ),
        ("legacy.yaml", "weeds: {deliverables: {weed: {repos: [garden/weed]}}}\n"),
    ];
    let found = Governance::read(ROSES, beside).unwrap();
    let owner = |repo: &str, team: &str| found.ownership_of_repository(repo, team);
    assert_eq!(owner("garden/rules", "Technical Committee"), Ownership::Own);
    assert_eq!(owner("garden/rules", "roses"), others(["Technical Committee"]));
    for name in ["Bees", "Bees SIG", "SIGs"] {
        assert_eq!(owner("garden/hive", name), Ownership::Own, "{name}");
        assert_eq!(known(found.leadership(name)).ptl, None);
    }
    assert_eq!(owner("garden/gate", "Public"), Ownership::Own);
    assert_eq!(owner("garden/hive", "roses"), others(["Bees"]));
    assert_eq!(owner("garden/rose", "roses SIG"), others(["roses"]), "a team has one name");
    assert!(matches!(owner("garden/weed", "roses"), Ownership::Unknown(_)), "`Odd` may own it");
}

#[test]
fn what_is_no_list_of_teams_gives_no_answer() {
    for text in ["- a\n", "text", "a: [", ""] {
        assert!(Governance::read(text, []).is_err(), "{text}");
    }
    let found = Governance::read(ROSES, [(INTEREST_GROUPS, "- text\n")]).unwrap();
    let of = |repo, team| found.ownership_of_repository(repo, team);
    assert!(matches!(of("garden/lily", "roses"), Ownership::Unknown(_)));
    assert!(matches!(of("garden/rose", "Bees"), Ownership::Unknown(_)), "both may list it");
    assert_eq!(of("garden/rose", "roses"), Ownership::Own);
    assert!(matches!(found.knows("Bees"), Answer::Unknown(_)));
}

#[test]
fn what_was_given_up_is_in_no_other_list() {
    let legacy = "
weeds: {deliverables: {weed: {repos: [garden/weed]}}}
roses: {partial: yes, deliverables: {thorn: {repos: [garden/thorn]}, rose: {repos: [garden/rose]}}}
odd: [a]
";
    let found = Governance::read(ROSES, [("legacy.yaml", legacy)]).unwrap();
    assert_eq!(found.is_former_team("weeds"), Answer::Known(true));
    assert_eq!(found.is_former_team("roses"), Answer::Known(false), "only a part of it");
    assert_eq!(found.is_former_team("lilies"), Answer::Known(false));
    assert_eq!(found.is_former_deliverable("thorn"), Answer::Known(true));
    assert_eq!(found.is_former_deliverable("rose"), Answer::Known(false), "it is back");
    assert_eq!(found.is_former_repository("garden/weed"), Answer::Known(true));
    assert_eq!(found.is_former_repository("garden/rose"), Answer::Known(false));
    assert!(matches!(found.is_former_repository("garden/lily"), Answer::Unknown(_)), "`odd`");
    let unread = Governance::read(ROSES, [("legacy.yaml", "- a\n")]).unwrap();
    assert!(matches!(unread.is_former_team("weeds"), Answer::Unknown(_)));
    assert_eq!(unread.is_former_team("roses"), Answer::Known(false));
    assert_eq!(unread.ownership_of_repository("garden/rose", "roses"), Ownership::Own);
    assert_eq!(governance(ROSES).is_former_team("weeds"), Answer::Known(false));
}

#[test]
fn the_repositories_of_a_deliverable_are_those_of_every_list() {
    let sigs = "Bees:\n  - repo: garden/hive\n";
    let found = Governance::read(ROSES, [(INTEREST_GROUPS, sigs)]).unwrap();
    let known =
        |names: &[&str]| Answer::Known(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(found.repositories_of("rose"), known(&["garden/rose", "garden/rose-ui"]));
    assert_eq!(found.repositories_of("hive"), known(&["garden/hive"]));
    assert_eq!(found.repositories_of("lily"), Answer::Absent);
    let odd = governance(&format!("{ROSES}odd: {{deliverables: [a]}}\n"));
    assert!(matches!(odd.repositories_of("lily"), Answer::Unknown(_)));
}
