//! What a caller may want of its Keycloak.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;

/// What a server is started with; the default is a stock one.
#[derive(Clone, Default)]
pub struct Options {
    /// Jars, or folders whose jars are meant, that go into `providers/`.
    pub providers: Vec<PathBuf>,
    /// Further run-time options, such as `--spi-events-listener--jboss-logging--success-level=info`.
    pub arguments: Vec<String>,
    /// Environment variables of the server.
    pub environment: Vec<(String, String)>,
}

/// Without the values of the environment, which is where secrets are given.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.environment.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Options")
            .field("providers", &self.providers)
            .field("arguments", &self.arguments)
            .field("environment", &names)
            .finish()
    }
}

/// A jar and its bytes.
pub(super) struct Jar {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

impl Options {
    /// The jars, by name.
    pub(super) fn jars(&self) -> Result<Vec<Jar>, Error> {
        let mut jars: Vec<Jar> = Vec::new();
        for provider in &self.providers {
            if provider.is_dir() {
                let before = jars.len();
                for path in files_of(provider)? {
                    if path.extension().is_some_and(|extension| extension == "jar") {
                        jars.push(read(&path)?);
                    }
                }
                if jars.len() == before {
                    return Err(Error::NoProviders(provider.clone()));
                }
            } else {
                jars.push(read(provider)?);
            }
        }
        jars.sort_by(|a, b| a.name.cmp(&b.name));
        match jars.windows(2).find(|pair| pair[0].name == pair[1].name) {
            Some(pair) => Err(Error::SameProvider(pair[0].name.clone())),
            None => Ok(jars),
        }
    }
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(Error::file("read", folder))?;
    entries.map(|entry| entry.map(|e| e.path()).map_err(Error::file("read", folder))).collect()
}

fn read(path: &Path) -> Result<Jar, Error> {
    let bytes = fs::read(path).map_err(Error::file("read", path))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Jar { name, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jars_come_by_name_whatever_they_were_given_by() {
        let folder = tempfile::tempdir().unwrap();
        let providers = folder.path().join("providers");
        fs::create_dir(&providers).unwrap();
        fs::write(providers.join("c.jar"), "c").unwrap();
        fs::write(providers.join("a.jar"), "a").unwrap();
        fs::write(providers.join("notes.txt"), "no jar").unwrap();
        let single = folder.path().join("b.jar");
        fs::write(&single, "b").unwrap();
        let options = Options { providers: vec![single, providers], ..Options::default() };
        let names: Vec<String> = options.jars().unwrap().into_iter().map(|jar| jar.name).collect();
        assert_eq!(names, ["a.jar", "b.jar", "c.jar"]);
    }

    #[test]
    fn a_folder_without_jars_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { providers: vec![folder.path().into()], ..Options::default() };
        let error = options.jars().err().unwrap().to_string();
        assert!(error.contains(folder.path().to_str().unwrap()), "{error}");
    }

    #[test]
    fn values_of_the_environment_are_not_shown() {
        let environment = vec![("KC_SECRET".to_owned(), "canary".to_owned())];
        let shown = format!("{:?}", Options { environment, ..Options::default() });
        assert!(shown.contains("KC_SECRET") && !shown.contains("canary"), "{shown}");
    }
}
