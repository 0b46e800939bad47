// Asks a worker of each kind to sign a person in.
const answerOf = (port) => new Promise((resolve) => port.addEventListener('message', ({ data }) => resolve(data)))
const script = (name) => new URL(`${name}.js`, import.meta.url)

export function inDedicatedWorker(person) {
  const worker = new Worker(script('dedicated'), { type: 'module' })
  worker.postMessage(person)
  return answerOf(worker)
}

export function inSharedWorker(person) {
  const { port } = new SharedWorker(script('shared'), { type: 'module' })
  port.start()
  port.postMessage(person)
  return answerOf(port)
}

export async function inServiceWorker(person) {
  await navigator.serviceWorker.register(script('service'), { type: 'module' })
  const { active } = await navigator.serviceWorker.ready
  navigator.serviceWorker.startMessages()
  active.postMessage(person)
  return answerOf(navigator.serviceWorker)
}
