// The control page's buttons, and its log that fills itself. Everything goes through the documented control API.
const main = document.querySelector('main')
const outcome = document.querySelector('#outcome')
const log = document.querySelector('#log')
const realm = `realm=${encodeURIComponent(main.dataset.realm)}`

async function call(verbAndPath, body) {
  const [method, path] = verbAndPath.split(' ')
  const headers = body ? { 'content-type': 'application/json' } : {}
  const response = await fetch(`/_emulator/${path}?${realm}`, { method, headers, body })
  if (response.ok) return location.reload()
  outcome.textContent = (await response.json()).error
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-call]')
  if (button) call(button.dataset.call, button.dataset.body)
})

document.querySelector('#script').addEventListener('submit', (event) => {
  event.preventDefault()
  const { path, user, count, fault } = Object.fromEntries(new FormData(event.target))
  call('POST script', JSON.stringify({ path, user: user || null, count: Number(count), ...JSON.parse(fault) }))
})

document.querySelector('#person').addEventListener('submit', (event) => {
  event.preventDefault()
  const fields = [...new FormData(event.target)].filter(([, value]) => value !== '')
  call('POST people', JSON.stringify({ ...Object.fromEntries(fields), email_verified: event.target.email_verified.checked }))
})

document.querySelector('#settings-form').addEventListener('submit', (event) => {
  event.preventDefault()
  const fields = [...new FormData(event.target)].map(([name, value]) => [name, JSON.parse(value)])
  call('PUT settings', JSON.stringify(Object.fromEntries(fields)))
})

function row(record) {
  const params = Object.entries(record.params).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  const answer = record.script ? `${record.status} scripted` : String(record.status)
  const texts = [new Date(record.at * 1000).toUTCString(), `${record.method} ${record.path}`, params.join(' '), record.user ?? '', answer]
  const cells = texts.map((text, column) => {
    const cell = document.createElement('td')
    cell.textContent = text
    if (column === 1 || column === 2) cell.className = 'code'
    return cell
  })
  const line = document.createElement('tr')
  line.append(...cells)
  return line
}

async function refresh() {
  if (document.hidden) return
  const response = await fetch(`/_emulator/requests?${realm}&after=${log.dataset.last}`)
  const { requests } = await response.json()
  for (const record of requests) {
    log.prepend(row(record))
    log.dataset.last = record.number
  }
}

// A stopped emulator is no reason to fill the console.
setInterval(() => refresh().catch(() => {}), 2000)
