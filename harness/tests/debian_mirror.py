"""A Debian mirror of tiny packages in a folder, signed with a key made on the spot."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

TOOLS = ("apt-get", "dpkg", "dpkg-deb", "gpg", "gpgconf")
SUITE = "bookworm"
KEY = "%no-protection\nKey-Type: EDDSA\nKey-Curve: ed25519\nName-Real: mirror\n%commit\n"


def possible() -> bool:
    return all(shutil.which(tool) for tool in TOOLS)


class Mirror:
    """The packages `tool` (needs `lib`) and `other`; `publish` again after changing the pool."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.keyring = root / "keyring.gpg"
        self.pool = root / "mirror" / "pool"
        self.pool.mkdir(parents=True)
        # Short, because the agent's socket is in it.
        self.gpg_home = tempfile.mkdtemp(prefix="g", dir="/tmp")
        self._gpg("--gen-key", stdin=KEY)
        self.keyring.write_bytes(self._gpg("--export"))

    @property
    def address(self) -> str:
        return f"file:{self.root}/mirror"

    def close(self) -> None:
        subprocess.run(["gpgconf", "--homedir", self.gpg_home, "--kill", "all"], check=False)
        shutil.rmtree(self.gpg_home, ignore_errors=True)

    def package(self, name: str, version: str, files: dict[str, str], depends: str = "") -> Path:
        """A value of the form `-> target` makes a link."""
        tree = self.root / "trees" / f"{name}-{version}"
        (tree / "DEBIAN").mkdir(parents=True)
        control = f"Package: {name}\nVersion: {version}\nArchitecture: amd64\n"
        control += f"Depends: {depends}\n" if depends else ""
        control += "Maintainer: m <m@example.invalid>\nDescription: d\n"
        (tree / "DEBIAN" / "control").write_text(control)
        for place, content in files.items():
            path = tree / place
            path.parent.mkdir(parents=True, exist_ok=True)
            if content.startswith("-> "):
                path.symlink_to(content.removeprefix("-> "))
            else:
                path.write_text(content)
        final = self.pool / f"{name}_{version.replace(':', '%3a')}_amd64.deb"
        run("dpkg-deb", "--root-owner-group", "-b", str(tree), str(final))
        return final

    def source(self, name: str, version: str, content: dict[str, str]) -> Path:
        """A source package whose tarball unpacks to one folder; Debian's version adds `-1`."""
        final = self.pool / f"{name}_{version}.orig.tar.xz"
        with tarfile.open(final, "w:xz") as archive:
            for place, text in content.items():
                member = tarfile.TarInfo(f"{name}-{version}/{place}")
                member.size, member.mode = len(text), 0o755
                archive.addfile(member, io.BytesIO(text.encode()))
        (self.pool / f"{name}_{version}-1.dsc").write_text("d")
        return final

    def publish(self) -> None:
        dist = self.root / "mirror" / "dists" / SUITE
        debs, tarballs = (sorted(self.pool.glob(f"*.{kind}")) for kind in ("deb", "tar.xz"))
        indexes = {
            "main/binary-amd64/Packages": "\n".join(map(self._entry, debs)),
            "main/source/Sources": "\n".join(map(self._source_entry, tarballs)),
        }
        line = ""
        for place, text in indexes.items():
            index = dist / place
            index.parent.mkdir(parents=True, exist_ok=True)
            index.write_text(text)
            line += f" {digest(index)} {index.stat().st_size} {place}\n"
        head = f"Origin: t\nSuite: {SUITE}\nCodename: {SUITE}\nArchitectures: amd64\n"
        head += "Components: main\nDate: Sat, 01 Jan 2022 00:00:00 UTC\nSHA256:\n"
        signed = self._gpg("--clearsign", stdin=head + line)
        (dist / "InRelease").write_bytes(signed)

    def _entry(self, deb: Path) -> str:
        fields = run("dpkg-deb", "--field", str(deb)).decode()
        place = f"pool/{deb.name}"
        return f"{fields}Filename: {place}\nSize: {deb.stat().st_size}\nSHA256: {digest(deb)}\n"

    def _source_entry(self, tarball: Path) -> str:
        name, _, version = tarball.name.removesuffix(".orig.tar.xz").partition("_")
        dsc = tarball.with_name(f"{name}_{version}-1.dsc")
        files = "".join(f" {digest(p)} {p.stat().st_size} {p.name}\n" for p in (dsc, tarball))
        head = f"Package: {name}\nVersion: {version}-1\nFormat: 3.0 (quilt)\nDirectory: pool\n"
        return f"{head}Checksums-Sha256:\n{files}"

    def _gpg(self, *words: str, stdin: str = "") -> bytes:
        return run("gpg", "--homedir", self.gpg_home, "--batch", "--quiet", *words, stdin=stdin)


def run(*argv: str, stdin: str = "") -> bytes:
    return subprocess.run(argv, input=stdin.encode(), stdout=subprocess.PIPE, check=True).stdout


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
