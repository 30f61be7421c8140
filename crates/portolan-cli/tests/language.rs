//! The tool speaks Korean where it is asked to, and to programs only when they ask by name.

mod tool;

use insta::assert_snapshot;
use tool::{command, run};

const ARTICLE: &str = "tests/fixtures/article";

/// Standard output with these variables of the environment.
fn spoken(args: &[&str], environment: &[(&str, &str)]) -> String {
    let mut command = command(args);
    for name in ["PORTOLAN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    let output = command.envs(environment.iter().copied()).output().expect("the binary is built");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn answers_reasons_and_problems_are_korean() {
    let route = ["--language", "ko", "route", "-f", ARTICLE, "--explain", "http://foo.bar.com/foo", "http:/x"];
    let (code, stdout, stderr) = run(&route, b"");
    assert_snapshot!(format!("{stdout}--- standard error\n{stderr}--- exit code {code}\n"));
}

#[test]
fn comparisons_and_controllers_are_korean() {
    let compare = ["compare", "-qf", ARTICLE, "-c", "kubernetes", "-c", "traefik", "http://foo.bar.com/foo"];
    let (_, compared, _) = run(&[&["--language", "ko"], &compare[..]].concat(), b"");
    let (_, listed, _) = run(&["--language", "ko", "controllers"], b"");
    assert_snapshot!(format!("{compared}\n{listed}"));
}

#[test]
fn help_and_wrong_usage_are_korean() {
    let (_, help, _) = run(&["--language", "ko", "route", "-h"], b"");
    let (code, _, wrong) = run(&["--language=ko", "rout"], b"");
    assert_eq!(code, 2);
    assert_snapshot!(format!("{help}--- standard error\n{wrong}"));
}

#[test]
fn the_environment_asks_for_a_language_and_the_option_overrules_it() {
    let route = ["route", "-qf", ARTICLE, "http://foo.bar.com/nowhere"];
    let is_korean = |text: String| text.contains("일치하는 규칙이 없고");
    assert!(is_korean(spoken(&route, &[("LANG", "ko_KR.UTF-8")])));
    assert!(is_korean(spoken(&route, &[("LANG", "C"), ("PORTOLAN_LANGUAGE", "ko")])));
    assert!(!is_korean(spoken(&route, &[("LANG", "ko_KR.UTF-8"), ("LC_ALL", "C")])));
    assert!(!is_korean(spoken(&route, &[("LANG", "ko_KR.UTF-8"), ("PORTOLAN_LANGUAGE", "en")])));
    let overruled = [&["--language", "en"], &route[..]].concat();
    assert!(!is_korean(spoken(&overruled, &[("LANG", "ko_KR.UTF-8")])));
}

#[test]
fn programs_are_spoken_to_in_english_unless_they_ask_by_name() {
    let route = ["route", "-qf", ARTICLE, "--output", "jsonl", "http://foo.bar.com/nowhere"];
    let english = spoken(&route, &[]);
    assert_eq!(spoken(&route, &[("LANG", "ko_KR.UTF-8"), ("PORTOLAN_LANGUAGE", "ko")]), english);
    let korean = spoken(&[&["--language", "ko"], &route[..]].concat(), &[]);
    let (english, korean): (serde_json::Value, serde_json::Value) =
        (serde_json::from_str(&english).expect("JSON"), serde_json::from_str(&korean).expect("JSON"));
    assert_eq!(korean["why"], "일치하는 규칙이 없고 기본 백엔드도 없습니다");
    let fields = |value: &serde_json::Value| {
        value.as_object().map(|object| object.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    assert_eq!(fields(&korean), fields(&english));
    for machine in ["kind", "status", "certainty", "request"] {
        assert_eq!(korean[machine], english[machine], "{machine}");
    }
}
