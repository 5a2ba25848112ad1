//! `tagkeeper edit`: changes keys, branches and entries of deliverable files.

use super::difference::write_difference;
use super::exit::Exit;
use super::opening::{Asking, Now, Opening};
use super::output::Output;
use crate::ops::edit::{EditAction, EditOptions, Edited, edit, write};
use crate::report::text;
use crate::workspace::Failure;

/// Edit deliverable files, and check the result before anything is written
#[derive(clap::Args, Debug)]
pub(super) struct EditArgs {
    /// The deliverables: a name with `*` and `?`, with its series before a slash where that is not `--series`
    glob: String,
    /// What to do
    #[arg(value_enum)]
    action: Word,
    /// KEY=VALUE, KEY, the version or the tag
    #[arg(required = true)]
    values: Vec<String>,
    /// The series, or `independent` [default: the series in development]
    #[arg(long, value_name = "NAME")]
    series: Option<String>,
    /// Show the difference and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(super) opening: Opening,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    asking: Asking,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Word {
    /// Set keys: `type=library`, `repository-settings.REPO.flags=[retired]`
    Set,
    /// Remove keys and what they hold
    Remove,
    /// Add the stable branch of the series at a version of the file
    AddStableBranch,
    /// Add the entry of a tag that exists
    ImportTag,
}

pub(super) fn run(args: &EditArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.opening.options()));
    let asked = EditOptions {
        glob: args.glob.clone(),
        series: args.series.clone(),
        action: args.action()?,
    };
    let edited = edit(&options, &asked)?;
    if !args.dry_run && !edited.is_refused {
        write(&options, &edited)?;
    }
    output.write(|out, style| {
        let Edited { rewrites, report, is_refused } = &edited;
        let Some(report) = report else { return writeln!(out, "{}", args.nothing()) };
        text::write(report, out, style)?;
        writeln!(out)?;
        for rewrite in rewrites {
            match args.dry_run || *is_refused {
                true => write_difference(rewrite, out)?,
                false => writeln!(out, "wrote {}", rewrite.path)?,
            }
        }
        match is_refused {
            true => writeln!(out, "\nthe edit introduces errors, so nothing was written"),
            false => Ok(()),
        }
    })?;
    Ok(if edited.is_refused { Exit::No } else { Exit::Fine })
}

impl EditArgs {
    fn action(&self) -> Result<EditAction, Failure> {
        Ok(match self.action {
            Word::Set => EditAction::Set(self.values.iter().map(pair).collect::<Result<_, _>>()?),
            Word::Remove => EditAction::Remove(self.values.clone()),
            Word::AddStableBranch => EditAction::AddStableBranch(self.single()?),
            Word::ImportTag => EditAction::ImportTag(self.single()?),
        })
    }

    /// What is said where no file changes.
    fn nothing(&self) -> String {
        let keys: Vec<String> = self.values.iter().map(|key| format!("`{key}`")).collect();
        match self.action {
            Word::Remove => format!("nothing to change: no file has {}", keys.join(" or ")),
            _ => "nothing to change".to_owned(),
        }
    }

    fn single(&self) -> Result<String, Failure> {
        match self.values.as_slice() {
            [one] => Ok(one.clone()),
            _ => Err(Failure::usage("this takes one version or tag")),
        }
    }
}

fn pair(text: &String) -> Result<(String, String), Failure> {
    let (key, value) = text.split_once('=').ok_or_else(|| {
        Failure::usage(format!("`{text}` is not KEY=VALUE")).help("such as `type=library`")
    })?;
    Ok((key.to_owned(), value.to_owned()))
}
