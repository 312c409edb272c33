"""Firefox for Selenium without geckodriver, which neither Debian nor a package registry has.

Firefox itself takes WebDriver's commands by its own protocol, Marionette: JSON messages, each with
its length in front, over a local socket. This stands in for Selenium's HTTP connection.

Source: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
"""

from __future__ import annotations

import json
import socket
from typing import Any

from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.remote_connection import RemoteConnection

# Selenium's names of the commands that the journeys use, and Marionette's.
COMMANDS = {
    Command.NEW_SESSION: "WebDriver:NewSession",
    Command.QUIT: "Marionette:Quit",
    Command.GET: "WebDriver:Navigate",
    Command.SET_WINDOW_RECT: "WebDriver:SetWindowRect",
    Command.SET_TIMEOUTS: "WebDriver:SetTimeouts",
    Command.FIND_ELEMENT: "WebDriver:FindElement",
    Command.CLICK_ELEMENT: "WebDriver:ElementClick",
    Command.CLEAR_ELEMENT: "WebDriver:ElementClear",
    Command.SEND_KEYS_TO_ELEMENT: "WebDriver:ElementSendKeys",
    Command.W3C_EXECUTE_SCRIPT: "WebDriver:ExecuteScript",
    Command.W3C_EXECUTE_SCRIPT_ASYNC: "WebDriver:ExecuteAsyncScript",
    Command.W3C_ACTIONS: "WebDriver:PerformActions",
    Command.SCREENSHOT: "WebDriver:TakeScreenshot",
}
QUIT_NOW = {"flags": ["eForceQuit"]}
TIME_LIMIT_SECONDS = 120


class MarionetteConnection(RemoteConnection):
    def __init__(self, port: int) -> None:
        """Connect to the Firefox that listens on this port of this machine."""
        self._socket = socket.create_connection(("127.0.0.1", port), TIME_LIMIT_SECONDS)
        self._answers = self._socket.makefile("rb")
        self._sent = 0
        self._read()  # who it is, and which version of the protocol it speaks

    def execute(self, command: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send one of Selenium's commands; returns what Selenium expects of an HTTP answer."""
        self._sent += 1
        arguments = QUIT_NOW if command == Command.QUIT else params
        message = json.dumps([0, self._sent, COMMANDS[command], arguments]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._read()
        if error:
            return {"status": 500, "value": json.dumps({"value": error})}
        is_bare = command == Command.NEW_SESSION or set(result) != {"value"}
        return {"value": result if is_bare else result["value"]}

    def close(self) -> None:
        self._answers.close()
        self._socket.close()

    def _read(self) -> Any:
        length = b""
        while (character := self._answers.read(1)) != b":":
            if not character:
                raise OSError("Firefox has closed the connection")
            length += character
        return json.loads(self._answers.read(int(length)))
