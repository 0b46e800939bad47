"""A shell as apps are put into: WebKit with a scheme of its own, which gives the page its files.

Reads a line of JSON, {"scheme", "root", "pages", "secure"}; opens the pages one after the other, each when the one before has
told something, and prints a line of JSON for each title that a page gives itself. Ends with its input.
"""

import json
import mimetypes
import os
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gio, GLib, Gtk, WebKit2  # noqa: E402

task = json.loads(sys.stdin.readline())
context = WebKit2.WebContext.new_ephemeral()
security = context.get_security_manager()
security.register_uri_scheme_as_cors_enabled(task["scheme"])
if task["secure"]:
    security.register_uri_scheme_as_secure(task["scheme"])


def serve(request):
    """Gives a page a file, and tells it what it was asked with."""
    path = request.get_path()
    if path.endswith("/who"):
        headers = request.get_http_headers()
        data = ((headers and headers.get_one("authorization")) or "nobody").split(".")[0].encode()
        kind = "text/plain"
    else:
        try:
            with open(os.path.join(task["root"], path.lstrip("/")), "rb") as file:
                data = file.read()
        except OSError as error:
            request.finish_error(GLib.Error(str(error)))
            return
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    request.finish(Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(data)), len(data), kind)


context.register_uri_scheme(task["scheme"], serve)
window = Gtk.Window()
box = Gtk.Box()
window.add(box)
views = []


def open_next():
    index = len(views)
    if index == len(task["pages"]):
        return
    view = WebKit2.WebView.new_with_context(context)
    views.append(view)
    box.pack_start(view, True, True, 0)
    view.connect("notify::title", lambda *_: told(index, view.get_title()))
    view.connect("load-failed", lambda _view, _event, uri, error: told(index, json.dumps({"failed": error.message})))
    view.load_uri(task["pages"][index])
    window.show_all()


def told(index, title):
    if not title or not title.startswith("{"):
        return
    print(json.dumps({"page": index, "told": json.loads(title)}), flush=True)
    if index == len(views) - 1:
        open_next()


GLib.io_add_watch(sys.stdin, GLib.IO_HUP | GLib.IO_IN, lambda *_: Gtk.main_quit())
open_next()
Gtk.main()
