//! What git and Gerrit really wrote, and what we make of it.

use super::*;

const OLD: &str = "6c985770882a4cc022e075147842e065a0a5b577";
const NEW: &str = "e723f3c3bb12aec8d410e3de0c3cf65e89b8f26e";

const OUT: &str = "refs/tagkeeper/outgoing/1/";

/// A captured answer: the ref, what its lease said, flag and summary, exit status, whether git
/// came to `Done`, and its standard error.
struct Sample {
    full_ref: &'static str,
    lease: Lease,
    line: &'static str,
    status: i32,
    done: &'static str,
    stderr: &'static str,
}

impl Sample {
    fn new(full_ref: &'static str, line: &'static str, status: i32) -> Self {
        let stderr = if status == 0 { "" } else { "error: failed to push some refs to 'x'\n" };
        Self { full_ref, lease: Lease::Absent, line, status, done: "Done\n", stderr }
    }

    fn moving(self) -> Self {
        Self { lease: Lease::At(oid(OLD)), ..self }
    }

    fn broken_off(self, stderr: &'static str) -> Self {
        Self { done: "", stderr, ..self }
    }

    fn saying(self, stderr: &'static str) -> Self {
        Self { stderr, ..self }
    }

    fn wanted(&self) -> Wanted<'static> {
        Wanted { outgoing: OUT, full_ref: self.full_ref, lease: self.lease }
    }

    fn output(&self) -> GitOutput {
        let (flag, summary) = self.line.split_at(1);
        let stdout = format!(
            "To ../gerrit.git\n{flag}\t{OUT}{}:{}\t{}\n{}",
            self.full_ref.strip_prefix("refs/").unwrap(),
            self.full_ref,
            summary.trim_start(),
            self.done
        );
        output(self.status, &stdout, self.stderr)
    }
}

fn oid(text: &str) -> Oid {
    Oid::from_str(text).unwrap()
}

fn output(status: i32, stdout: &str, stderr: &str) -> GitOutput {
    GitOutput { status: Some(status), stdout: stdout.into(), stderr: stderr.to_owned() }
}

fn refused(reason: &str) -> Answer {
    Answer::Refused(reason.to_owned())
}

fn samples() -> Vec<(Sample, Answer)> {
    vec![
        (Sample::new("refs/tags/1", "* [new tag]", 0), Answer::Created),
        (Sample::new("refs/heads/s/1", "* [new branch]", 0), Answer::Created),
        (Sample::new("refs/tk/new", "* [new reference]", 0), Answer::Created),
        (Sample::new("refs/tk/moved", "  6c98577..e723f3c", 0).moving(), Answer::Moved),
        (Sample::new("refs/tags/2", "= [up to date]", 0), Answer::AlreadyThere),
        (Sample::new("refs/tk/same", "= [up to date]", 0).moving(), Answer::AlreadyThere),
        (Sample::new("refs/tags/3", "! [rejected] (stale info)", 1), Answer::Taken),
        (Sample::new("refs/tags/4", "! [rejected] (already exists)", 1), Answer::Taken),
        (Sample::new("refs/tk/lost", "! [rejected] (fetch first)", 1).moving(), Answer::Taken),
        (
            Sample::new("refs/tags/5", "! [remote rejected] (hook declined)", 1)
                .saying("remote: no tags today        \nerror: failed to push some refs to 'x'\n"),
            refused("hook declined: no tags today"),
        ),
        (
            Sample::new("refs/tags/5p", "! [remote rejected] (prohibited by Gerrit: not permitted)", 1)
                .saying("remote: Processing changes: refs: 1 (\\)\rremote: Processing changes: refs: 1, done\nremote: Processing changes: refs: 1, done    \nremote: ask the release team\n"),
            refused("prohibited by Gerrit: not permitted: ask the release team"),
        ),
        (
            Sample::new("refs/tags/6", "! [remote rejected] (pre-receive hook declined)", 1),
            refused("pre-receive hook declined"),
        ),
        (
            Sample::new(
                "refs/tags/7",
                "! [remote rejected] (prohibited by Gerrit: not permitted: create tag)",
                1,
            ),
            refused("prohibited by Gerrit: not permitted: create tag"),
        ),
        (
            Sample::new(
                "refs/tags/8",
                "! [remote rejected] (prohibited by Gerrit: Unable to resolve object (x).)",
                1,
            ),
            refused("prohibited by Gerrit: Unable to resolve object (x)."),
        ),
        (
            Sample::new("refs/tags/9", "! [remote rejected] (blocked by the release team)", 1),
            refused("blocked by the release team"),
        ),
        (
            Sample::new("refs/heads/x", "! [remote rejected] (unpacker error)", 1)
                .broken_off("error: remote unpack failed: eof before pack header\n"),
            Answer::NotUnpacked,
        ),
    ]
}

fn unknown_samples() -> Vec<Sample> {
    vec![
        Sample::new("refs/tags/u1", "* [new tag]", 1).broken_off(
            "send-pack: unexpected disconnect while reading sideband packet\n\
             error: error in sideband demultiplexer\n",
        ),
        Sample::new("refs/tags/u2", "! [remote rejected] (failed to update ref)", 1)
            .saying("remote: error: cannot lock ref 'refs/tags/u2': File exists.        \n"),
        Sample::new("refs/tags/u3", "! [remote failure] (remote failed to report status)", 1),
        Sample::new("refs/tags/u4", "+ e723f3c...6c98577 (forced update)", 0),
        Sample::new("refs/tags/u5", "- [deleted]", 0),
        Sample::new("refs/tags/u6", "* [new tag]", 0).moving(),
        Sample::new("refs/tags/u7", "  6c98577..e723f3c", 0),
        Sample::new("refs/tags/u8", "X [new tag]", 0),
    ]
}

#[test]
fn captured_answers_are_understood() {
    for (sample, answer) in samples() {
        assert_eq!(sample.wanted().judge(&sample.output()), answer, "{}", sample.line);
    }
}

#[test]
fn an_answer_that_is_not_certain_is_unknown() {
    for sample in unknown_samples() {
        let answer = sample.wanted().judge(&sample.output());
        assert!(matches!(answer, Answer::Unknown(_)), "{}: {answer:?}", sample.line);
    }
}

#[test]
fn an_answer_about_another_ref_is_no_answer() {
    let all: Vec<Sample> =
        samples().into_iter().map(|(sample, _)| sample).chain(unknown_samples()).collect();
    for asked in &all {
        for other in all.iter().filter(|other| other.full_ref != asked.full_ref) {
            let answer = asked.wanted().judge(&other.output());
            assert!(matches!(answer, Answer::Unknown(_)), "{} {answer:?}", other.full_ref);
        }
    }
}

#[test]
fn anything_but_the_one_line_is_no_answer() {
    let wanted = Wanted { outgoing: OUT, full_ref: "refs/tags/1", lease: Lease::Absent };
    let line = format!("*\t{NEW}:refs/tags/1\t[new tag]");
    for stdout in [
        String::new(),
        format!("{line}\nDone\n"),
        "To x\n".to_owned(),
        "To x\nDone\n".to_owned(),
        format!("To x\n{line}\n{line}\nDone\n"),
        format!("To x\n{line}\nDone\nDone\n"),
        format!("To x\n{line}\nmore\n"),
        format!("To x\n*{line}\nDone\n"),
        format!("To x\n*\t{OLD}:refs/tags/1\t[new tag]\nDone\n"),
        format!("To x\n*\t{NEW}:refs/tags/1\nDone\n"),
        "ref refs/tags/1 6c98577\n".to_owned(),
    ] {
        assert!(matches!(wanted.judge(&output(0, &stdout, "")), Answer::Unknown(_)), "{stdout}");
    }
}

#[test]
fn the_words_of_git_show_no_password() {
    let wanted = Wanted { outgoing: OUT, full_ref: "refs/tags/1", lease: Lease::Absent };
    let fatal = "fatal: unable to access 'https://me:secret@host/x': refused\n";
    let Answer::Unknown(why) = wanted.judge(&output(128, "", fatal)) else { panic!() };
    assert!(why.contains("128") && why.contains("refused") && !why.contains("secret"), "{why}");
}
