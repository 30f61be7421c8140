#!/usr/bin/env python3
"""Records what curl sends for each command of commands.txt, as observed.json.

Each command is run by bash as it stands, so that quoting is observed too; a function of the name
`curl` sends every connection to a listener on loopback. Run it by hand: python3 observe.py
"""

import json
import pathlib
import socket
import subprocess
import threading

HERE = pathlib.Path(__file__).parent
WRAPPER = 'curl() {{ command curl -q -sS --max-time 2 --connect-to ::127.0.0.1:{port} "$@"; }}\n'
# What differs from run to run, and what curl adds for the body's sake.
IGNORED = ("user-agent: curl/", "content-length:", "expect:")


def sent(command):
    """The head of the first request that the command sends, or None."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(2.5)
    heads = []

    def serve():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        listener.close()
        connection.settimeout(1)
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(65536)
            if not part:
                break
            head += part
        heads.append(head.split(b"\r\n\r\n")[0])
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    script = WRAPPER.format(port=listener.getsockname()[1]) + command
    subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, capture_output=True, timeout=30, cwd="/tmp")
    thread.join()
    listener.close()
    return heads[0].decode() if heads else None


def observation(command):
    head = sent(command)
    if head is None:
        return {"command": command, "sent": None}
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    host, headers = "", []
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() == "host":
            host = value.strip()
        elif not line.lower().startswith(IGNORED):
            headers.append([name.strip().lower(), value.strip().split("; boundary=")[0]])
    return {
        "command": command,
        "sent": {"method": method, "target": target, "host": host, "headers": sorted(headers)},
    }


commands = [c for c in HERE.joinpath("commands.txt").read_text().split("\n\n") if c.strip()]
version = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout.split()[1]
lines = [json.dumps(observation(c.strip("\n")), ensure_ascii=False) for c in commands]
text = '{"source": "observed on curl %s",\n "observations": [\n%s\n]}\n' % (version, ",\n".join(lines))
HERE.joinpath("observed.json").write_text(text)
