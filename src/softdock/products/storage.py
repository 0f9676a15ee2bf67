"""Files and folders that are either complete on the disk or not there at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of files as one step: it appears under its name with everything in it, or not at all.

    Raises OSError (and leaves nothing behind) when the disk is full, the name is taken or anything else fails.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{path.name}-partial-", dir=path.parent))
    try:
        for name, content in files.items():
            write_synced(partial / name, content)
        partial.chmod(0o755)  # mkdtemp makes it private; results are shared like any other file
        sync_folder(partial)
        if path.exists():  # rename would replace an empty folder without a word
            raise FileExistsError(errno.EEXIST, "the folder exists already", str(path))
        rename(partial, path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    sync_folder(path.parent)


def write_file(path: Path, content: bytes) -> None:
    """Write or replace one file as one step. Raises OSError and leaves what was there before when that fails."""
    partial = path.with_name(f".{path.name}-partial-{os.getpid()}")
    try:
        write_synced(partial, content)
        rename(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_synced(path: Path, content: bytes) -> None:
    """Write a new file and wait until the disk has it."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def rename(source: Path, target: Path) -> None:
    """Give a file or folder its final name."""
    os.replace(source, target)


def sync_folder(path: Path) -> None:
    """Wait until the disk has the folder's list of names, on systems that know such a step for a folder."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network drives sync files only
            raise
    finally:
        os.close(handle)
