//! `tutti`: arguments in, a server or an answer out. Exit codes: 0 done, 1 failed, 2 wrong usage.

use std::process::ExitCode;

fn main() -> ExitCode {
    tutti::cli::main()
}
