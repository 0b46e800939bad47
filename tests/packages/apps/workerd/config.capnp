# `workerd serve config.capnp`, with the package in node_modules.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    # The realm of the tests is on this machine.
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "localhost:8080", service = "main")],
);

const worker :Workerd.Worker = (
  compatibilityDate = "2026-11-01",
  bindings = [(name = "LOGINROCKET_URL", fromEnvironment = "LOGINROCKET_URL")],
  # Nothing looks for packages here: each file gets the name by which it is imported.
  modules = [
    (name = "main.js", esModule = embed "main.js"),
    (name = "loginrocket-wasm", esModule = embed "../node_modules/loginrocket-wasm/dist/index.js"),
    (name = "loginrocket-wasm/external", esModule = embed "../node_modules/loginrocket-wasm/dist/external.js"),
    (name = "loginrocket-wasm/loginrocket.wasm", wasm = embed "../node_modules/loginrocket-wasm/dist/loginrocket.wasm"),
  ],
);
