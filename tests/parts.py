"""Parts of a machine that some tests need: a PostgreSQL server, an IMAP server and a browser."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def chromium() -> str | None:
    """The browser of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def postgres_programs() -> Path | None:
    """The folder with initdb and postgres."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = [folder for folder in folders if (folder / "initdb").exists()]
    if found:
        return found[0]
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextmanager
def private_postgres() -> Iterator[str]:
    """Start a server of our own on a free port of 127.0.0.1, as an unprivileged user; gives its address."""
    programs = postgres_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="siklus-postgres-"))
    prefix: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres" if _has_user("postgres") else "nobody"
        shutil.chown(folder, user)
        prefix = ["setpriv", f"--reuid={user}", f"--regid={_group_of(user)}", "--clear-groups"]
    data, port = folder / "data", free_port()
    quiet = {"stdout": subprocess.DEVNULL, "cwd": "/"}
    init = [programs / "initdb", "-D", data, "-U", "siklus", "--auth=trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([*prefix, *map(str, init)], check=True, **quiet)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w"]
    subprocess.run(
        [*prefix, *control, "-l", str(folder / "log"), "-o", options, "start"], check=True, **quiet
    )
    try:
        yield f"postgres://siklus@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*prefix, *control, "-m", "immediate", "stop"], check=False, **quiet)
        shutil.rmtree(folder, ignore_errors=True)


def dovecot() -> str | None:
    """The IMAP server of this machine."""
    return shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", ""))


IMAP_PASSWORD = "kunci-surat"
DOVECOT = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
"""


@contextmanager
def private_imap() -> Iterator[int]:
    """Start an IMAP server of our own on 127.0.0.1; gives its port. Every name has the same password."""
    program = dovecot()
    if program is None:
        raise RuntimeError("Dovecot is not installed")
    folder = Path(tempfile.mkdtemp(prefix="siklus-imap-"))
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    port, uid, gid = free_port(), os.geteuid(), os.getegid()
    internal = login = pwd.getpwuid(uid).pw_name
    internal_group = grp.getgrgid(gid).gr_name
    if uid == 0:
        internal, internal_group, login = "dovecot", "dovecot", "dovenull"
        uid, gid = pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid
        os.chown(folder / "mail", uid, gid)
    (folder / "conf").write_text(
        DOVECOT.format(
            folder=folder,
            internal=internal,
            internal_group=internal_group,
            login=login,
            owner=uid,
            group=gid,
            port=port,
            password=IMAP_PASSWORD,
        )
    )
    server = subprocess.Popen([program, "-F", "-c", str(folder / "conf")], stderr=subprocess.PIPE, text=True)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int, server: "subprocess.Popen[str]") -> None:
    """Until somebody answers on the port."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"the server did not start: {server.stderr.read() if server.stderr else ''}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server does not answer")


def _has_user(name: str) -> bool:
    return any(one.pw_name == name for one in pwd.getpwall())


def _group_of(user: str) -> str:
    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
