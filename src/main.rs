//! The program `moonset`.

#![forbid(unsafe_code)]

mod cli;

fn main() -> std::process::ExitCode {
    sigpipe::reset();
    cli::run::main()
}
