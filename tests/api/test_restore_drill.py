"""The drill: a server that loses everything is as it was after its backup is restored."""

import subprocess

import requests

from tests.api.test_failures import SETTINGS, assert_is_shown, listed, post
from tests.support.server_process import COMMAND, environment, running_server


def command(state, *arguments):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=state,
        env=environment(state, {"WTB_PORT": "0"}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_server_is_as_it_was_once_its_backup_is_restored(tmp_path):
    state, backup = tmp_path / "state", tmp_path / "backup.tar"
    state.mkdir()
    with running_server(state, SETTINGS) as server:
        looks = [post(server, number) for number in range(2)]
        made = command(state, "backup", backup)
        assert made.returncode == 0, made.stderr
        later = post(server, 2)
        refused = command(state, "restore", backup)
        assert (refused.returncode, "Stop the server" in refused.stderr) == (1, True)
        assert requests.delete(f"{server.url}/api/v1/looks", timeout=10).status_code == 204
    restored = command(state, "restore", backup)
    assert restored.returncode == 0, restored.stderr
    examined = command(state, "doctor")
    assert examined.returncode == 0, examined.stdout
    with running_server(state, SETTINGS) as server:
        assert listed(server) == {look["id"] for look in looks}
        assert later["id"] not in listed(server)
        for look in looks:
            assert_is_shown(server, look)
