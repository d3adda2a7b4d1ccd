//! Cases that run programs of others: Debian's packages of Lua code, driven by the files in `tests/ecosystem/`.
//!
//! A driver's first line names the packages that it needs, `-- packages: NAME=VERSION ...`: what it prints is known for these
//! versions. It runs in an empty folder of its own. Below that, `-- needs: FILE` names an example of a package, which small
//! machines leave out with all documentation, and `-- not in: MODE` a mode in which it takes too long.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Where Debian puts Lua code. Packages that run everywhere are often installed for older versions only.
const FOLDERS: [&str; 3] = ["/usr/share/lua/5.4", "/usr/share/lua/5.3", "/usr/share/lua/5.1"];

/// A driver.
pub(crate) struct Case {
    /// Its name without extension.
    pub(crate) name: String,
    /// The file.
    pub(crate) script: PathBuf,
    head: String,
}

impl Case {
    /// All cases, sorted.
    pub(crate) fn all(root: &Path) -> io::Result<Vec<Case>> {
        let mut cases = Vec::new();
        for entry in fs::read_dir(root.join("tests/ecosystem"))? {
            let script = entry?.path();
            if script.extension().is_some_and(|it| it == "lua") {
                let name = script.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
                let head = fs::read_to_string(&script)?.lines().take(3).collect::<Vec<_>>().join("\n");
                cases.push(Case { name, script, head });
            }
        }
        cases.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(cases)
    }

    /// What keeps it from running on this machine.
    pub(crate) fn obstacle(&self) -> Option<String> {
        let package = self.words("-- packages:").find_map(|wanted| {
            let (name, version) = wanted.split_once('=').unwrap_or((wanted, ""));
            match installed(name) {
                None => Some(format!("package {name} not installed")),
                Some(found) if found != version => Some(format!("package {name} is {found}, not {version}")),
                Some(_) => None,
            }
        });
        let file = || self.words("-- needs:").find(|file| !Path::new(file).exists());
        package.or_else(|| file().map(|file| format!("no file {file}")))
    }

    /// Whether it runs in this mode.
    #[allow(dead_code, reason = "the reference implementation has one mode")]
    pub(crate) fn runs_in(&self, mode: &str) -> bool {
        !self.words("-- not in:").any(|word| word == mode)
    }

    /// Lets a command that runs Lua scripts run this one. The folder is to be kept until it has ended.
    pub(crate) fn prepare(&self, root: &Path, command: &mut Command) -> io::Result<TempDir> {
        let folder = tempfile::tempdir()?;
        let file = format!("{}.lua", self.name);
        fs::copy(&self.script, folder.path().join(&file))?;
        let mut path = format!("{}/tests/ecosystem/stub/?.lua", root.display());
        for packages in FOLDERS {
            path.push_str(&format!(";{packages}/?.lua;{packages}/?/init.lua"));
        }
        command.arg(file).current_dir(folder.path()).env("LUA_PATH", path).env("LUA_CPATH", "");
        command.env("LC_ALL", "C").env("TZ", "UTC").env("HOME", folder.path());
        for variable in ["LUA_INIT", "LUA_INIT_5_4", "LUA_PATH_5_4", "LUA_CPATH_5_4", "LUAROCKS_CONFIG"] {
            command.env_remove(variable);
        }
        Ok(folder)
    }

    fn words<'a>(&'a self, mark: &str) -> impl Iterator<Item = &'a str> {
        let line = self.head.lines().find_map(|line| line.strip_prefix(mark));
        line.unwrap_or_default().split_whitespace()
    }
}

/// An output without what differs from run to run: the case's folder, and addresses.
pub(crate) fn scrubbed(output: &[u8], folder: &Path) -> String {
    let text = String::from_utf8_lossy(output).replace(&*folder.to_string_lossy(), "FOLDER");
    let mut parts = text.split("0x");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_hexdigit()).len();
        // Addresses have at least eight digits, and other numbers don't.
        out.push_str(if digits >= 8 { "ADDRESS" } else { "0x" });
        out.push_str(if digits >= 8 { &part[digits..] } else { part });
    }
    out
}

/// The version of an installed package.
fn installed(package: &str) -> Option<String> {
    let output = Command::new("dpkg-query").args(["-W", "-f", "${Version}", package]).output().ok()?;
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success() && !version.is_empty()).then_some(version)
}
