// How a failure of the SDK is told to a person: the sentence first, what helps next, the code last and small.

const ADVICE = {
  network_error: 'LoginRocket could not be reached. Is the emulator still running?',
  timeout: 'LoginRocket took too long to answer.',
}

/** True for an answer that says why a call did not do what was asked. */
export function isFailure(answer) {
  return answer.result === 'error'
}

/** Shows a failure in an element of the view. */
export function tell(element, failure) {
  const lines = failure.errors.length > 1 ? [list(failure.errors)] : [paragraph(failure.error)]
  if (ADVICE[failure.code]) lines.push(paragraph(ADVICE[failure.code]))
  if (failure.retryAfterSeconds !== undefined) lines.push(paragraph(wait(failure.retryAfterSeconds)))
  lines.push(fine(failure))
  element.replaceChildren(...lines)
  element.hidden = false
}

function wait(seconds) {
  const rounded = Math.ceil(seconds)
  return rounded === 1 ? 'You can try again in a second.' : `You can try again in ${rounded} seconds.`
}

function fine(failure) {
  const parts = [failure.code]
  if (failure.status !== undefined) parts.push(`status ${failure.status}`)
  if (failure.requestId !== undefined) parts.push(failure.requestId)
  const line = document.createElement('small')
  line.textContent = parts.join(' · ')
  if (failure.message) line.title = failure.message
  return line
}

function paragraph(text) {
  const element = document.createElement('p')
  element.textContent = text
  return element
}

function list(texts) {
  const element = document.createElement('ul')
  for (const text of texts) {
    const item = document.createElement('li')
    item.textContent = text
    element.append(item)
  }
  return element
}
