//! Scripted answers and the request log: `script` and `requests`.

use http::StatusCode;
use serde::Serialize;

use super::{Control, Outcome, done, json};
use crate::record::Record;
use crate::script::Rule;
use crate::wire::Refusal;

#[derive(Serialize)]
struct Rules<'a> {
    script: &'a [Rule],
}

#[derive(Serialize)]
struct Made<'a> {
    id: &'a str,
}

#[derive(Serialize)]
struct Requests<'a> {
    requests: Vec<&'a Record>,
}

/// `GET script`: the rules that are left.
pub(super) fn list(control: &Control<'_>) -> Outcome {
    Ok(json(&Rules { script: control.realm()?.script.rules() }))
}

/// `POST script`: adds a rule.
pub(super) fn create(control: &mut Control<'_>) -> Outcome {
    let rule: Rule = control.body()?;
    rule.check().map_err(|words| Refusal::told(StatusCode::UNPROCESSABLE_ENTITY, words))?;
    let id = control.realm_mut()?.script.add(rule);
    Ok(json(&Made { id: &id }))
}

/// `DELETE script`: removes the rule with that `id`, or all.
pub(super) fn delete(control: &mut Control<'_>) -> Outcome {
    let id = control.query("id").map(str::to_owned);
    let script = &mut control.realm_mut()?.script;
    match id {
        None => script.clear(),
        Some(id) if script.remove(&id) => {}
        Some(_) => return Err(Refusal::plain(StatusCode::NOT_FOUND, "there is no such rule")),
    }
    Ok(done())
}

/// `GET requests`: the log, oldest first; `after` leaves out what was seen, `path` and `user` narrow it down.
pub(super) fn requests(control: &Control<'_>) -> Outcome {
    let after = control.query("after").and_then(|number| number.parse().ok()).unwrap_or(0);
    let (path, user) = (control.query("path"), control.query("user"));
    let fits = |record: &&Record| {
        record.number > after
            && path.is_none_or(|path| record.path == path)
            && user.is_none_or(|user| {
                record.user.as_deref().is_some_and(|found| found.eq_ignore_ascii_case(user))
            })
    };
    Ok(json(&Requests { requests: control.realm()?.log.records().iter().filter(fits).collect() }))
}

/// `DELETE requests`: forgets them.
pub(super) fn clear_requests(control: &mut Control<'_>) -> Outcome {
    control.realm_mut()?.log.clear();
    Ok(done())
}
