"""A browser without a window, driven over WebDriver (W3C): chromedriver and
chromium from the system's packages, and nothing but Python's own library."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import urllib.request

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND",
]
KEYS = {"Right": "\ue014", "Left": "\ue012", "Home": "\ue011", "End": "\ue010",
        "Enter": "\ue007", "Tab": "\ue004"}


def missing():
    """Says what there is not, or None."""
    if browser() is None:
        return "no chromium"
    if shutil.which("chromedriver") is None:
        return "no chromedriver"
    return None


def browser():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return shutil.which(name)
    return None


class Browser:
    """with Browser() as b: b.open("file:///..."); b.run("return 1 + 1")"""

    def __enter__(self):
        self.folder = tempfile.mkdtemp()
        port = None
        for attempt in range(5):  # the port that it finds may be taken by then
            self.driver = subprocess.Popen(
                ["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True,
                env=dict(os.environ, HOME=self.folder))
            # "ChromeDriver was started successfully on port 12345."
            for line in self.driver.stdout:
                if "on port" in line and "success" in line:
                    port = line.split("on port")[1].strip(" .\n")
                    break
            if port:
                break
            self.driver.wait()
        if port is None:
            raise RuntimeError("chromedriver does not start")
        self.base = "http://127.0.0.1:%s" % port
        options = {"binary": browser(),
                   "args": FLAGS + ["--user-data-dir=" + self.folder + "/user"]}
        answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.base += "/session/" + answer["sessionId"]
        return self

    def __exit__(self, *unused):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, path, data=None):
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(
            self.base + path, body, {"Content-Type": "application/json"},
            method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        self.call("POST", "/url", {"url": "about:blank"})
        self.call("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync",
                         {"script": script, "args": list(arguments)})

    def key(self, *keys):
        """Types keys, as a person does: names of KEYS, or characters."""
        steps = []
        for key in keys:
            value = KEYS.get(key, key)
            steps += [{"type": "keyDown", "value": value},
                      {"type": "keyUp", "value": value}]
        self.call("POST", "/actions", {"actions": [
            {"type": "key", "id": "keyboard", "actions": steps}]})

    def size(self, width, height):
        """Sets the size of the page itself, not of the window."""
        self.call("POST", "/goog/cdp/execute", {
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": width, "height": height,
                       "deviceScaleFactor": 1, "mobile": width < 600}})

    def errors(self):
        """What the console has complained of since the last time."""
        return [entry["message"]
                for entry in self.call("POST", "/se/log", {"type": "browser"})
                if entry["level"] in ("SEVERE", "WARNING")]

    def picture(self, name):
        data = self.call("GET", "/screenshot")
        with open(name, "wb") as file:
            file.write(base64.b64decode(data))
