//! Children: started in a process group of their own, and gone when this process is, on every way out.
//!
//! A browser or a test runner starts processes that its own end does not end. So a whole group is signalled, never a
//! single process, also when the child itself has ended well.

use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// How long a child may take to end by itself once it was asked to.
const GRACE: Duration = Duration::from_secs(5);

const POLL: Duration = Duration::from_millis(20);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// Whether this process was asked to stop.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Passes Ctrl-C, SIGTERM and SIGHUP on to all children. Whoever waits for them then goes on to the exit.
pub(crate) fn stop_children_on_signals() -> Result<()> {
    ctrlc::set_handler(|| {
        // The second signal does not ask.
        let signal = if INTERRUPTED.swap(true, Ordering::SeqCst) { Signal::SIGKILL } else { Signal::SIGTERM };
        signal_all(signal);
        thread::spawn(|| {
            thread::sleep(GRACE);
            signal_all(Signal::SIGKILL);
        });
    })
    .context("signals cannot be handled")
}

fn groups() -> MutexGuard<'static, Vec<Pid>> {
    // The list is a plain list of numbers: it cannot be left half changed.
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn signal_all(signal: Signal) {
    for group in groups().iter() {
        let _ = killpg(*group, signal);
    }
}

/// A running child with all its descendants; dropping it ends them.
pub(crate) struct Group {
    child: Child,
    id: Pid,
}

impl Group {
    /// Starts a command in its own process group, without an input.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        if interrupted() {
            bail!("stopped before `{}`", describe(command));
        }
        let child = command.stdin(Stdio::null()).process_group(0).spawn().with_context(|| {
            match command.get_program().to_str() {
                Some(program) => format!("`{program}` cannot be started"),
                None => "a program cannot be started".to_owned(),
            }
        })?;
        let id = Pid::from_raw(child.id().cast_signed());
        groups().push(id);
        if interrupted() {
            // The signal came between the check and the registration.
            let _ = killpg(id, Signal::SIGTERM);
        }
        Ok(Self { child, id })
    }

    /// Takes the child's standard output, if it was piped and not taken yet.
    pub(crate) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Waits for the child, then ends what it left behind.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait().context("a child cannot be waited for")?;
        self.sweep();
        Ok(status)
    }

    /// Like `wait`; gives `None` and ends the whole group when the limit has passed.
    pub(crate) fn wait_at_most(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().context("a child cannot be waited for")? {
                self.sweep();
                return Ok(Some(status));
            }
            if Instant::now() >= deadline {
                self.end();
                return Ok(None);
            }
            thread::sleep(POLL);
        }
    }

    /// Asks the group to end, then insists. Gives the child's status if it ended by itself.
    pub(crate) fn end(&mut self) -> Option<ExitStatus> {
        let _ = killpg(self.id, Signal::SIGTERM);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if let Ok(Some(status)) = self.child.try_wait() {
                self.sweep();
                return Some(status);
            }
            thread::sleep(POLL);
        }
        self.sweep();
        let _ = self.child.wait();
        None
    }

    fn sweep(&self) {
        let mut registered = groups();
        if let Some(position) = registered.iter().position(|group| *group == self.id) {
            registered.swap_remove(position);
            let _ = killpg(self.id, Signal::SIGKILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            self.sweep();
        } else {
            self.end();
        }
    }
}

/// Runs a command to its end; what it prints goes to stderr. Fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = Group::start(command.stdout(io::stderr()))?.wait()?;
    demand_success(command, status, "; what it said is above")
}

/// Runs a command that is of interest only when it fails: its words are shown then, and not before.
pub(crate) fn run_quietly(command: &mut Command) -> Result<()> {
    let mut group = Group::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let stderr = group.child.stderr.take();
    let errors = thread::spawn(move || read_all(stderr));
    let output = read_all(group.take_stdout());
    let status = group.wait()?;
    let errors = errors.join().unwrap_or_default();
    if !status.success() {
        eprint!("{output}{errors}");
    }
    demand_success(command, status, "; what it said is above")
}

/// Runs a command and gives what it printed on stdout.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let (output, status) = output_and_status(command)?;
    demand_success(command, status, "")?;
    Ok(output)
}

/// Like `output`, for a command whose failure is one of its answers.
pub(crate) fn output_whatever(command: &mut Command) -> Result<String> {
    output_and_status(command).map(|(output, _)| output)
}

fn output_and_status(command: &mut Command) -> Result<(String, ExitStatus)> {
    let mut group = Group::start(command.stdout(Stdio::piped()))?;
    let output = read_all(group.take_stdout());
    let status = group.wait()?;
    Ok((output, status))
}

/// How a watched command ended, and what it printed on stdout.
pub(crate) struct Watched {
    /// `None` if it had to be stopped.
    pub(crate) status: Option<ExitStatus>,
    pub(crate) output: String,
}

/// Runs a command, shows what it prints on stdout as it comes, and keeps it.
pub(crate) fn watch(command: &mut Command, limit: Duration) -> Result<Watched> {
    let mut group = Group::start(command.stdout(Stdio::piped()))?;
    let stdout = group.take_stdout();
    let reader = thread::spawn(move || {
        let mut kept = String::new();
        copy_lines(stdout, |line| {
            println!("{line}");
            kept.push_str(line);
            kept.push('\n');
        });
        kept
    });
    let status = group.wait_at_most(limit)?;
    let output = reader.join().unwrap_or_default();
    Ok(Watched { status, output })
}

/// Lines that a child prints, to be waited for one by one.
pub(crate) struct Lines {
    receiver: mpsc::Receiver<String>,
    _reader: JoinHandle<()>,
}

impl Lines {
    /// Reads from now on, also when nobody waits, so that the child never blocks on a full pipe.
    pub(crate) fn of(stdout: Option<ChildStdout>) -> Self {
        let (sender, receiver) = mpsc::channel();
        let reader = thread::spawn(move || {
            copy_lines(stdout, |line| {
                let _ = sender.send(line.to_owned());
            });
        });
        Self { receiver, _reader: reader }
    }

    /// The next line, or `None` when the output has ended or nothing came in time.
    pub(crate) fn next_within(&self, limit: Duration) -> Option<String> {
        self.receiver.recv_timeout(limit).ok()
    }
}

fn copy_lines(source: Option<ChildStdout>, mut each: impl FnMut(&str)) {
    let Some(source) = source else { return };
    let mut source = BufReader::new(source);
    let mut line = Vec::new();
    // Bytes, because a test may print what is not UTF-8 and must not silence the rest.
    while source.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        each(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
        line.clear();
    }
    let _ = io::stdout().flush();
}

fn read_all(source: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut source) = source {
        let _ = source.read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn demand_success(command: &Command, status: ExitStatus, hint: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    bail!("`{}` failed ({status}){hint}", describe(command))
}

/// The command line, shortened to what a person recognises.
fn describe(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let name = program.rsplit('/').next().unwrap_or(&program).to_owned();
    let arguments: Vec<_> =
        command.get_args().take(6).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let more = if command.get_args().len() > arguments.len() { " …" } else { "" };
    format!("{name} {}{more}", arguments.join(" ")).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn is_alive(pid: i32) -> bool {
        nix::sys::signal::kill(Pid::from_raw(pid), None).is_ok()
            // A zombie still answers to signals but does nothing any more.
            && !std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
    }

    /// A signal is sent at once and takes effect a little later.
    fn dies(pid: i32) -> bool {
        let deadline = Instant::now() + GRACE;
        while is_alive(pid) && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        !is_alive(pid)
    }

    #[test]
    fn a_failure_names_the_command_and_its_status() {
        let error = run(&mut shell("exit 3")).unwrap_err().to_string();
        assert!(error.contains("sh -c exit 3") && error.contains("exit status: 3"), "{error}");
    }

    #[test]
    fn a_missing_program_gives_a_sentence() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err().to_string();
        assert_eq!(error, "`no-such-program` cannot be started");
    }

    #[test]
    fn what_a_child_leaves_behind_is_ended_with_it() {
        let output = output(&mut shell("sleep 60 >/dev/null 2>&1 & echo $!")).unwrap();
        let orphan: i32 = output.trim().parse().unwrap();
        assert!(dies(orphan));
    }

    #[test]
    fn dropping_a_child_ends_it_and_its_children() {
        let mut group = Group::start(shell("sleep 60 & echo $!; wait").stdout(Stdio::piped())).unwrap();
        let lines = Lines::of(group.take_stdout());
        let grandchild: i32 = lines.next_within(GRACE).unwrap().parse().unwrap();
        assert!(is_alive(grandchild));
        drop(group);
        assert!(dies(grandchild));
    }

    #[test]
    fn a_child_that_takes_too_long_is_ended() {
        let watched = watch(&mut shell("echo started; sleep 60"), Duration::from_millis(300)).unwrap();
        assert!(watched.status.is_none());
        assert_eq!(watched.output, "started\n");
    }

    #[test]
    fn output_that_is_not_text_does_not_silence_the_rest() {
        let watched = watch(&mut shell(r"printf '\377\n'; echo after"), GRACE).unwrap();
        assert!(watched.output.ends_with("after\n"));
    }
}
