//! The script's side of the wire, in TypeScript: numbers, and the items of each list by their names.

use super::{
    ANSWERS, EFFECTS, INPUTS, Item, Kind, OPTIONS,
    take::{BODIES, OPTIONS_FAULTS, PARAMS_FAULTS, SIGNATURES, WANTS},
};
use crate::{
    Error, Family, Misuse, Source,
    engine::{
        StoreFault,
        explain::Problem,
        session::{
            Why,
            snapshot::{Freshness, SignOutReason, State},
        },
    },
    protocol::{
        endpoint::{Endpoint, Method},
        response::Next,
    },
};
use std::fmt::Write as _;

const HEAD: &str = "// Made from src/wire by `cargo xtask wire`; a test compares it. Do not edit.\n\n";

/// The files below `pkg/src/wire`, by name.
pub fn files() -> [(&'static str, String); 3] {
    [("inputs.ts", inputs()), ("effects.ts", effects()), ("errors.ts", errors())]
}

/// The type of a value that the app gave; see `items.rs`.
const PLAIN: &str = "/** A value of the app's as it stands in a list: `{}` is one that JSON cannot hold, `[]` one that could not be read. */\nexport type Plain = string | number | boolean | null | Record<string, never> | never[]\n\n";

fn inputs() -> String {
    let mut ts = HEAD.to_owned();
    ts.push_str(PLAIN);
    let names = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let endpoints = Endpoint::ALL.map(|endpoint| format!("{endpoint:?}"));
    for (name, values) in [
        ("Endpoint", endpoints.to_vec()),
        ("ParamsFault", names(&PARAMS_FAULTS)),
        ("OptionsFault", names(&OPTIONS_FAULTS)),
        ("Want", names(&WANTS)),
        ("Body", names(&BODIES)),
        ("StoreFault", StoreFault::ALL.map(|fault| format!("{fault:?}")).to_vec()),
        ("Signature", names(&SIGNATURES)),
    ] {
        number(&mut ts, name, &values);
    }
    // For these calls the host passes only some of the parameters. The engine does not need the others.
    let with_body: Vec<_> = Endpoint::ALL
        .iter()
        .filter(|endpoint| matches!(endpoint.route().0, Method::Post | Method::Put))
        .map(|endpoint| format!("Endpoint.{endpoint:?}"))
        .collect();
    let _ = writeln!(
        ts,
        "/** Calls whose parameters are a body, of which the engine sees `session`, `account` and `token` alone. */\nexport const WITH_BODY: readonly Endpoint[] = [{}]\n",
        with_body.join(", ")
    );
    ts.push_str("/** A list, and the text beside it. */\nexport type Input = [list: readonly unknown[], beside?: string | undefined]\n\n");
    for (number, kind) in INPUTS.iter().enumerate() {
        let params = params(kind);
        let items: Vec<_> =
            params.iter().filter(|(.., beside)| !beside).map(|(name, ..)| name.clone()).collect();
        let list = [vec![number.to_string()], items].concat().join(", ");
        let beside = params.iter().find(|(.., beside)| *beside);
        let result = beside.map_or(format!("[[{list}]]"), |(name, ..)| format!("[[{list}], {name}]"));
        let _ = writeln!(ts, "export const {} = ({}): Input => {result}", lower(kind.0), declared(&params));
    }
    let options: Vec<_> = OPTIONS
        .iter()
        .filter_map(|item| match item {
            Item::Named(name, ts_type) => Some((*name, *ts_type)),
            Item::Field(_) | Item::Beside => None,
        })
        .collect();
    let declared: Vec<_> = options.iter().map(|(name, ts_type)| format!("  {name}: {ts_type},\n")).collect();
    let names: Vec<_> = options.iter().map(|(name, _)| *name).collect();
    let _ = writeln!(
        ts,
        "\n/** The list of a client's options. */\nexport const options = (\n{}): readonly unknown[] => [{}]",
        declared.concat(),
        names.join(", ")
    );
    ts
}

fn effects() -> String {
    let mut ts = HEAD.to_owned();
    number(&mut ts, "Effect", &EFFECTS.iter().map(|kind| kind.0.to_owned()).collect::<Vec<_>>());
    number(&mut ts, "AnswerKind", &ANSWERS.iter().map(|kind| kind.0.to_owned()).collect::<Vec<_>>());
    texts(&mut ts, "STATES", &State::ALL.map(State::as_str));
    texts(&mut ts, "FRESHNESS", &Freshness::ALL.map(Freshness::as_str));
    texts(&mut ts, "NEXTS", &Next::ALL.map(Next::as_str));
    texts(&mut ts, "SIGN_OUT_REASONS", &SignOutReason::ALL.map(SignOutReason::as_str));
    texts(&mut ts, "PROBLEMS", &Problem::ALL.map(Problem::as_str));
    texts(&mut ts, "WHYS", &Why::ALL.map(Why::as_str));
    ts.push('\n');
    ts.push_str("/** What a host does for each effect. */\nexport interface Effects {\n");
    for kind in EFFECTS {
        let _ = writeln!(ts, "  [Effect.{}]({}): void", kind.0, declared(&params(kind)));
    }
    ts.push_str("}\n\n/** What a wait came to. */\nexport type Answer =\n");
    for kind in ANSWERS {
        let mut items = vec![format!("kind: AnswerKind.{}", kind.0)];
        items.extend(params(kind).iter().map(|(name, ts_type, _)| format!("{name}: {ts_type}")));
        let _ = writeln!(ts, "  | [{}]", items.join(", "));
    }
    ts
}

fn errors() -> String {
    let mut ts = HEAD.to_owned();
    let usage = Error::ALL.iter().take_while(|error| matches!(error.family(), Family::Usage)).count();
    let _ = writeln!(
        ts,
        "/** How many errors, from the first, are misuse. */\nexport const USAGE_ERRORS = {usage}\n"
    );
    ts.push_str("/** Code and message of each error, by number; and the class of the official client, where it is no `LoginRocketError`. */\nexport const ERRORS: readonly (readonly [code: string, message: string, source?: string])[] = [\n");
    for error in Error::ALL {
        let message = match error {
            // These have no message of their own: the reason, which crosses with them, has it.
            Error::InvalidUrl(_) | Error::InvalidOption(_) | Error::InvalidParams(_) => "",
            _ => error.message(),
        };
        let source = match error.source_name() {
            Source::LoginRocketError => String::new(),
            source => format!(", '{}'", source.name()),
        };
        let _ = writeln!(ts, "  ['{}', {message:?}{source}],", error.code());
    }
    let _ = writeln!(
        ts,
        "]\n\n/** Of a misuse: no option has that name. */\nexport const UNKNOWN_OPTION = {}",
        Misuse::UnknownOption.number()
    );
    ts.push_str("\n/** Why an option, a URL or parameters are refused, by number. */\nexport const MISUSES: readonly string[] = [\n");
    for misuse in Misuse::ALL {
        let _ = writeln!(ts, "  {:?},", misuse.text());
    }
    ts.push_str("]\n");
    ts
}

/// A `const enum`: bundlers replace its names by its numbers.
fn number(ts: &mut String, name: &str, values: &[String]) {
    let _ = writeln!(ts, "export const enum {name} {{\n  {},\n}}\n", values.join(",\n  "));
}

/// The texts that the app gets in the place of numbers.
fn texts(ts: &mut String, name: &str, texts: &[&str]) {
    let _ = writeln!(ts, "export const {name} = ['{}'] as const", texts.join("', '"));
}

/// The parameters of a kind: name, type, and whether it goes beside the list.
fn params(kind: &Kind) -> Vec<(String, String, bool)> {
    let mut params = Vec::new();
    for (field, items) in kind.1 {
        for item in *items {
            params.push(match item {
                Item::Field(ts_type) => (camel(field), (*ts_type).to_owned(), false),
                Item::Named(name, ts_type) => ((*name).to_owned(), (*ts_type).to_owned(), false),
                Item::Beside => (camel(field), "string | undefined".to_owned(), true),
            });
        }
    }
    params
}

fn declared(params: &[(String, String, bool)]) -> String {
    let one = |(name, ts_type, beside): &(String, String, bool)| {
        if *beside { format!("{name}?: string") } else { format!("{name}: {ts_type}") }
    };
    // Optional parameters come last.
    let (last, first): (Vec<_>, Vec<_>) = params.iter().partition(|(.., beside)| *beside);
    first.into_iter().chain(last).map(one).collect::<Vec<_>>().join(", ")
}

fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &upper(word))
}

fn upper(word: &str) -> String {
    let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
    first.to_ascii_uppercase() + rest
}

fn lower(word: &str) -> String {
    let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
    first.to_ascii_lowercase() + rest
}
