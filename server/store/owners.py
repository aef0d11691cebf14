"""What a command wrote as root belongs to the owner of the data folder: the service could not open it otherwise."""

import os
from pathlib import Path


def give_handle(handle: int, folder: Path) -> None:
    """Let an open file belong to the folder's owner, where this process is root and the owner is not."""
    if os.geteuid() == 0 and (owner := folder.stat()).st_uid:
        os.fchown(handle, owner.st_uid, owner.st_gid)


def give_all(folder: Path) -> int:
    """The same with everything below a folder that is root's; gives how many files and folders."""
    if os.geteuid() or not folder.is_dir() or not (owner := folder.stat()).st_uid:
        return 0
    given = 0
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(root) / name
            if path.lstat().st_uid == 0:
                os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
                given += 1
    return given
