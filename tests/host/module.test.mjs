// The engine's module and the glue around it, in Node.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { given } from '../support/browser.mjs'
import { glue, module as file, script as published } from './support.mjs'

const compiled = new WebAssembly.Module(readFileSync(file))
const { glue: around } = await import(pathToFileURL(glue))

const instantiate = (module) => {
  const { imports, use } = around(() => new TextDecoder(), () => new TextEncoder())
  return use(new WebAssembly.Instance(module, imports))
}

const OPTIONS = [0, [], 'https://login.example.com', true, null, null, null, null, null, null, null, null, null, null, null, false, false, false, false, 7]

/** The effects of an input. */
const handled = (engine, list, beside) => JSON.parse(engine.handle(0, 1_790_000_000, JSON.stringify(list), beside))

const opened = (Engine) => {
  const engine = new Engine()
  engine.handle(0, 1_790_000_000, JSON.stringify(OPTIONS))
  return engine
}

test('importing touches nothing but the language', () => {
  const missing = ['TextDecoder', 'TextEncoder', 'fetch', 'setTimeout', 'performance', 'WebAssembly', 'AbortController']
  const script = `for (const name of ${JSON.stringify(missing)}) delete globalThis[name]
    const { LoginRocket } = await import(${JSON.stringify(pathToFileURL(published).href)})
    console.log(typeof LoginRocket)`
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
  assert.equal(printed.trim(), 'function')
})

test('the module asks for nothing of the web', () => {
  const imports = WebAssembly.Module.imports(compiled)
  assert.ok(imports.length <= 2 && imports.every(({ kind, name }) => kind === 'function' && name.startsWith('__wb')), JSON.stringify(imports))
})

test('instances are strangers to each other, and an engine lives on when another one is freed', () => {
  const [First, Second] = [instantiate(compiled), instantiate(compiled)]
  assert.notEqual(First, Second)
  const engines = [opened(First), opened(First), opened(Second)]
  engines[0].free()
  for (const engine of engines.slice(1)) {
    // A call that fails at once: the client has no such parameters.
    const [[effect, ids]] = handled(engine, [0, 1, 0, 1, 0, null, null, null], '{}')
    assert.deepEqual([effect, ids], [0, [1]])
  }
})

test('whatever a script says, the engine answers with a list', () => {
  const engine = opened(instantiate(compiled))
  for (const text of ['', '{', '[]', '[999]', '[0]', '[-1,2]', 'null', '[18,1]', '[20,4294967296]', `[${'['.repeat(1000)}`]) {
    assert.ok(Array.isArray(JSON.parse(engine.handle(0, 0, text, '\ud800'))), text)
  }
})

test('a hundred thousand calls take no more memory than the first thousand', () => {
  // The glue tells nobody of the memory of its instance.
  const Own = WebAssembly.Instance
  let memory
  WebAssembly.Instance = function (...given) {
    const instance = new Own(...given)
    memory = instance.exports.memory
    return instance
  }
  let engine
  try {
    engine = opened(instantiate(compiled))
  } finally {
    WebAssembly.Instance = Own
  }
  const body = JSON.stringify({ result: 'full_login', session: 'kss_sample123456', account: 'org_sample', token: 'e30.e30.c2ln' })
  const call = (id) => {
    handled(engine, [0, id, 0, 0, 0, null, null, null], '{}')
    const effects = handled(engine, [18, id, 200, false, null, null, null, null, 0], body)
    assert.ok(effects.some(([effect, ids]) => effect === 0 && ids[0] === id))
  }
  for (let id = 1; id <= 1_000; id += 1) call(id)
  const { byteLength } = memory.buffer
  for (let id = 1_001; id <= 100_000; id += 1) call(id)
  assert.equal(memory.buffer.byteLength, byteLength)
})

/** A text in the memory of a module that wasm2js made, as the glue would put it there. */
const put = ({ memory, __wbindgen_malloc }, text) => {
  const bytes = new TextEncoder().encode(text)
  const start = __wbindgen_malloc(bytes.length, 1) >>> 0
  new Uint8Array(memory.buffer).set(bytes, start)
  return [start, bytes.length]
}

/** What a function gives that writes where its text is to where it is told. */
const textOf = (module, call) => {
  const place = module.__wbindgen_add_to_stack_pointer(-16) >>> 0
  call(place)
  const [start, length] = new Uint32Array(module.memory.buffer, place, 2)
  const text = new TextDecoder().decode(new Uint8Array(module.memory.buffer, start, length))
  module.__wbindgen_add_to_stack_pointer(16)
  return text
}

test('wasm2js accepts the module, and what it makes answers the same', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'loginrocket-'))
  try {
    const wasm2js = join(given('LOGINROCKET_TOOLS'), 'node_modules/.bin/wasm2js')
    const features = ['--enable-bulk-memory', '--enable-bulk-memory-opt', '--enable-sign-ext', '--enable-mutable-globals']
    execFileSync(wasm2js, [...features, file, '-o', join(scratch, 'engine.mjs')])
    const imports = WebAssembly.Module.imports(compiled)
    for (const file of new Set(imports.map(({ module }) => module))) {
      const names = imports.filter(({ module }) => module === file).map(({ name }) => name)
      writeFileSync(join(scratch, file), names.map((name) => `export const ${name} = () => {}\n`).join(''))
    }
    writeFileSync(join(scratch, 'package.json'), '{"type":"module"}')
    const module = await import(pathToFileURL(join(scratch, 'engine.mjs')))
    const engine = module.engine_new()
    const [options, list, params] = [OPTIONS, [0, 1, 0, 0, 0, null, null, null], {}].map(JSON.stringify)
    textOf(module, (place) => module.engine_handle(place, engine, 0, 1_790_000_000, ...put(module, options), 0, 0))
    const answer = textOf(module, (place) =>
      module.engine_handle(place, engine, 0, 1_790_000_000, ...put(module, list), ...put(module, params)),
    )
    assert.equal(answer, opened(instantiate(compiled)).handle(0, 1_790_000_000, list, params))
    assert.match(answer, /"POST","https:\/\/login.example.com\/v2\/login"/)
  } finally {
    rmSync(scratch, { recursive: true })
  }
})
