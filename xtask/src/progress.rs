//! Says what is being done, how far it is, and how long it took. Everything goes to stderr: stdout is for results.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Steps that are numbered when all of them are known.
#[derive(Default)]
pub(crate) struct Plan<'a> {
    steps: Vec<Step<'a>>,
}

struct Step<'a> {
    title: String,
    action: Box<dyn FnOnce() -> Result<()> + 'a>,
}

impl<'a> Plan<'a> {
    /// Adds a step. The title says what is done and, when it is long, how long.
    pub(crate) fn add(&mut self, title: impl Into<String>, action: impl FnOnce() -> Result<()> + 'a) {
        self.steps.push(Step { title: title.into(), action: Box::new(action) });
    }

    /// Whether there is nothing to do.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Carries the steps out in order and stops at the first that fails.
    pub(crate) fn run(self) -> Result<()> {
        let total = self.steps.len();
        for (index, step) in self.steps.into_iter().enumerate() {
            eprintln!("[{}/{total}] {}…", index + 1, step.title);
            let start = Instant::now();
            (step.action)()?;
            eprintln!("[{}/{total}] done in {}", index + 1, readable(start.elapsed()));
        }
        Ok(())
    }
}

/// A duration as a person says it.
pub(crate) fn readable(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_naturally() {
        assert_eq!(readable(Duration::from_millis(340)), "0.3 s");
        assert_eq!(readable(Duration::from_millis(59_900)), "59.9 s");
        assert_eq!(readable(Duration::from_secs(65)), "1 min 05 s");
    }

    #[test]
    fn a_failing_step_stops_the_plan() {
        let mut later_ran = false;
        let mut plan = Plan::default();
        plan.add("failing", || anyhow::bail!("broken"));
        plan.add("never reached", || {
            later_ran = true;
            Ok(())
        });
        assert!(plan.run().is_err());
        assert!(!later_ran);
    }
}
