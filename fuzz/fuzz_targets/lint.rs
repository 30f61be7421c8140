//! Any text is judged and mended without a panic, under every controller, and what is said points into
//! the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::lint::{self, Config, Context};
use portolan_core::manifest;

fuzz_target!(|text: &str| {
    let settings = Settings::new();
    for controller in controller::all() {
        lint::mend(vec![("m.yaml".to_owned(), text.to_owned())], &mut |files| {
            let manifest = manifest::read(files.iter().cloned());
            let cluster = Cluster::build(&manifest);
            let compiled = controller.compile(&cluster, &settings);
            let mut read = manifest.problems;
            read.extend(cluster.problems.iter().cloned());
            read.extend(compiled.problems.iter().cloned());
            let cx = Context::new(&manifest.sources, &cluster, controller, &settings, &compiled);
            let problems = lint::check(&cx, &Config::default(), read).problems;
            for problem in &problems {
                let file = manifest.sources.get(problem.span.file).expect("a file");
                let (start, end) = (problem.span.start as usize, problem.span.end as usize);
                assert!(file.text.get(start..end).is_some(), "{problem:?}");
            }
            (manifest.sources, problems)
        });
    }
});
