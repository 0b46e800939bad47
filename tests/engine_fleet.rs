//! A fleet of pages, each with its own engine, while the service is away: what it meets when it comes back.
//!
//! Pages do not know of each other and the service answers by the clock alone, so each is run by itself and only its
//! requests are counted. The test runs a small fleet; `SESSION_FLEET=DIR cargo test --test engine_fleet` runs a million
//! pages and writes `fleet.md` and `fleet.svg` there.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a simulation: its numbers are small, and a panic in it is a failed test"
)]

mod engine_tokens;

use engine_tokens::{jwt, parameter, payload, reply, signed_in_body};
use loginrocket_wasm::{
    engine::{
        CallOptions, Effect, Engine, Id, Input, Platform, Setup, StorageScope,
        session::{Want, message::Stored},
    },
    protocol::{
        config::Config,
        response::{Headers, Reply},
        time::Moment,
        url::BaseUrl,
    },
};
use std::{collections::BTreeMap, fmt::Write as _};

const SESSION: &str = "kss_sample123456";
const START: u64 = 1_767_225_600;
const TOKEN_SECONDS: u64 = 900;
/// The fleet runs for that long before the service goes away, so that its pages are out of step.
const BEFORE_SECONDS: u64 = 1_800;
const AFTER_SECONDS: u64 = 1_800;
const ANSWER_MS: u64 = 80;

/// What happens to the service.
#[derive(Clone, Copy)]
struct Scenario {
    name: &'static str,
    away_seconds: u64,
    how: How,
    /// Whether every page notices at once that the service is back, and its app asks for a token.
    reconnects: bool,
    /// How often the app asks for a token all the time.
    asks_every_seconds: Option<u64>,
}

impl Scenario {
    /// How long it is looked at.
    fn seconds(self) -> u64 {
        BEFORE_SECONDS + self.away_seconds + AFTER_SECONDS
    }
}

#[derive(Clone, Copy, PartialEq)]
enum How {
    /// 503.
    Fails,
    /// 429, all with the same moment to come back at.
    Limits,
    /// Not a word.
    Hangs,
}

const OUTAGE: Scenario = Scenario {
    name: "outage of 10 minutes, 503",
    away_seconds: 600,
    how: How::Fails,
    reconnects: false,
    asks_every_seconds: None,
};

const SCENARIOS: [Scenario; 5] = [
    OUTAGE,
    Scenario { name: "the same, apps ask every minute", asks_every_seconds: Some(60), ..OUTAGE },
    Scenario { name: "the same, 429 until its end", how: How::Limits, ..OUTAGE },
    Scenario { name: "the same, never answers", how: How::Hangs, ..OUTAGE },
    Scenario {
        name: "deploy of 30 seconds, all reconnect at once",
        away_seconds: 30,
        how: How::Fails,
        reconnects: true,
        asks_every_seconds: None,
    },
];

/// What the service says, made once for each second.
struct Replies {
    /// By the second of the service's clock.
    signed_in: Vec<Option<Reply>>,
}

impl Replies {
    fn new(scenario: Scenario) -> Self {
        Self { signed_in: vec![None; scenario.seconds() as usize] }
    }

    fn signed_in(&mut self, second: u64) -> Reply {
        let known = &mut self.signed_in[second as usize];
        let make = || {
            let issued_at = START + second;
            let token = jwt(&payload(SESSION, None, issued_at, issued_at + TOKEN_SECONDS));
            reply(200, &signed_in_body(SESSION, None, &token))
        };
        known.get_or_insert_with(make).clone()
    }
}

/// One page.
struct Page<'a> {
    engine: Engine,
    now_ms: u64,
    wake_at: Option<u64>,
    coming: BTreeMap<(u64, u64), Input>,
    count: u64,
    sent_at_ms: Vec<u64>,
    scenario: Scenario,
    replies: &'a mut Replies,
}

impl<'a> Page<'a> {
    /// Opens at some second of the first token's lifetime, and lives on to the end. Gives when it sent requests.
    fn run(number: u64, scenario: Scenario, url: &BaseUrl, replies: &'a mut Replies) -> Vec<u64> {
        let seed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // Spread evenly over the fleet, whatever its size (golden ratio).
        let share = seed >> 32;
        let opened_ms = (share * TOKEN_SECONDS * 1000) >> 32;
        let config = Config { url: Some(url.clone()), ..Config::default() };
        let platform = Platform { scope: StorageScope::Tab, seed, ..Platform::default() };
        let setup = Setup { config, platform, ..Setup::default() };
        let (engine, effects) = Engine::new(moment(opened_ms), setup);
        let mut page = Page {
            engine,
            now_ms: opened_ms,
            wake_at: None,
            coming: BTreeMap::new(),
            count: 0,
            sent_at_ms: Vec::new(),
            scenario,
            replies,
        };
        page.perform(effects);
        page.plan(opened_ms, share);
        page.live();
        page.sent_at_ms
    }

    /// What the app and the browser do.
    fn plan(&mut self, opened_ms: u64, share: u64) {
        let end = self.scenario.seconds() * 1000;
        if let Some(seconds) = self.scenario.asks_every_seconds {
            let mut at = opened_ms + (share % (seconds * 1000));
            while at < end {
                self.put_caller(at);
                at += seconds * 1000;
            }
        }
        if self.scenario.reconnects {
            let away = BEFORE_SECONDS * 1000;
            self.put(away, Input::Online { is_online: false });
            let back = away + self.scenario.away_seconds * 1000;
            self.put(back, Input::Online { is_online: true });
            self.put_caller(back);
        }
    }

    fn live(&mut self) {
        let end = self.scenario.seconds() * 1000;
        loop {
            let coming = self.coming.keys().next().copied();
            match (coming, self.wake_at) {
                (Some(key), wake) if key.0 < end && wake.is_none_or(|at| key.0 <= at) => {
                    self.now_ms = key.0;
                    if let Some(input) = self.coming.remove(&key) {
                        self.step(input);
                    }
                }
                (_, Some(at)) if at < end => {
                    self.now_ms = at;
                    self.wake_at = None;
                    self.step(Input::Woke);
                }
                _ => break,
            }
        }
    }

    fn put(&mut self, at_ms: u64, input: Input) {
        self.count += 1;
        self.coming.insert((at_ms, self.count), input);
    }

    fn put_caller(&mut self, at_ms: u64) {
        let want = Want::Token { min_validity_seconds: 30 };
        let id = self.count as Id + 1;
        self.put(at_ms, Input::Want { id, want, options: CallOptions::default() });
    }

    fn step(&mut self, input: Input) {
        let effects = self.engine.handle(moment(self.now_ms), input);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Read { id, .. } => {
                    let stored = Stored::Session { session: SESSION.into(), account: None, profile: None };
                    self.put(self.now_ms, Input::Stored { id, result: Ok(Some(stored.to_text())) });
                }
                Effect::Write { id, .. } => self.put(self.now_ms, Input::Stored { id, result: Ok(None) }),
                Effect::Fetch { id, request } => {
                    assert_eq!(parameter(request.url.expose(), "session"), Some(SESSION));
                    self.send(id);
                }
                Effect::WakeAt { at_ms } => self.wake_at = at_ms,
                _ => {}
            }
        }
    }

    fn send(&mut self, id: Id) {
        self.sent_at_ms.push(self.now_ms);
        let back_ms = (BEFORE_SECONDS + self.scenario.away_seconds) * 1000;
        let is_away = (BEFORE_SECONDS * 1000..back_ms).contains(&self.now_ms);
        let reply = match self.scenario.how {
            _ if !is_away => self.replies.signed_in(self.now_ms / 1000),
            How::Fails => reply(503, ""),
            // The engine stops waiting by itself.
            How::Hangs => return,
            How::Limits => {
                let seconds = (back_ms - self.now_ms).div_ceil(1000);
                let headers = Headers { retry_after: Some(seconds.to_string().into()), ..Headers::default() };
                Reply { headers, ..reply(429, "") }
            }
        };
        self.put(self.now_ms + ANSWER_MS, Input::Replied { id, reply });
    }
}

fn moment(now_ms: u64) -> Moment {
    Moment { mono_ms: now_ms, wall: START + now_ms / 1000 }
}

/// Requests of each second.
fn run(pages: u64, scenario: Scenario) -> Vec<u32> {
    let seconds = scenario.seconds();
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|thread| {
                scope.spawn(move || {
                    let url = BaseUrl::parse("https://sample.e2.loginrocket.com").unwrap();
                    let mut replies = Replies::new(scenario);
                    let mut counts = vec![0_u32; seconds as usize];
                    for number in (thread..pages).step_by(threads as usize) {
                        for at in Page::run(number + 1, scenario, &url, &mut replies) {
                            counts[(at / 1000) as usize] += 1;
                        }
                    }
                    counts
                })
            })
            .collect();
        let mut sum = vec![0_u32; seconds as usize];
        for part in parts {
            for (total, count) in sum.iter_mut().zip(part.join().unwrap()) {
                *total += count;
            }
        }
        sum
    })
}

/// Requests a second: in the steady state before, at the peak while the service was away, at the peak after.
struct Load {
    mean: f64,
    away: f64,
    peak: f64,
}

fn load(counts: &[u32], scenario: Scenario) -> Load {
    // The first lifetime is the opening of the pages, which is spread but is no steady state.
    let (first, last) = (TOKEN_SECONDS as usize, BEFORE_SECONDS as usize);
    let back = last + scenario.away_seconds as usize;
    let peak = |counts: &[u32]| f64::from(counts.iter().copied().max().unwrap_or_default());
    let steady = &counts[first..last];
    Load {
        mean: f64::from(steady.iter().sum::<u32>()) / steady.len() as f64,
        away: peak(&counts[last..back]),
        peak: peak(&counts[back..]),
    }
}

#[test]
fn a_fleet_comes_back_without_a_storm() {
    for (scenario, most) in SCENARIOS.into_iter().zip([6.0, 20.0, 16.0, 6.0, 16.0]) {
        let counts = run(10_000, scenario);
        let load = load(&counts, scenario);
        let ratio = load.peak / load.mean;
        println!(
            "{}: mean {:.1}, away {:.0}, peak {:.0}: {ratio:.1}",
            scenario.name, load.mean, load.away, load.peak
        );
        assert!(ratio < most, "{}: the peak is {ratio:.1} times the mean", scenario.name);
        assert!(load.peak > 0.0 && load.mean > 0.0, "{}: the fleet is dead", scenario.name);
    }
}

#[test]
fn a_million_pages_are_written_down() {
    let Ok(folder) = std::env::var("SESSION_FLEET") else { return };
    let pages = 1_000_000;
    let mut table = format!(
        "# A million pages and their service\n\n{pages} pages with tokens of {} minutes. Requests a second.\n\n\
         | what happens | steady mean | peak while away | peak after | peak / mean |\n| --- | --: | --: | --: | --: |\n",
        TOKEN_SECONDS / 60,
    );
    let mut plots = Vec::new();
    for scenario in SCENARIOS {
        let counts = run(pages, scenario);
        let load = load(&counts, scenario);
        let ratio = load.peak / load.mean;
        writeln!(
            table,
            "| {} | {:.0} | {:.0} | {:.0} | {ratio:.1} |",
            scenario.name, load.mean, load.away, load.peak
        )
        .unwrap();
        plots.push((scenario, counts));
    }
    std::fs::write(format!("{folder}/fleet.md"), table).unwrap();
    std::fs::write(format!("{folder}/fleet.svg"), plot(&plots)).unwrap();
}

/// Seconds that share one point of the plot: the highest of them.
const POINT_SECONDS: u32 = 10;

/// Readable on whatever page it stands, light or dark.
const STYLE: &str = "text{fill:#24292f}.page{fill:#fff}.away{fill:#f3d9d9}.load{stroke:#1d4f91}.ground{stroke:#888}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#0d1117}.away{fill:#4a2328}.load{stroke:#79b8ff}}";

/// One small plot a scenario, all to one scale. Its points are not yet scaled: each is a second since the service went
/// away, and the most requests in one second of the ten from there on.
fn plot(plots: &[(Scenario, Vec<u32>)]) -> String {
    let (width, height, gap) = (840.0, 110.0, 34.0);
    let highest = plots.iter().flat_map(|(_, counts)| &counts[TOKEN_SECONDS as usize..]).max().copied();
    let highest = f64::from(highest.unwrap_or(1));
    let total = plots.len() as f64 * (height + gap) + 10.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {total}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<style>{STYLE}</style>\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n",
        width + 20.0
    );
    // A steady quarter of an hour before, for the eye.
    let before = BEFORE_SECONDS as usize - TOKEN_SECONDS as usize;
    for (row, (scenario, counts)) in plots.iter().enumerate() {
        let counts = &counts[TOKEN_SECONDS as usize..];
        let base = (row + 1) as f64 * (height + gap) - 8.0;
        let x_scale = width / counts.len() as f64;
        let origin = 10.0 + before as f64 * x_scale;
        let points = counts.chunks(POINT_SECONDS as usize).zip(0..).fold(
            String::new(),
            |mut points, (chunk, number)| {
                let second = f64::from(number * POINT_SECONDS) - before as f64;
                let most = chunk.iter().max().copied().unwrap_or_default();
                write!(points, "{second},{most} ").unwrap();
                points
            },
        );
        write!(
            svg,
            "<text x=\"10\" y=\"{:.0}\">{}: at most {} requests in a second</text>\n\
             <g transform=\"translate({origin:.2} {base:.0}) scale({x_scale:.5} {:.7})\">\n\
             <rect class=\"away\" y=\"0\" width=\"{}\" height=\"{highest}\"/>\n\
             <polyline class=\"load\" fill=\"none\" vector-effect=\"non-scaling-stroke\" points=\"{}\"/>\n</g>\n\
             <path class=\"ground\" d=\"M10 {base:.0}h{width:.0}\"/>\n",
            base - height - 6.0,
            scenario.name,
            counts.iter().max().copied().unwrap_or_default(),
            -height / highest,
            scenario.away_seconds,
            points.trim_end(),
        )
        .unwrap();
    }
    svg.push_str("</svg>\n");
    svg
}
