//! Where a base may lie (MSG-E45): on a disk of this machine. Over a network SQLite's locks and its shared index cannot be
//! relied upon, and a program that synchronises a folder copies a base and its log at different moments.

use std::path::Path;

use crate::StartError;

/// File systems of other machines, as the kernel names them.
const REMOTE: &[&str] = &[
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "gfs2",
    "glusterfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "smb3",
    "smbfs",
];

/// The same in user space, behind `fuse.`.
const REMOTE_BY_FUSE: &[&str] = &[
    "ceph-fuse",
    "curlftpfs",
    "davfs",
    "davfs2",
    "gcsfuse",
    "glusterfs",
    "google-drive-ocamlfuse",
    "gvfsd-fuse",
    "juicefs",
    "onedriver",
    "rclone",
    "s3fs",
    "smbnetfs",
    "sshfs",
];

/// What programs that synchronise folders put into the folder they watch.
const SYNCED_BY: &[(&str, &str)] = &[
    (".dropbox.cache", "Dropbox"),
    (".stfolder", "Syncthing"),
    (".owncloudsync.log", "ownCloud"),
    (".sync/core.log", "Yandex.Disk"),
];

/// Refuses a place that is not a disk of this machine.
pub(crate) fn assert_local(base: &Path) -> Result<(), StartError> {
    let Some(folder) = folder_of(base) else { return Ok(()) };
    // Where the kernel tells nothing of its mounts, nothing is refused.
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    match remote_system(&mounts, &folder).or_else(|| synced_by(&folder).map(str::to_owned)) {
        Some(by) => Err(StartError::Shared { path: base.to_path_buf(), by }),
        None => Ok(()),
    }
}

/// The folder without links; nothing when there is none, which others say better.
fn folder_of(base: &Path) -> Option<std::path::PathBuf> {
    // A base that is itself a link lies where the link leads.
    let base = std::fs::canonicalize(base).unwrap_or_else(|_| base.to_path_buf());
    let folder = base.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::canonicalize(folder).ok()
}

/// The kind of file system under a folder, when it is of another machine.
fn remote_system(mounts: &str, folder: &Path) -> Option<String> {
    let of = mounts.lines().filter_map(mount).filter(|(point, _)| folder.starts_with(point));
    // The deepest one, and of several on one point the last: it covers the others.
    let (_, system) = of.max_by_key(|(point, _)| Path::new(point).components().count())?;
    let by_fuse = system.strip_prefix("fuse.").is_some_and(|name| REMOTE_BY_FUSE.contains(&name));
    (by_fuse || REMOTE.contains(&system)).then(|| system.to_owned())
}

/// The point and the kind of a mount, from a line of `mountinfo`:
/// <https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html>.
fn mount(line: &str) -> Option<(String, &str)> {
    let (place, about) = line.split_once(" - ")?;
    Some((unescaped(place.split(' ').nth(4)?), about.split(' ').next()?))
}

/// Spaces and the like stand there as a backslash and three octal digits.
fn unescaped(text: &str) -> String {
    let escapes = [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")];
    escapes.iter().fold(text.to_owned(), |text, (escape, sign)| text.replace(escape, sign))
}

/// Which program synchronises the folder, or one around it.
fn synced_by(folder: &Path) -> Option<&'static str> {
    folder.ancestors().find_map(|around| {
        let marked = SYNCED_BY.iter().find(|(mark, _)| around.join(mark).exists()).map(|(_, by)| *by);
        marked.or_else(|| has_journal(around).then_some("Nextcloud"))
    })
}

/// Whether Nextcloud keeps its journal here, whose name holds a digest.
fn has_journal(folder: &Path) -> bool {
    std::fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let begins = name.starts_with(".sync_") || name.starts_with("._sync_");
        begins && name.ends_with(".db")
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{remote_system, synced_by};

    #[test]
    fn a_file_system_of_another_machine_is_told_from_a_disk() {
        // MSG-E45
        let mounts = "\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 27 0:40 / /srv/share rw shared:5 - nfs4 server:/school rw
31 27 0:41 / /srv/share/local rw - ext4 /dev/vdb rw
32 27 0:42 / /mnt/win\\040dows rw - cifs //server/school rw
33 27 0:43 / /mnt/ssh rw - fuse.sshfs server: rw
34 27 0:44 / /mnt/ntfs rw - fuseblk /dev/sdc1 rw
35 27 0:45 / /mnt/twice rw - nfs server:/one rw
36 27 0:46 / /mnt/twice rw - xfs /dev/vdc rw
not a line of a mount
";
        for (folder, system) in [
            ("/srv/zvonok", None),
            ("/srv/share", Some("nfs4")),
            ("/srv/share/school/base", Some("nfs4")),
            ("/srv/shared", None),
            ("/srv/share/local/base", None),
            ("/mnt/win dows/base", Some("cifs")),
            ("/mnt/ssh", Some("fuse.sshfs")),
            ("/mnt/ntfs", None),
            ("/mnt/twice", None),
        ] {
            assert_eq!(remote_system(mounts, Path::new(folder)).as_deref(), system, "{folder}");
        }
        assert_eq!(remote_system("", Path::new("/srv")), None);
    }

    #[test]
    fn a_folder_that_a_program_synchronises_is_found_from_deep_inside() {
        // MSG-E45
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("школа/база");
        std::fs::create_dir_all(&deep).unwrap();
        assert_eq!(synced_by(&deep), None);
        std::fs::write(dir.path().join(".sync_0123456789ab.db"), "").unwrap();
        assert_eq!(synced_by(&deep), Some("Nextcloud"));
        std::fs::create_dir(deep.join(".dropbox.cache")).unwrap();
        assert_eq!(synced_by(&deep), Some("Dropbox"));
        assert_eq!(synced_by(dir.path()), Some("Nextcloud"));
    }
}
