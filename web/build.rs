//! Takes the beginning of the first lesson into the page, the one that a new visitor sees. Its steps, and the
//! other lessons, are fetched.

use portolan_lessons::Lesson;
use std::fmt::Write as _;
use std::path::Path;

const WELCOME: &str = "../examples/07-ingress-2017";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join(WELCOME).canonicalize()?;
    println!("cargo:rerun-if-changed={}", folder.display());
    let Lesson { controller, compare, cloud, from, files, requests, steps: _ } =
        Lesson::read(&std::fs::read_to_string(folder.join("lesson.yaml"))?)?;
    let requests: Vec<String> = requests.into_iter().map(|asked| asked.request).collect();
    let mut code = format!(
        "Welcome {{ controller: {controller:?}, compare: &{compare:?}, cloud: {cloud:?}, from: {from:?},\n\
         requests: &{requests:?}, files: &[\n"
    );
    for name in files {
        writeln!(code, "    ({name:?}, include_str!({:?})),", folder.join("manifests").join(&name))?;
    }
    code.push_str("] }\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("welcome.rs"), code)?;
    Ok(())
}
