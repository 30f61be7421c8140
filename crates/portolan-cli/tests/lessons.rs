//! The lessons in a terminal.

mod tool;

use insta::assert_snapshot;
use tool::run;

#[test]
fn they_are_listed() {
    let (code, stdout, stderr) = run(&["examples"], b"");
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_snapshot!(stdout);
}

#[test]
fn one_is_walked_through() {
    let (code, stdout, stderr) = run(&["examples", "nodeport"], b"");
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_snapshot!(stdout);
    assert_eq!(run(&["examples", "2"], b"").1, stdout, "by its number");
    assert_eq!(run(&["examples", "02-nodeport"], b"").1, stdout, "by its whole name");
}

#[test]
fn an_example_shows_its_answers() {
    assert_snapshot!(run(&["examples", "hosts"], b"").1);
}

#[test]
fn its_manifests_are_written_where_none_are() {
    let folder = std::env::temp_dir().join(format!("portolan-lessons-{}", std::process::id()));
    let name = folder.to_string_lossy().into_owned();
    let (code, stdout, stderr) = run(&["examples", "nodeport", "--write", &name], b"");
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(
        stdout.contains(&format!("portolan route -f {name} --controller kubernetes http://")),
        "{stdout}"
    );
    let service = folder.join("service.yaml");
    assert!(std::fs::read_to_string(&service).expect("written").contains("nodePort: 30000"));
    std::fs::write(&service, "mine").expect("writable");
    let (code, _, stderr) = run(&["examples", "nodeport", "--write", &name], b"");
    assert_eq!(code, 2);
    assert!(stderr.contains("help: name a folder"), "{stderr}");
    assert_eq!(std::fs::read_to_string(&service).expect("there"), "mine");
    std::fs::remove_dir_all(&folder).expect("removable");
}

#[test]
fn what_is_not_there_is_said() {
    let (code, stdout, stderr) = run(&["examples", "nope"], b"");
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(
        stderr.contains("there is no example \"nope\"") && stderr.contains("portolan examples lists"),
        "{stderr}"
    );
}
