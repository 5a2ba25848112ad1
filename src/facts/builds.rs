//! The newest results of a job, from Zuul's REST API.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Deserializer};

use super::servers::{Absence, Keep};
use super::{Answer, Cause, Question, Sources, Unknown};

/// So many results are asked for.
const MOST: usize = 5;

/// The newest results of a job of a project, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BuildsOf {
    /// Base URL of the API, with its tenant.
    pub api: String,
    /// Name of the project.
    pub project: String,
    /// Name of the job.
    pub job: String,
}

/// One run of a job.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Build {
    /// Such as `SUCCESS`; none while it runs.
    pub result: Option<String>,
    /// When it ended.
    #[serde(default, deserialize_with = "moment")]
    pub end_time: Option<Timestamp>,
    /// Where its log is.
    pub log_url: Option<String>,
}

/// Zuul writes times of UTC without their zone.
fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| {
        let time: DateTime = text.trim_end_matches('Z').parse().ok()?;
        time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    }))
}

impl BuildsOf {
    fn url(&self) -> String {
        let part = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (project, job) = (part(&self.project), part(&self.job));
        let api = self.api.trim_end_matches('/');
        format!("{api}/builds?project={project}&job_name={job}&limit={MOST}")
    }
}

impl Question for BuildsOf {
    type Known = Vec<Build>;

    fn lane(&self) -> &str {
        &self.api
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<Build>> {
        let url = self.url();
        sources.servers().page(&url, Absence::Gone, Keep::Nothing).and_then(|bytes| {
            match serde_json::from_slice::<Vec<Build>>(&bytes) {
                Ok(mut builds) => {
                    builds.truncate(MOST);
                    Answer::Known(builds)
                }
                Err(error) => {
                    let why = format!("{url} is not a list of builds: {error}");
                    Answer::Unknown(Unknown::at(&url, Cause::Unreadable, why))
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_value_of_the_query() {
        let of = |job: &str| BuildsOf {
            api: "https://zuul.example.org/api/tenant/garden/".to_owned(),
            project: "garden/vase".to_owned(),
            job: job.to_owned(),
        };
        assert_eq!(
            of("a&limit=900").url(),
            "https://zuul.example.org/api/tenant/garden/builds?project=garden%2Fvase&job_name=a%26limit%3D900&limit=5"
        );
    }

    #[test]
    fn builds_are_read_as_zuul_writes_them() {
        let text = r#"[{"uuid": "1", "result": "FAILURE", "end_time": "2026-08-18T10:00:00", "log_url": "https://l/1"}, {"result": null}]"#;
        let builds: Vec<Build> = serde_json::from_str(text).unwrap();
        assert_eq!(builds[0].end_time, "2026-08-18T10:00:00Z".parse().ok());
        assert_eq!((builds[1].result.clone(), builds[1].end_time), (None, None));
    }
}
