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
    let route =
        ["--language", "ko", "route", "-f", ARTICLE, "--explain", "http://foo.bar.com/foo", "http:/x"];
    let (code, stdout, stderr) = run(&route, b"");
    assert_snapshot!(format!("{stdout}--- standard error\n{stderr}--- exit code {code}\n"));
}

#[test]
fn comparisons_and_controllers_are_korean() {
    let compare =
        ["compare", "-qf", ARTICLE, "-c", "kubernetes", "-c", "traefik", "http://foo.bar.com/foobar"];
    let (_, compared, _) = run(&[&["--language", "ko"], &compare[..]].concat(), b"");
    assert!(compared.contains("다른 점: 응답의 종류"), "{compared}");
    assert!(compared.contains("요청 1개: 1개의 응답이 다릅니다"), "{compared}");
    let (_, listed, _) = run(&["--language", "ko", "controllers"], b"");
    assert!(
        listed.contains("kubernetes  쿠버네티스 API\n  인그레스 API 자체가 약속하는 동작입니다."),
        "{listed}"
    );
    assert!(listed.contains("호스트에 인증서가 있으면 HTTPS로 리다이렉트합니다. (기본값: true)"), "{listed}");
}

#[test]
fn help_and_wrong_usage_are_korean() {
    let (_, help, _) = run(&["--language", "ko", "route", "-h"], b"");
    for said in
        ["사용법: portolan route", "[기본값: human]", "도움말을 출력합니다", "  0  모든 요청에 답했습니다"]
    {
        assert!(help.contains(said), "{said}\n{help}");
    }
    let (code, _, wrong) = run(&["--language=ko", "rout"], b"");
    assert_eq!((code, wrong.as_str()), (2, "오류: rout라는 명령은 없습니다\n도움말: route를 뜻하셨나요?\n"));
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
    for machine in ["/kind", "/status", "/certainty/level", "/request/host"] {
        assert!(english.pointer(machine).is_some(), "{machine}");
        assert_eq!(korean.pointer(machine), english.pointer(machine), "{machine}");
    }
}
