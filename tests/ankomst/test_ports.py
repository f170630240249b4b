"""A taken port is one clear sentence."""

from __future__ import annotations

import socket

import pytest

from ankomst.ports import PortTakenError, require_free


def test_a_taken_port_names_the_setting_that_moves_it() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"Port {port} .* set ANKOMST_WEB_PORT"):
            require_free({"ANKOMST_WEB_PORT": ("127.0.0.1", port)})
    require_free({"ANKOMST_WEB_PORT": ("127.0.0.1", port)})
