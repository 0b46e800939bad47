# `workerd serve config.capnp`, with the package in node_modules.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "new", worker = (compatibilityDate = "2026-11-01", bindings = .bindings, modules = .modules)),
    # Of its date a worker knows less of what can be said to `fetch`.
    (name = "old", worker = (compatibilityDate = "2024-01-01", bindings = .bindings, modules = .modules)),
    # The realm of the tests is on this machine.
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [
    (name = "new", address = "localhost:8080", service = "new"),
    (name = "old", address = "localhost:8081", service = "old"),
  ],
);

const bindings :List(Workerd.Worker.Binding) = [(name = "LOGINROCKET_URL", fromEnvironment = "LOGINROCKET_URL")];

# Nothing looks for packages here: each file gets the name by which it is imported.
const modules :List(Workerd.Worker.Module) = [
  (name = "main.js", esModule = embed "main.js"),
  (name = "loginrocket-wasm", esModule = embed "../node_modules/loginrocket-wasm/dist/index.js"),
  (name = "loginrocket-wasm/external", esModule = embed "../node_modules/loginrocket-wasm/dist/external.js"),
  (name = "loginrocket-wasm/loginrocket.wasm", wasm = embed "../node_modules/loginrocket-wasm/dist/loginrocket.wasm"),
];
