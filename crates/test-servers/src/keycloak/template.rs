//! A Keycloak that was unpacked, built and started once, to be copied for every server.
//!
//! Starting from nothing costs a minute: unpacking, augmentation, the schema, the realm `master`.
//! None of it differs between two servers with the same jars, so it is done once for each set of
//! jars and kept in the cache. The set without jars is made first; the others are copies of it
//! that were built again, because the jars do not change the schema.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::local::{self, Session};
use super::options::Jar;
use super::{ADMIN, VERSION};
use crate::files::{By, Lock, copy_tree};
use crate::process::{Job, Place};
use crate::{Error, cache};

/// Goes up when the way in which a template is made changes.
const RECIPE: &str = "1";

/// How many sets of jars are kept besides the one without.
const KEPT: usize = 4;

/// The plugin is pinned so that no two machines unpack by different ones.
const UNPACK: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack";

/// A prepared folder; it is not pruned while this lives.
pub(super) struct Template {
    folder: PathBuf,
    _lock: Lock,
}

impl Template {
    /// The template for these jars; made now if there is none.
    pub(super) fn with(jars: &[Jar]) -> Result<Self, Error> {
        let folder = folder_of_templates().join(key(jars));
        loop {
            let lock_file = folder.with_extension("lock");
            let lock = Lock::shared(&lock_file)?;
            if folder.is_dir() {
                lock.touch();
                return Ok(Template { folder, _lock: lock });
            }
            drop(lock);
            let lock = Lock::exclusive(&lock_file)?;
            if !folder.is_dir() {
                prepare(&folder, jars)?;
                lock.touch();
                prune(&folder_of_templates(), KEPT);
            }
        }
    }

    /// A server's own copy: its data are its own, all else is the same files.
    pub(super) fn copy_to(&self, home: &Path) -> Result<(), Error> {
        let data = |folder: &Path| folder.join("data");
        for entry in fs::read_dir(&self.folder).map_err(Error::file("read", &self.folder))? {
            let entry = entry.map_err(Error::file("read", &self.folder))?.path();
            if entry.is_dir() && entry != data(&self.folder) {
                let name = entry.file_name().unwrap_or_default();
                copy_tree(&entry, &home.join(name), By::Link)?;
            }
        }
        copy_tree(&data(&self.folder), &data(home), By::Copy)
    }
}

fn folder_of_templates() -> PathBuf {
    cache::root().join("keycloak")
}

fn key(jars: &[Jar]) -> String {
    let mut hash = Sha256::new();
    for part in [RECIPE, VERSION, local::BUILD_OPTIONS.join(" ").as_str(), ADMIN.0, ADMIN.1] {
        hash.update(part);
        hash.update([0]);
    }
    for jar in jars {
        hash.update(&jar.name);
        hash.update([0]);
        hash.update(Sha256::digest(&jar.bytes));
    }
    hex::encode(&hash.finalize()[..8])
}

/// Makes the folder in a place that is cleaned up whatever happens, then gives it its name.
fn prepare(folder: &Path, jars: &[Jar]) -> Result<(), Error> {
    let mut place = Place::new("prepare", &cache::running())?;
    let home = place.folder().join("keycloak");
    if jars.is_empty() {
        crate::say(&format!("preparing Keycloak {VERSION} (a minute, once)"));
        unpack(&mut place, &home)?;
        build(&mut place, &home)?;
        Session::first(&mut place, &home)?;
    } else {
        let names: Vec<&str> = jars.iter().map(|jar| jar.name.as_str()).collect();
        let stock = Template::with(&[])?;
        crate::say(&format!("building Keycloak {VERSION} with {}", names.join(", ")));
        copy_tree(&stock.folder, &home, By::Copy)?;
        for jar in jars {
            let target = home.join("providers").join(&jar.name);
            fs::write(&target, &jar.bytes).map_err(Error::file("write", &target))?;
        }
        build(&mut place, &home)?;
    }
    fs::rename(&home, folder).map_err(Error::file("keep", folder))
}

/// Maven fetches the distribution into its own repository and unpacks it from there.
fn unpack(place: &mut Place, home: &Path) -> Result<(), Error> {
    let unpacked = place.folder().join("unpacked");
    let artifact = format!("-Dartifact=org.keycloak:keycloak-quarkus-dist:{VERSION}:zip");
    let into = format!("-DoutputDirectory={}", unpacked.display());
    let job = Job {
        program: "mvn".into(),
        arguments: ["-q", "-B", UNPACK, &artifact, &into].map(Into::into).into(),
        environment: Vec::new(),
        without: "",
    };
    place.run("mvn dependency:unpack (Keycloak's distribution)", job)?;
    let unpacked = unpacked.join(format!("keycloak-{VERSION}"));
    fs::rename(&unpacked, home).map_err(Error::file("find", &unpacked))
}

fn build(place: &mut Place, home: &Path) -> Result<(), Error> {
    let arguments = std::iter::once("build").chain(local::BUILD_OPTIONS.iter().copied());
    place.run("kc.sh build", local::kc(home, arguments.map(Into::into).collect(), Vec::new())?)
}

/// Removes the sets of jars that were not used for longest, unless somebody copies one right now.
fn prune(templates: &Path, kept: usize) {
    let stock = templates.join(key(&[]));
    let entries = fs::read_dir(templates).into_iter().flatten().flatten();
    let folders = entries.map(|entry| entry.path()).filter(|path| path.is_dir() && *path != stock);
    let used = |folder: &PathBuf| {
        folder.with_extension("lock").metadata().and_then(|lock| lock.modified()).ok()
    };
    let mut folders: Vec<PathBuf> = folders.collect();
    folders.sort_by_key(used);
    for folder in folders.iter().rev().skip(kept) {
        if let Some(_lock) = Lock::if_free(&folder.with_extension("lock")) {
            // What cannot be removed now is tried again after the next preparation.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(name: &str, bytes: &str) -> Jar {
        Jar { name: name.to_owned(), bytes: bytes.into() }
    }

    #[test]
    fn another_jar_another_name_or_another_byte_is_another_template() {
        let sets = [
            vec![],
            vec![jar("a.jar", "1")],
            vec![jar("a.jar", "2")],
            vec![jar("b.jar", "1")],
            vec![jar("a.jar", "1"), jar("b.jar", "1")],
        ];
        let keys: std::collections::BTreeSet<String> = sets.iter().map(|jars| key(jars)).collect();
        assert_eq!(keys.len(), sets.len());
        assert_eq!(key(&[jar("a.jar", "1")]), key(&[jar("a.jar", "1")]));
    }

    #[test]
    fn the_least_used_are_pruned_but_not_the_stock_one_nor_one_in_use() {
        let templates = tempfile::tempdir().unwrap();
        let names = [key(&[]), "oldest".into(), "in-use".into(), "newer".into(), "newest".into()];
        for (age, name) in names.iter().enumerate() {
            fs::create_dir(templates.path().join(name)).unwrap();
            let lock =
                fs::File::create(templates.path().join(name).with_extension("lock")).unwrap();
            let used = std::time::Duration::from_secs(1_000 + age as u64);
            lock.set_modified(std::time::UNIX_EPOCH + used).unwrap();
        }
        let _in_use = Lock::shared(&templates.path().join("in-use.lock")).unwrap();
        prune(templates.path(), 1);
        let left = names.iter().filter(|name| templates.path().join(name).is_dir());
        let left: Vec<&str> = left.map(String::as_str).collect();
        assert_eq!(left, [&key(&[]), "in-use", "newest"]);
    }

    #[test]
    fn a_server_writes_to_its_own_data_only() {
        let folder = tempfile::tempdir().unwrap();
        let prepared = folder.path().join("prepared");
        for (file, text) in [("data/h2/db", "realm"), ("lib/app.jar", "code"), ("bin/kc.sh", "run")]
        {
            let file = prepared.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let lock = Lock::shared(&folder.path().join("lock")).unwrap();
        let home = folder.path().join("home");
        Template { folder: prepared.clone(), _lock: lock }.copy_to(&home).unwrap();
        assert_eq!(fs::read_to_string(home.join("lib/app.jar")).unwrap(), "code");
        assert_eq!(fs::read_to_string(home.join("bin/kc.sh")).unwrap(), "run");
        fs::write(home.join("data/h2/db"), "changed").unwrap();
        assert_eq!(fs::read_to_string(prepared.join("data/h2/db")).unwrap(), "realm");
    }
}
