"""A server never shares its port with another one."""

import socket

import pytest

from siklus.config.command import main


@pytest.mark.parametrize("verb", ["serve", "up"])
def test_a_port_that_is_taken_is_refused_with_the_remedy(verb: str, capsys: pytest.CaptureFixture[str]):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as a server of ours holds it
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit) as stopped:
            main([verb, "--port", str(port)])
    assert stopped.value.code == 1
    told = capsys.readouterr().err
    assert f"127.0.0.1:{port}" in told
    assert "SIKLUS_PORT" in told
