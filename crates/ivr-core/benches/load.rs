//! How long a publication takes to load. It happens once in the life of a process, while the
//! first caller waits.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use ivr_core::publication::Publication;
use ivr_core::publication::testing::BigPublication;

fn fixture(name: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/publications");
    fs::read(root.join(name).join("publication.json")).expect("the fixture is in the repository")
}

fn load(c: &mut Criterion) {
    let documents = [
        ("barrie", fixture("barrie")),
        ("large", fixture("large")),
        ("20x20x50", BigPublication::new(20, 20, 50).json()),
    ];
    let mut group = c.benchmark_group("load");
    group.sample_size(10);
    for (name, bytes) in &documents {
        group.throughput(criterion::Throughput::Bytes(bytes.len() as u64));
        group.bench_function(*name, |b| {
            b.iter(|| Publication::from_json(black_box(bytes)).expect("it loads"));
        });
    }
    group.finish();
}

criterion_group!(benches, load);
criterion_main!(benches);
