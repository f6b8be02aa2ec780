//! Walks a store in a native window: `cargo run -p viewer -- http://127.0.0.1:8080/s/demo`.

use std::process::ExitCode;

use viewer::native::{Options, run};

const USAGE: &str = "usage: viewer URL [--screenshot FILE [--then-exit]] [--size WIDTHxHEIGHT]

  URL                 a store page, for example http://127.0.0.1:8080/s/demo
  --screenshot FILE   writes a PNG of the first sharp view
  --then-exit         closes the window after that
  --size WxH          size of the window in pixels (1280x720)";

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { url: String::new(), screenshot: None, then_exit: false, size: (1280, 720) };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--screenshot" => {
                let file = arguments.next().ok_or("--screenshot needs a file")?;
                options.screenshot = Some(file.into());
            }
            "--then-exit" => options.then_exit = true,
            "--size" => {
                let size = arguments.next().unwrap_or_default();
                let parsed = size.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
                options.size = parsed.ok_or_else(|| format!("{size:?} is no size; one looks like 960x540"))?;
            }
            other if other.starts_with('-') => return Err(format!("there is no option {other}")),
            url => url.clone_into(&mut options.url),
        }
    }
    if options.url.is_empty() { Err("which store?".to_owned()) } else { Ok(options) }
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(fault) => {
            eprintln!("{fault}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
